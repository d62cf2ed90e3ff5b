"""The short lists of calls on the dashboard, in one plain statement: the ORM takes longer to write it than it runs."""

import json
from typing import Any
from uuid import UUID

from analytics.metric import words
from calls.enums import ACTIVE
from contactcenter.core import statements
from contactcenter.core.models import Organization

MOST_LISTED = 25
_FIELDS = ("id", "from_number", "to_number", "status", "started_at", "agent_id", "direction")
_ALL_FIELDS = (*_FIELDS, "metadata", "ended_at", "duration")
Row = dict[str, Any]


def listed(org: Organization, *, only: UUID | None) -> tuple[list[Row], list[Row]]:
    """Return the newest calls that are going on, and the newest ones, whatever became of them."""
    parts = [_newest("true", f"status IN ({words(*ACTIVE)})", only), _newest("false", "true", only)]
    rows = statements.answer(" UNION ALL ".join(parts), {"org": org.pk, "only": only})
    active = [dict(zip(_ALL_FIELDS, row[1:], strict=True)) for row in rows if row[0]]
    for row in active:
        row["metadata"] = json.loads(row["metadata"])
    return active, [dict(zip(_ALL_FIELDS, row[1:], strict=True)) for row in rows if not row[0]]


def _newest(is_active: str, condition: str, only: UUID | None) -> str:
    whose = " AND agent_id = %(only)s" if only is not None else ""
    return f"""(
        SELECT {is_active} AS is_active, {", ".join(_ALL_FIELDS)} FROM calls_call
        WHERE organization_id = %(org)s AND deleted_at IS NULL AND {condition}{whose}
        ORDER BY started_at DESC, id DESC LIMIT {MOST_LISTED}
    )"""  # noqa: S608 - every part is ours.
