"""Making one contact of two: everything moves, nothing is lost, and nothing of anybody else."""

from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from contactcenter.core.models import (
    AuditEntry,
    Contact,
    ContactAttribute,
    ContactLabel,
    ContactNote,
    ContactNumber,
    Label,
)
from sms import threads
from sms.enums import ConversationEventKind
from sms.models import Conversation, ConversationEvent
from tests.conftest import LogIn
from tests.factories import Tenant, make_call, make_contact, make_conversation

pytestmark = pytest.mark.django_db


@pytest.fixture
def supervisor(aurora: Tenant, log_in: LogIn) -> Client:
    return log_in(aurora.supervisor)


def merge(client: Client, kept: Contact, gone: Contact, **take: str) -> int:
    return client.post(f"/contacts/{kept.pk}/merge/confirm/", {"other": str(gone.pk), **take}).status_code


def test_everything_of_one_contact_moves_to_the_other(aurora: Tenant, borealis: Tenant, supervisor: Client) -> None:
    first = make_conversation(aurora, address="+420777123456", name="Jana")
    second = make_conversation(aurora, address="+420608999888", name="J. Nováková")
    theirs = make_conversation(borealis, address="+420608999888", name="Patient")
    kept, gone = first.contact, second.contact
    call = make_call(aurora, contact=gone)
    vip, new = (Label.all_orgs.create(organization=aurora.org, name=name) for name in ("VIP", "New"))
    for contact, label in ((kept, vip), (gone, vip), (gone, new)):
        ContactLabel.all_orgs.create(organization=aurora.org, contact=contact, label=label)
    ContactNote.all_orgs.create(organization=aurora.org, contact=gone, author=aurora.agent, body="Likes tents")

    assert merge(supervisor, kept, gone) == 302

    assert not Contact.all_orgs.filter(pk=gone.pk).exists()
    assert set(Conversation.all_orgs.filter(contact=kept)) == {first, second}
    assert set(ContactNumber.all_orgs.filter(contact=kept).values_list("address", flat=True)) == {
        "+420777123456",
        "+420608999888",
    }
    assert set(ContactLabel.all_orgs.filter(contact=kept).values_list("label__name", flat=True)) == {"VIP", "New"}
    assert ContactNote.all_orgs.get().contact_id == kept.pk
    call.refresh_from_db()
    assert call.contact_id == kept.pk
    told = ConversationEvent.all_orgs.get(kind=ConversationEventKind.MERGED)
    assert (told.conversation_id, told.actor) == (second.pk, aurora.supervisor)
    entry = AuditEntry.all_orgs.get(action="contact.merged")
    assert (entry.object_id, entry.actor, entry.detail) == (kept.pk, aurora.supervisor, {"merged": str(gone.pk)})
    theirs.refresh_from_db()
    assert theirs.contact.name == "Patient"


def test_the_person_chooses_which_values_stay(aurora: Tenant, supervisor: Client) -> None:
    ContactAttribute.all_orgs.create(organization=aurora.org, key="town", name="Town")
    ContactAttribute.all_orgs.create(organization=aurora.org, key="size", name="Size")
    kept, gone = make_contact(aurora, name="Jana"), make_contact(aurora, name="Jana Nováková")
    Contact.all_orgs.filter(pk=kept.pk).update(email="old@example.com", attributes={"town": "Brno"})
    Contact.all_orgs.filter(pk=gone.pk).update(
        email="new@example.com", language="cs", attributes={"town": "Praha", "size": "M"}
    )
    page = supervisor.get(f"/contacts/{kept.pk}/merge/", {"with": str(gone.pk)}).content.decode()
    assert [name in page for name in ('name="name"', 'name="email"', 'name="attr:town"')] == [True] * 3
    assert [name in page for name in ('name="language"', 'name="attr:size"')] == [False] * 2

    assert merge(supervisor, kept, gone, name="other", email="kept", **{"attr:town": "other"}) == 302

    kept.refresh_from_db()
    assert (kept.name, kept.email, kept.language) == ("Jana Nováková", "old@example.com", "cs")
    assert kept.attributes == {"town": "Praha", "size": "M"}


def test_the_next_text_from_the_moved_number_finds_the_contact(aurora: Tenant, supervisor: Client) -> None:
    kept, gone = make_contact(aurora, name="Jana"), make_contact(aurora, address="+420608999888")
    merge(supervisor, kept, gone)
    conversation = threads.conversation_for(
        org_id=aurora.org.pk, number=aurora.twilio_number, address="+420608999888", now=timezone.now()
    )
    assert conversation.contact_id == kept.pk
    assert Contact.all_orgs.filter(organization=aurora.org).count() == 1


def test_what_cannot_be_merged_stays_as_it_is(aurora: Tenant, borealis: Tenant, supervisor: Client) -> None:
    kept, theirs = make_contact(aurora, name="Jana"), make_contact(borealis, name="Patient")
    for other in (kept.pk, theirs.pk, uuid4()):
        answer = supervisor.post(f"/contacts/{kept.pk}/merge/confirm/", {"other": str(other)})
        assert answer.status_code == 404
    assert supervisor.get(f"/contacts/{kept.pk}/merge/", {"with": str(theirs.pk)}).status_code == 404
    assert set(Contact.all_orgs.values_list("name", flat=True)) == {"Jana", "Patient"}
    assert not AuditEntry.all_orgs.filter(action="contact.merged").exists()


def test_agents_do_not_merge(aurora: Tenant, log_in: LogIn) -> None:
    kept, gone = make_contact(aurora), make_contact(aurora)
    assert merge(log_in(aurora.agent), kept, gone) == 403
    assert Contact.all_orgs.count() == 2


def test_the_other_contact_is_found_by_its_number(aurora: Tenant, borealis: Tenant, supervisor: Client) -> None:
    kept, other = make_contact(aurora, name="Jana"), make_contact(aurora, name="Petr", address="+420608999888")
    foreign = make_contact(borealis, name="Patient", address="+420608999888")
    page = supervisor.post(f"/contacts/{kept.pk}/merge/", {"q": "999888"}).content.decode()
    assert [f"?with={one.pk}" in page for one in (other, foreign, kept)] == [True, False, False]
