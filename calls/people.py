"""What calls know of a contact, for the pages of contacts: their history, and how they move."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext

from calls.enums import CallDirection, CallStatus
from calls.models import Call
from contactcenter.core import merging, timeline
from contactcenter.core.models import Organization, User
from contactcenter.core.phone import pretty
from contactcenter.core.timeline import Entry


def register() -> None:
    """Tell the kernel; done when the app is ready."""
    timeline.register("calls", entries)
    merging.register("calls", merging.Holder(move=move, uses=uses))


def entries(org: Organization, contact_id: UUID, before: datetime | None, limit: int) -> list[Entry]:
    """Return the newest calls with a contact."""
    rows = Call.objects.for_org(org).filter(contact=contact_id, deleted_at__isnull=True).select_related("agent")
    if before is not None:
        rows = rows.filter(started_at__lt=before)
    return [_entry(call) for call in rows.order_by("-started_at", "-id")[:limit]]


def move(org: Organization, actor: User, kept_id: UUID, gone_id: UUID) -> None:
    """Let the calls with one contact be those with another one."""
    Call.objects.for_org(org).filter(contact=gone_id).update(contact=kept_id)


def uses(org: Organization, address: str) -> bool:
    """Whether there is a call with the number of a contact."""
    rows = Call.objects.for_org(org).filter(contact__numbers__address=address)
    return rows.filter(Q(from_number=address) | Q(to_number=address)).exists()


def _entry(call: Call) -> Entry:
    is_inbound = call.direction == CallDirection.INBOUND
    number = pretty(call.from_number if is_inbound else call.to_number)
    sentence = gettext("Call from %(number)s: %(state)s") if is_inbound else gettext("Call to %(number)s: %(state)s")
    words = {"number": number, "state": call.get_status_display()}
    missed = is_inbound and call.status == CallStatus.NO_ANSWER
    icon = "phone-missed" if missed else "phone-incoming" if is_inbound else "phone-outgoing"
    return Entry(call.started_at, icon, sentence % words, call.agent.get_full_name() if call.agent else "")
