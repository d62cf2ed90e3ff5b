"""What calls know of a contact, for the pages of contacts: their history, and how they move."""

from uuid import UUID

from django.db.models import Q

from calls import timeline
from calls.models import Call
from contactcenter.core import merging
from contactcenter.core import timeline as kernel_timeline
from contactcenter.core.models import Organization, User


def register() -> None:
    """Tell the kernel; done when the app is ready."""
    kernel_timeline.register(timeline.NAME, timeline.of_contact)
    merging.register("calls", merging.Holder(move=move, uses=uses))


def move(org: Organization, actor: User, kept_id: UUID, gone_id: UUID) -> None:
    """Let the calls with one contact be those with another one."""
    Call.objects.for_org(org).filter(contact=gone_id).update(contact=kept_id)


def uses(org: Organization, address: str) -> bool:
    """Whether there is a call with the number of a contact."""
    rows = Call.objects.for_org(org).filter(contact__numbers__address=address)
    return rows.filter(Q(from_number=address) | Q(to_number=address)).exists()
