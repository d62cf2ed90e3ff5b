"""One row in each table of figures; every word of them holds the organization's slug, so that a leak shows."""

from datetime import timedelta
from typing import Any

from django.db.models import Model
from django.utils import timezone

from analytics.models import CallRollup, RollupState, StaleHour, TextRollup
from tests.factories import Tenant


def rows_of_figures(tenant: Tenant) -> list[Model]:
    """Make a row of the tenant in every table of figures, and return them."""
    org, at = tenant.org, timezone.now() - timedelta(days=2)
    hour: dict[str, Any] = {
        "organization": org,
        "grain": "hour",
        "starts_at": at,
        "dimension": "number",
        "key": f"{org.slug} key",
        "figures": [1],
    }
    return [
        CallRollup.all_orgs.create(**hour),
        TextRollup.all_orgs.create(**hour),
        RollupState.all_orgs.create(organization=org, subject="calls", definition=f"{org.slug} definition"),
        StaleHour.all_orgs.create(organization=org, subject="calls", starts_at=at, marked_at=at),
    ]
