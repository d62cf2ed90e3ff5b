"""Contacts through their front door: list, page, form, numbers, notes, panel, file; and the other organization."""

import csv
import io
import re
from html import unescape
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from calls.enums import CallDirection
from contactcenter.core.models import (
    AttributeKind,
    AuditEntry,
    Contact,
    ContactAttribute,
    ContactLabel,
    ContactNote,
    ContactNumber,
    Label,
)
from sms.enums import ConsentSource, ConsentState, Direction
from sms.models import Consent
from tests.conftest import LogIn
from tests.factories import Tenant, make_call, make_contact, make_conversation, make_message

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Target": "contact-rows"}


@pytest.fixture
def agent(aurora: Tenant, borealis: Tenant, log_in: LogIn) -> Client:
    """An agent of the first organization; the second has a contact of the same name, always."""
    make_contact(borealis, name="Jana Nováková", address="+420777000111")
    return log_in(aurora.agent)


def names(html: str) -> list[str]:
    return [unescape(name) for name in re.findall(r'class="row-name">([^<]*)<', html)]


def body(answer: HttpResponseBase) -> str:
    if answer.streaming:
        return b"".join(answer).decode("utf-8-sig")  # type: ignore[call-overload]
    return answer.content.decode()  # type: ignore[attr-defined]


def numbers(contact: Contact) -> list[str]:
    return list(ContactNumber.all_orgs.filter(contact=contact).order_by("id").values_list("address", flat=True))


def test_the_list_shows_ones_own_newest_first_and_finds_by_name_address_and_last_digits(
    aurora: Tenant, agent: Client
) -> None:
    jana = make_contact(aurora, name="Jana Nováková", address="+420777123456")
    make_contact(aurora, name="Petr Svoboda", address="+420608999888")
    Contact.all_orgs.filter(pk=jana.pk).update(email="jana@example.com")

    assert names(body(agent.get("/contacts/"))) == ["Petr Svoboda", "Jana Nováková"]
    found = {
        search: names(body(agent.post("/contacts/", {"q": search}, headers=HTMX)))
        for search in ("nová", "JANA@EXAMPLE", "123 456", "77712", "000111", "56")
    }
    assert found == {
        "nová": ["Jana Nováková"],
        "JANA@EXAMPLE": ["Jana Nováková"],
        "123 456": ["Jana Nováková"],
        "77712": [],  # Not the last ones.
        "000111": [],  # Another organization's.
        "56": [],  # Too few.
    }


def test_a_label_leaves_only_those_who_carry_it_and_the_list_is_paged_by_key(aurora: Tenant, agent: Client) -> None:
    vip = Label.all_orgs.create(organization=aurora.org, name="VIP")
    for position in range(120):
        contact = make_contact(aurora, name=f"Contact {position:03d}")
        if position % 2:
            ContactLabel.all_orgs.create(organization=aurora.org, contact=contact, label=vip)

    first = body(agent.get(f"/contacts/?label={vip.pk}"))
    [following] = re.findall(r'<form method="post" action="([^"]*before=[^"]*)"', first)
    second = body(agent.post(unescape(following), {"q": ""}, headers={**HTMX, "HX-Target": "more-contacts"}))

    shown = names(first) + names(second)
    assert shown == [f"Contact {position:03d}" for position in range(119, 0, -2)]
    assert (len(names(first)), "before=" in second) == (50, False)


def test_the_number_of_queries_does_not_grow_with_the_rows(aurora: Tenant, agent: Client) -> None:
    counts = []
    for _round in range(2):
        for _contact in range(20):
            make_contact(aurora)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert agent.get("/contacts/").status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 15


def test_a_contact_is_made_with_its_number_label_and_own_fields(
    aurora: Tenant, borealis: Tenant, agent: Client
) -> None:
    label = Label.all_orgs.create(organization=aurora.org, name="VIP")
    foreign = Label.all_orgs.create(organization=borealis.org, name="Patient")
    ContactAttribute.all_orgs.create(organization=aurora.org, key="born", name="Born", kind=AttributeKind.DATE)
    form = {
        **{"name": "Jana Nováková", "number": "00420 777 123 456", "email": "jana@example.com", "language": "cs"},
        **{"time_zone": "Europe/Prague", "attr:born": "31. 1. 1990", "labels": [str(label.pk), str(foreign.pk)]},
    }

    answer = agent.post("/contacts/new/", form)

    made = Contact.all_orgs.get(organization=aurora.org, name="Jana Nováková")
    assert answer.headers["Location"] == f"/contacts/{made.pk}/"
    assert (made.email, made.language, made.time_zone) == ("jana@example.com", "cs", "Europe/Prague")
    assert made.attributes == {"born": "1990-01-31"}
    assert numbers(made) == ["+420777123456"]
    assert list(ContactLabel.all_orgs.values_list("contact", "label")) == [(made.pk, label.pk)]
    assert AuditEntry.all_orgs.get(object_id=made.pk).action == "contact.added"


@pytest.mark.parametrize("number", ["12", "+4201", "+999123456789", "nobody"])
def test_what_is_no_number_makes_no_contact(aurora: Tenant, agent: Client, number: str) -> None:
    answer = agent.post("/contacts/new/", {"name": "Nobody", "number": number})
    assert answer.status_code == 422
    assert "This is not a phone number." in body(answer)
    assert not Contact.all_orgs.filter(organization=aurora.org).exists()


def test_a_value_that_does_not_fit_its_field_changes_nothing(aurora: Tenant, agent: Client) -> None:
    contact = make_contact(aurora, name="Jana")
    for key, kind in (("size", AttributeKind.NUMBER), ("born", AttributeKind.DATE), ("kind", AttributeKind.CHOICE)):
        choices = ["new", "old"] if kind == AttributeKind.CHOICE else []
        ContactAttribute.all_orgs.create(organization=aurora.org, key=key, name=key, kind=kind, choices=choices)
    url = f"/contacts/{contact.pk}/edit/"

    for wrong in ({"attr:size": "many"}, {"attr:born": "2020-02-30"}, {"attr:kind": "middle"}, {"email": "jana@"}):
        assert agent.post(url, {"name": "Changed", **wrong}).status_code == 422
    contact.refresh_from_db()
    assert (contact.name, contact.attributes) == ("Jana", {})

    right = {"name": "Jana N.", "attr:size": "12,5", "attr:born": "2020-02-29", "attr:kind": "OLD"}
    assert agent.post(url, right).status_code == 302
    contact.refresh_from_db()
    assert contact.attributes == {"size": "12.5", "born": "2020-02-29", "kind": "old"}
    assert contact.name == "Jana N."


def test_numbers_come_and_go_but_not_those_of_others_nor_those_in_use(aurora: Tenant, agent: Client) -> None:
    jana = make_conversation(aurora, address="+420777123456", name="Jana").contact
    petr = make_contact(aurora, name="Petr", address="+420608999888")
    url = f"/contacts/{jana.pk}/numbers"

    # Another organization has this one: that is none of ours.
    assert agent.post(f"{url}/add/", {"number": "+420 777 000 111"}).status_code == 302
    taken = agent.post(f"{url}/add/", {"number": "+420 608 999 888"})
    assert (taken.status_code, f"/contacts/{petr.pk}/" in body(taken)) == (422, True)
    assert numbers(jana) == ["+420777123456", "+420777000111"]

    ids = dict(ContactNumber.all_orgs.filter(organization=aurora.org).values_list("address", "pk"))
    kept = agent.post(f"{url}/remove/", {"number_id": ids["+420777123456"]})
    assert (kept.status_code, "cannot be removed" in body(kept)) == (422, True)
    assert agent.post(f"{url}/remove/", {"number_id": ids["+420777000111"]}).status_code == 302
    agent.post(f"{url}/remove/", {"number_id": ids["+420608999888"]})  # Not a number of this contact.
    assert (numbers(jana), numbers(petr)) == (["+420777123456"], ["+420608999888"])


def test_a_contact_goes_only_without_conversations_and_calls(aurora: Tenant, agent: Client) -> None:
    talking = make_conversation(aurora, name="Talking").contact
    calling, idle = make_contact(aurora, name="Calling"), make_contact(aurora, name="Idle")
    make_call(aurora, contact=calling)
    ContactNote.all_orgs.create(organization=aurora.org, contact=idle, author=aurora.agent, body="Hm")

    answers = [agent.post(f"/contacts/{one.pk}/delete/").status_code for one in (talking, calling, idle)]

    assert answers == [422, 422, 302]
    left = Contact.all_orgs.filter(organization=aurora.org).order_by("id")
    assert list(left.values_list("name", flat=True)) == ["Talking", "Calling"]
    assert not ContactNote.all_orgs.exists()
    assert AuditEntry.all_orgs.get(action="contact.deleted").object_id == idle.pk


def test_the_page_shows_texts_calls_notes_and_consent_together(aurora: Tenant, borealis: Tenant, agent: Client) -> None:
    conversation = make_conversation(aurora, address="+420777123456", name="Jana")
    make_message(conversation, direction=Direction.INBOUND, body="Is it open on Sunday?")
    make_call(aurora, contact=conversation.contact, direction=CallDirection.INBOUND, from_number=conversation.address)
    for tenant in (aurora, borealis):
        Consent.all_orgs.create(
            organization=tenant.org,
            address=conversation.address,
            state=ConsentState.OPTED_OUT if tenant is aurora else ConsentState.OPTED_IN,
            source=ConsentSource.KEYWORD,
            changed_at=timezone.now(),
        )
    url = f"/contacts/{conversation.contact_id}/"
    assert agent.post(f"{url}notes/", {"body": "Likes <b>tents</b>"}).status_code == 302

    with CaptureQueriesContext(connection) as captured:
        page = body(agent.get(url))

    assert len(captured) <= 15
    assert "Likes &lt;b&gt;tents&lt;/b&gt;" in page
    lines = [unescape(line) for line in re.findall(r"timeline-entry.*?<p>(?:<a[^>]*>)?([^<]*)<", page, re.DOTALL)]
    assert set(lines) == {
        "Note written",
        "They wrote last: Is it open on Sunday?",
        "Conversation with +420 777 123 456 began",
        "Call from outside · 1:00 min",
    }
    assert "Opted out: gets no texts" in page
    assert f"/sms/{conversation.pk}/consent/" in page


def test_the_panel_comes_in_one_request_and_takes_a_note(aurora: Tenant, agent: Client) -> None:
    conversation = make_conversation(aurora, name="Jana")
    url = f"/contacts/{conversation.contact_id}/"
    thread = body(agent.get(f"/sms/{conversation.pk}/"))
    assert f'hx-get="{url}panel/"' in thread

    panel = agent.get(f"{url}panel/", headers={"HX-Request": "true"})
    assert ("Jana" in body(panel), "<html" in body(panel)) == (True, False)

    noted = agent.post(
        f"{url}notes/", {"body": "Call back"}, headers={"HX-Request": "true", "HX-Target": "contact-panel-body"}
    )
    assert (noted.status_code, "Call back" in body(noted), "<html" in body(noted)) == (200, True, False)
    note = ContactNote.all_orgs.get()
    assert (note.author, note.contact_id) == (aurora.agent, conversation.contact_id)
    agent.post(f"{url}notes/", {"body": "  \x00 "})
    assert ContactNote.all_orgs.count() == 1


def test_the_export_holds_what_the_list_shows_and_no_formula(aurora: Tenant, agent: Client, log_in: LogIn) -> None:
    make_contact(aurora, name="=HYPERLINK(1)", address="+420777123456")
    make_contact(aurora, name="Petr", address="+420608999888")
    make_contact(aurora, name="Bob;=HYPERLINK(1)", address="+420608999777")
    make_contact(aurora, name="＝1+1", address="+420608999666")
    assert agent.post("/contacts/export/").status_code == 403
    supervisor = log_in(aurora.supervisor)

    everything = list(csv.DictReader(io.StringIO(body(supervisor.post("/contacts/export/")))))
    found = list(csv.DictReader(io.StringIO(body(supervisor.post("/contacts/export/", {"q": "123456"})))))

    assert [row["name"] for row in everything] == ["'＝1+1", "Bob;'=HYPERLINK(1)", "Petr", "'=HYPERLINK(1)"]
    assert [(row["name"], row["numbers"]) for row in found] == [("'=HYPERLINK(1)", "tel:+420777123456")]
    assert AuditEntry.all_orgs.filter(action="contacts.exported", actor=aurora.supervisor).count() == 2


def test_a_search_without_a_new_page_brings_the_export_of_what_it_shows(
    aurora: Tenant, borealis: Tenant, agent: Client, log_in: LogIn
) -> None:
    for tenant in (aurora, borealis):
        make_contact(tenant, name=f"Petr of {tenant.org.slug}")
    headers = {"HX-Request": "true", "HX-Target": "contact-rows"}
    of_supervisor = body(log_in(aurora.supervisor).post("/contacts/", {"q": "Petr"}, headers=headers))
    of_agent = body(agent.post("/contacts/", {"q": "Petr"}, headers=headers))

    export = of_supervisor.partition('id="contact-export"')[2]
    wanted = ('hx-swap-oob="true"', 'name="q" value="Petr"', "Export these")
    assert [words for words in wanted if words not in export] == []
    for answer in (of_supervisor, of_agent):
        assert (answer.count("Petr of aurora"), "borealis" in answer, "<html" in answer) == (1, False, False)
    assert "contact-export" not in of_agent


def test_what_is_not_there_is_not_there(aurora: Tenant, borealis: Tenant, agent: Client) -> None:
    theirs = make_contact(borealis, name="Theirs")
    for pk in (theirs.pk, uuid4()):
        for end in ("", "edit/", "panel/"):
            assert agent.get(f"/contacts/{pk}/{end}").status_code == 404
        for end in ("edit/", "delete/", "notes/", "numbers/add/", "numbers/remove/"):
            assert agent.post(f"/contacts/{pk}/{end}", {"name": "Ours", "body": "x"}).status_code == 404
    theirs.refresh_from_db()
    assert theirs.name == "Theirs"
