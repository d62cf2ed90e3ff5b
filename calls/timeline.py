"""What the room of calls knows of a contact: the calls with them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext, pgettext

from calls import selectors
from calls.enums import CallDirection, CallStatus
from calls.models import Call
from contactcenter.core.models import Organization
from contactcenter.core.timeline import Entry

NAME = "calls"


def of_contact(org: Organization, contact_id: UUID, before: datetime | None, limit: int) -> Sequence[Entry]:
    """Return the newest calls with a contact that began before a time, newest first."""
    rows = selectors.calls(org).filter(contact=contact_id).select_related("agent")
    if before is not None:
        rows = rows.filter(started_at__lt=before)
    return [_entry(call) for call in rows[:limit]]


def _entry(call: Call) -> Entry:
    return Entry(
        at=call.started_at,
        icon=_icon(call),
        sentence=f"{_kind(call)} · {_end(call)}",
        actor=call.agent.get_full_name() if call.agent else "",
    )


def _icon(call: Call) -> str:
    if call.direction == CallDirection.OUTBOUND:
        return "phone-outgoing"
    return "phone-missed" if call.status == CallStatus.NO_ANSWER else "phone-incoming"


def _kind(call: Call) -> str:
    return gettext("Call to the customer") if call.direction == CallDirection.OUTBOUND else gettext("Call from outside")


def _end(call: Call) -> str:
    if call.status == CallStatus.COMPLETED and call.duration:
        minutes, seconds = divmod(call.duration, 60)
        return pgettext("duration of a call", "%(minutes)d:%(seconds)s min") % {
            "minutes": minutes,
            "seconds": f"{seconds:02d}",
        }
    return str(CallStatus(call.status).label)
