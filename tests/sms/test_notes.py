"""Private notes through their pages: where they stand, whom they mention, and that nobody outside gets them."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from sms import noting
from sms.enums import Direction
from sms.models import Conversation, Message, Note, NoteMention
from sms.work_selectors import mentions_of
from tests.conftest import LogIn
from tests.factories import Tenant, make_conversation, make_message, make_user

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def agent(aurora: Tenant, borealis: Tenant, log_in: LogIn) -> Client:
    return log_in(aurora.agent)


@pytest.fixture
def conv(aurora: Tenant) -> Conversation:
    return make_conversation(aurora, name="Jana")


def write(browser: Client, conv: Conversation, words: str, **form: object) -> str:
    answer = browser.post(f"/sms/{conv.pk}/notes/", {"note": words, **form}, headers=HTMX)
    assert answer.status_code == 200
    return answer.content.decode()


def mentioned() -> list[str]:
    return list(NoteMention.all_orgs.order_by("user__email").values_list("user__email", flat=True))


def test_a_note_stands_between_the_texts_and_is_sent_to_nobody(
    aurora: Tenant, agent: Client, conv: Conversation
) -> None:
    now = timezone.now()
    make_message(conv, direction=Direction.INBOUND, body="Where is it?", at=now - timedelta(minutes=5))
    before = Conversation.all_orgs.get(pk=conv.pk)

    assert 'id="note-link"' in write(agent, conv, " She is <b>angry</b>.\r\nBe kind ")
    make_message(conv, body="On its way", at=now + timedelta(minutes=5))

    page = agent.get(f"/sms/{conv.pk}/").content.decode()
    note = page.index("She is &lt;b&gt;angry&lt;/b&gt;.\nBe kind<")
    assert page.index("Where is it?</div>") < note < page.index("On its way</div>")
    assert "Note · Agent Aurora" in page
    assert list(Message.all_orgs.order_by("id").values_list("body", flat=True)) == ["Where is it?", "On its way"]
    after = Conversation.all_orgs.get(pk=conv.pk)
    assert [after.state, before.last_preview, before.unread_count] == ["open", "Where is it?", 1]
    assert "angry" not in agent.get("/sms/").content.decode()


def test_a_note_works_without_javascript_and_an_empty_one_is_explained(agent: Client, conv: Conversation) -> None:
    assert agent.post(f"/sms/{conv.pk}/notes/", {"note": "Plain"}).headers["Location"] == f"/sms/{conv.pk}/"
    for headers in ({}, HTMX):
        for words, reason in ((" \n", "Write the note first."), ("x" * 4001, "The note is too long")):
            answer = agent.post(f"/sms/{conv.pk}/notes/", {"note": words}, headers=headers)
            assert answer.status_code == 422
            assert reason in answer.content.decode()
            assert words.strip() in answer.content.decode()
    assert list(Note.all_orgs.values_list("body", flat=True)) == ["Plain"]


def test_who_stands_in_a_note_with_an_at_is_mentioned(
    aurora: Tenant, borealis: Tenant, agent: Client, conv: Conversation
) -> None:
    for email, last, active in (("jn", "Nováková", True), ("j", "", True), ("gone", "Gone", False)):
        make_user(
            aurora.org,
            "AGENT",
            email=f"{email}@aurora.example",
            first_name="Jana",
            last_name=last,
            is_active=active,
        )
    for words, whom in (
        ("Please look, @jana nováková!", ["jn"]),
        ("@supervisor@aurora.example and @Jana: look", ["j", "supervisor"]),
        ("@Janatova, mail jana@Jana.example, @Agent Borealis, @agent@borealis.example", []),
        ("@Jana Gone is gone, @Customer Aurora is none of us", ["j"]),
    ):
        write(agent, conv, words)
        assert mentioned() == [f"{name}@aurora.example" for name in whom], words
        Note.all_orgs.all().delete()


def test_a_colleague_can_be_chosen_but_no_stranger(
    aurora: Tenant, borealis: Tenant, agent: Client, conv: Conversation
) -> None:
    form = agent.get(f"/sms/{conv.pk}/notes/", headers=HTMX).content.decode()
    assert re.findall(r"<option[^>]*>([\w ]+) Aurora", form) == ["Admin", "Agent", "Supervisor"]
    write(agent, conv, "Look", mention=aurora.supervisor.pk)
    assert mentioned() == ["supervisor@aurora.example"]
    for stranger in (borealis.agent.pk, aurora.customer.pk):
        answer = agent.post(f"/sms/{conv.pk}/notes/", {"note": "Look", "mention": stranger}, headers=HTMX)
        assert answer.status_code == 422
    noting.add_note(org=aurora.org, actor=aurora.agent, conversation=conv, body="Look", mentioned=[borealis.agent.pk])
    assert mentioned() == ["supervisor@aurora.example"]


def test_a_mention_is_seen_when_the_mentioned_person_looks(
    aurora: Tenant, borealis: Tenant, agent: Client, conv: Conversation, log_in: LogIn
) -> None:
    write(agent, conv, "@Supervisor Aurora and @Admin Aurora, look")
    supervisor = log_in(aurora.supervisor)

    assert "mark-read" not in agent.get(f"/sms/{conv.pk}/").content.decode()
    assert f'data-url="/sms/{conv.pk}/read/"' in unescape(supervisor.get(f"/sms/{conv.pk}/").content.decode())
    unseen = mentions_of(aurora.org, aurora.supervisor).get()
    assert (unseen.conversation, unseen.note.author, unseen.seen_at) == (conv, aurora.agent, None)
    assert list(mentions_of(borealis.org, aurora.supervisor)) == []

    for browser in (agent, supervisor):
        browser.post(f"/sms/{conv.pk}/read/", headers=HTMX)
    assert mentions_of(aurora.org, aurora.supervisor).get().seen_at is not None
    assert mentions_of(aurora.org, aurora.admin).get().seen_at is None
    assert "mark-read" not in supervisor.get(f"/sms/{conv.pk}/").content.decode()


def test_notes_of_another_organization_are_neither_written_nor_shown(
    aurora: Tenant, borealis: Tenant, agent: Client
) -> None:
    theirs = make_conversation(borealis, name="Borealis Patient")
    noting.add_note(org=borealis.org, actor=borealis.agent, conversation=theirs, body="@Agent Aurora, look")

    for answer in (
        agent.get(f"/sms/{theirs.pk}/notes/", headers=HTMX),
        agent.post(f"/sms/{theirs.pk}/notes/", {"note": "Hello"}, headers=HTMX),
    ):
        assert answer.status_code == 404
    assert (Note.all_orgs.count(), mentioned()) == (1, [])
