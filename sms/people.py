"""What texts know of a contact, for the pages of contacts: conversations, consent, history; and how they move."""

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext

from contactcenter.core import facts, merging
from contactcenter.core import timeline as kernel_timeline
from contactcenter.core.facts import Fact
from contactcenter.core.models import ContactNumber, Organization, User
from contactcenter.core.phone import pretty
from contactcenter.core.timeline import Entry
from sms import history, timeline, transitions
from sms.enums import ConsentState, ConversationEventKind, Direction
from sms.models import Consent, ConsentEntry, Conversation


def register() -> None:
    """Tell the kernel; done when the app is ready."""
    kernel_timeline.register(timeline.NAME, entries)
    facts.register("sms", facts_of)
    merging.register("sms", merging.Holder(move=move, uses=uses))


def facts_of(org: Organization, contact_id: UUID) -> list[Fact]:
    """Return a line for each conversation, and for each number without one: may it be texted?"""
    conversations = list(_conversations(org, contact_id).annotate(is_opted_out=_is_opted_out(org)))
    told = {one.address for one in conversations}
    numbers = ContactNumber.objects.for_org(org).filter(contact=contact_id).annotate(is_opted_out=_is_opted_out(org))
    lines = [_fact(one, is_opted_out=one.is_opted_out) for one in conversations]
    bare = [number for number in numbers.order_by("id") if number.address not in told]
    return [*lines, *(_consent_of(number.address, is_opted_out=number.is_opted_out) for number in bare)]


def entries(org: Organization, contact_id: UUID, before: datetime | None, limit: int) -> list[Entry]:
    """Return the first and the last text of each conversation, what was done with it, and what was said of consent."""
    conversations = list(_conversations(org, contact_id))
    found = [entry for one in conversations for entry in _texts(one) if before is None or entry.at < before]
    found += timeline.of_contact(org, contact_id, before, limit)
    found += [_decision(row) for row in _decisions(org, conversations, before, limit)]
    return sorted(found, key=lambda entry: entry.at, reverse=True)[:limit]


def move(org: Organization, actor: User, kept_id: UUID, gone_id: UUID) -> None:
    """Let the conversations of one contact be those of another one, and say so in their history."""
    rows = Conversation.objects.for_org(org).filter(contact=gone_id)
    moved = list(rows.order_by("id").values_list("id", flat=True))
    rows.update(contact=kept_id)
    for pk in moved:
        history.record(org_id=org.pk, conversation_id=pk, kind=ConversationEventKind.MERGED, actor=actor)
        transitions.announce(org.pk, pk)


def uses(org: Organization, address: str) -> bool:
    """Whether there is a conversation with the number of a contact."""
    rows = Conversation.objects.for_org(org).filter(contact__numbers__address=address, address=address)
    return rows.exists()


def _conversations(org: Organization, contact_id: UUID) -> QuerySet[Conversation]:
    rows = Conversation.objects.for_org(org).filter(contact=contact_id).select_related("phone_number")
    return rows.order_by("-last_message_at", "-id")


def _is_opted_out(org: Organization) -> Exists:
    decided = Consent.objects.for_org(org).filter(address=OuterRef("address"), state=ConsentState.OPTED_OUT)
    return Exists(decided)


def _url(conversation_id: UUID) -> str:
    return reverse("sms:conversation", kwargs={"pk": conversation_id})


def _fact(one: Conversation, *, is_opted_out: bool) -> Fact:
    day = date_format(localtime(one.last_message_at), "SHORT_DATE_FORMAT")
    last = gettext("last text on %(day)s") % {"day": day}
    return Fact(
        title=f"{pretty(one.address)} · {one.phone_number.label or pretty(one.phone_number.address)}",
        sentence=gettext("Opted out: gets no texts") if is_opted_out else last,
        url=_url(one.pk),
        more=gettext("Consent"),
        more_url=reverse("sms:consent", kwargs={"pk": one.pk}),
        is_warning=is_opted_out,
    )


def _consent_of(address: str, *, is_opted_out: bool) -> Fact:
    sentence = gettext("Opted out: gets no texts") if is_opted_out else gettext("No texts yet")
    return Fact(title=pretty(address), sentence=sentence, is_warning=is_opted_out)


def _texts(one: Conversation) -> list[Entry]:
    number = {"number": pretty(one.address)}
    is_inbound = one.last_direction == Direction.INBOUND
    last = gettext("They wrote last: %(text)s") if is_inbound else gettext("We wrote last: %(text)s")
    begun = gettext("Conversation with %(number)s began") % number
    return [
        Entry(one.created_at, "message-square-text", begun, url=_url(one.pk)),
        Entry(one.last_message_at, "corner-down-left" if is_inbound else "send", last % {"text": one.last_preview}),
    ]


def _decisions(org: Organization, of: list[Conversation], before: datetime | None, limit: int) -> list[ConsentEntry]:
    addresses = {one.address for one in of}
    rows = ConsentEntry.objects.for_org(org).filter(address__in=addresses).select_related("actor")
    if before is not None:
        rows = rows.filter(created_at__lt=before)
    return list(rows.order_by("-created_at", "-id")[:limit])


def _decision(row: ConsentEntry) -> Entry:
    words = {"number": pretty(row.address), "what": row.get_state_display()}
    icon = "ban" if row.state == ConsentState.OPTED_OUT else "check"
    return Entry(row.created_at, icon, gettext("Consent of %(number)s: %(what)s") % words, _name(row.actor))


def _name(user: User | None) -> str:
    return user.get_full_name() if user is not None else ""
