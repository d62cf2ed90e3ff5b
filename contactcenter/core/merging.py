"""Making one contact of two. Each app registers how the rows move that it hangs on contacts."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from contactcenter.core import events
from contactcenter.core.models import Contact, ContactLabel, ContactNote, ContactNumber, Organization, User

PLAIN_FIELDS = ("name", "email", "language", "time_zone")
ATTRIBUTE = "attr:"


class NotTwoContacts(ValueError):
    """A contact cannot be merged with itself, nor with one that is not there (any more)."""


@dataclass(frozen=True, slots=True)
class Holder:
    """How one app's rows follow a contact, and whether it has dealt with an address of one.

    `move` gets the organization, who does it, the contact that stays and the one that goes.
    """

    move: Callable[[Organization, User, UUID, UUID], None]
    uses: Callable[[Organization, str], bool]


_holders: dict[str, Holder] = {}


def register(name: str, holder: Holder) -> None:
    """Add the rows of one app; done when the app is ready."""
    _holders[name] = holder


def is_used(org: Organization, address: str) -> bool:
    """Whether any app has conversations or calls with this address."""
    return any(holder.uses(org, address) for holder in _holders.values())


@transaction.atomic
def merge(*, org: Organization, actor: User, kept_id: UUID, gone_id: UUID, take: frozenset[str]) -> Contact:
    """Move everything of one contact to the other, delete the empty one, and return the one that stays.

    `take`: the fields (`PLAIN_FIELDS`, or `attr:` and a key) whose value the contact that goes gives to the other one.
    What the other one leaves empty is filled in any case. Raises NotTwoContacts.
    """
    kept, gone = _both(org, kept_id, gone_id)
    _take_values(kept, gone, take)
    kept.save()
    _move_own_rows(org, kept, gone)
    for holder in _holders.values():
        holder.move(org, actor, kept.pk, gone.pk)
    events.audit(org_id=org.pk, actor=actor, action="contact.merged", target=kept, detail={"merged": str(gone.pk)})
    gone.delete()
    return kept


def _both(org: Organization, kept_id: UUID, gone_id: UUID) -> tuple[Contact, Contact]:
    # In one order, so that two merges of the same pair wait for each other.
    rows = Contact.objects.for_org(org).filter(pk__in=[kept_id, gone_id]).order_by("pk").select_for_update()
    found = {row.pk: row for row in rows}
    if len(found) != 2:
        raise NotTwoContacts
    return found[kept_id], found[gone_id]


def _take_values(kept: Contact, gone: Contact, take: frozenset[str]) -> None:
    for field in PLAIN_FIELDS:
        theirs = getattr(gone, field)
        if theirs and (field in take or not getattr(kept, field)):
            setattr(kept, field, theirs)
    for key, theirs in gone.attributes.items():
        if theirs and (f"{ATTRIBUTE}{key}" in take or not kept.attributes.get(key)):
            kept.attributes[key] = theirs


def _move_own_rows(org: Organization, kept: Contact, gone: Contact) -> None:
    ContactNumber.objects.for_org(org).filter(contact=gone).update(contact=kept)
    ContactNote.objects.for_org(org).filter(contact=gone).update(contact=kept)
    there = ContactLabel.objects.for_org(org).filter(contact=kept).values("label")
    ContactLabel.objects.for_org(org).filter(contact=gone).exclude(label__in=there).update(contact=kept)
