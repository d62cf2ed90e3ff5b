"""The inbox through its front door: whole pages, fragments, forms without JavaScript, and the other organization."""

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sms.enums import ConsentSource, ConsentState, ConversationState, Direction, ErrorCode, MediaState, MessageStatus
from sms.explanations import explain
from sms.models import Conversation, Message
from sms.views.filters import InboxFilter, read_cursor, write_cursor
from tests.conftest import LogIn
from tests.factories import Tenant, make_conversation, make_media, make_message
from tests.sms.pages import refreshed_tail

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(aurora: Tenant, borealis: Tenant, log_in: LogIn) -> Client:
    """An agent of the first organization; the second has a conversation of its own, always."""
    make_message(make_conversation(borealis, name="Borealis Patient"), direction=Direction.INBOUND)
    return log_in(aurora.agent)


def names(html: str) -> list[str]:
    found = re.findall(r'class="row-name">(.*?)</span>', html)
    return [unescape(re.sub(r"</?mark>", "", name)) for name in found]


def texts(html: str) -> list[str]:
    return [unescape(text) for text in re.findall(r'<div class="bubble">(.*?)</div>', html, re.DOTALL)]


def fragment(target: str, **more: str) -> dict[str, str]:
    return {"HX-Request": "true", "HX-Target": target, **more}


def send_form(body: str, **more: str) -> dict[str, str]:
    return {"body": body, "request_key": uuid4().hex, **more}


def sent() -> list[tuple[str, str]]:
    rows = Message.all_orgs.filter(direction=Direction.OUTBOUND).order_by("id")
    return list(rows.values_list("to_address", "body"))


def test_the_list_shows_open_conversations_of_the_own_organization_newest_first(aurora: Tenant, agent: Client) -> None:
    now = timezone.now()
    make_conversation(aurora, name="Older", last_message_at=now - timedelta(hours=2))
    make_conversation(aurora, name="Newer", last_message_at=now - timedelta(hours=1))
    make_conversation(aurora, name="Done", state=ConversationState.RESOLVED)

    page = agent.get("/sms/").content.decode()

    assert names(page) == ["Newer", "Older"]
    assert "Borealis" not in page


def test_the_filters_show_closed_and_unread_ones(aurora: Tenant, agent: Client) -> None:
    make_conversation(aurora, name="Read")
    make_conversation(aurora, name="Unread", unread_count=2)
    make_conversation(aurora, name="Done", state=ConversationState.RESOLVED)

    assert names(agent.get("/sms/?unread=1").content.decode()) == ["Unread"]
    assert names(agent.get("/sms/?state=closed").content.decode()) == ["Done"]
    assert names(agent.get("/sms/?state=nonsense&before=x&shown=-1").content.decode()) == ["Unread", "Read"]


def test_a_search_finds_names_and_digits_and_never_stands_in_an_address(aurora: Tenant, agent: Client) -> None:
    make_conversation(aurora, name="Jana Nováková", address="+420777123456")
    make_conversation(aurora, name="Petr")

    for words in ("novák", "777 123"):
        page = agent.post("/sms/", {"q": words}).content.decode()
        assert names(page) == ["Jana Nováková"]
        assert not re.search(r'(href|hx-get|hx-post|action)="[^"]*(q=|777123|777%20)', page)


def test_the_list_is_paged_by_key_and_a_refresh_brings_all_that_was_shown(aurora: Tenant, agent: Client) -> None:
    now = timezone.now()
    for number in range(65):
        make_conversation(aurora, name=f"Person {number:02d}", last_message_at=now - timedelta(minutes=number))

    first = agent.get("/sms/").content.decode()
    more = re.search(r'hx-post="([^"]+before=[^"]+)"', first)
    assert more is not None
    second = agent.post(unescape(more[1]), headers=fragment("more-rows")).content.decode()
    refreshed = agent.post("/sms/", {"shown": "60"}, headers=fragment("rows")).content.decode()

    assert names(first) == [f"Person {number:02d}" for number in range(30)]
    assert names(second) == [f"Person {number:02d}" for number in range(30, 60)]
    assert 'name="shown" value="60"' in second
    assert names(refreshed) == [f"Person {number:02d}" for number in range(60)]
    without_js = re.search(r'href="([^"]+before=[^"]+)"', first)
    assert without_js is not None
    assert names(agent.get(unescape(without_js[1])).content.decode())[0] == "Person 30"


def test_a_conversation_opens_beside_the_list_and_alone_for_htmx(aurora: Tenant, agent: Client) -> None:
    conv = make_conversation(aurora, name="Jana")
    make_message(conv, direction=Direction.INBOUND, body="Dobrý den <b>")
    make_message(conv, body="Ahoj")

    page = agent.get(f"/sms/{conv.pk}/").content.decode()
    part = agent.get(f"/sms/{conv.pk}/", headers=fragment("thread-pane")).content.decode()
    going_back = agent.get(
        f"/sms/{conv.pk}/", headers=fragment("thread-pane", **{"HX-History-Restore-Request": "true"})
    ).content.decode()

    assert texts(page) == texts(part) == ["Dobrý den <b>", "Ahoj"]
    assert "&lt;b&gt;" in page
    assert page.startswith("<!DOCTYPE html>") or "<html" in page[:200]
    assert "<html" not in part
    assert "<html" in going_back
    assert f'id="c-{conv.pk}" href="/sms/{conv.pk}/" aria-current="page"' in page


def test_opening_marks_nothing_read_by_itself_but_asks_for_it(aurora: Tenant, agent: Client) -> None:
    conv = make_conversation(aurora, unread_count=3)

    page = agent.get(f"/sms/{conv.pk}/").content.decode()
    assert f'data-url="/sms/{conv.pk}/read/"' in page
    assert Conversation.all_orgs.get(pk=conv.pk).unread_count == 3

    answer = agent.post(f"/sms/{conv.pk}/read/", headers=fragment(""))
    assert (answer.status_code, answer.content) == (204, b"")
    assert Conversation.all_orgs.get(pk=conv.pk).unread_count == 0
    assert agent.post(f"/sms/{conv.pk}/read/").headers["Location"] == f"/sms/{conv.pk}/"
    assert "mark-read" not in agent.get(f"/sms/{conv.pk}/").content.decode()


def test_each_bubble_tells_its_state_in_words_and_why_it_failed(aurora: Tenant, agent: Client) -> None:
    conv = make_conversation(aurora)
    make_message(conv, status=MessageStatus.CLAIMED)
    make_message(conv, status=MessageStatus.FAILED, error_code=ErrorCode.FINAL_FAILURE)
    make_message(conv, status=MessageStatus.UNCERTAIN, error_code=ErrorCode.UNKNOWN_OUTCOME)

    page = agent.get(f"/sms/{conv.pk}/").content.decode()

    assert re.findall(r'data-state="(\w+)"', page) == ["queued", "failed", "uncertain"]
    reasons = [unescape(text) for text in re.findall(r'class="message-reason">([^<]+)<', page)]
    assert reasons == [str(explain("", "", code)) for code in (ErrorCode.FINAL_FAILURE, ErrorCode.UNKNOWN_OUTCOME)]


def test_days_are_separated_once_also_where_older_messages_are_joined(aurora: Tenant, agent: Client) -> None:
    conv = make_conversation(aurora)
    now = timezone.now().replace(hour=12, minute=0)
    for number in range(50):
        make_message(conv, body=f"Text {number}", at=now - timedelta(days=3 if number < 20 else 0, minutes=50 - number))

    page = agent.get(f"/sms/{conv.pk}/").content.decode()
    link = re.search(r'hx-get="(/sms/[^"]+/older/[^"]+)"', page)
    assert link is not None
    older = agent.get(unescape(link[1]), headers=fragment("older-link")).content.decode()
    refreshed = refreshed_tail(agent, page)

    assert texts(page) == texts(refreshed) == [f"Text {number}" for number in range(10, 50)]
    assert texts(older) == [f"Text {number}" for number in range(10)]
    assert "older-link" not in older
    days = [re.findall(r'id="day-([\d-]+)"', part) for part in (older, page, refreshed)]
    old_day, today = (now - timedelta(days=3)).date().isoformat(), now.date().isoformat()
    assert days == [[old_day], [today], [today]]


def test_a_refresh_of_the_tail_keeps_its_beginning_when_texts_arrive(aurora: Tenant, agent: Client) -> None:
    conv = make_conversation(aurora)
    for number in range(41):
        make_message(conv, body=f"Text {number}")
    page = agent.get(f"/sms/{conv.pk}/").content.decode()
    make_message(conv, body="New", direction=Direction.INBOUND)

    refreshed = refreshed_tail(agent, page)

    assert texts(refreshed) == [*(f"Text {number}" for number in range(1, 41)), "New"]


def test_sending_from_the_composer_queues_one_text_and_empties_the_field(aurora: Tenant, agent: Client) -> None:
    conv = make_conversation(aurora, address="+420777123456")
    form = send_form("Adresu jsme změnili.")

    answers = [agent.post(f"/sms/{conv.pk}/send/", form, headers=fragment("composer")) for _click in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert sent() == [("+420777123456", "Adresu jsme změnili.")]
    assert "sms:sent" in answers[0].headers["HX-Trigger"]
    assert "změnili" not in answers[0].content.decode()
    assert Message.all_orgs.get(body=form["body"]).author == aurora.agent


def test_sending_works_without_javascript(aurora: Tenant, agent: Client) -> None:
    conv = make_conversation(aurora)

    answer = agent.post(f"/sms/{conv.pk}/send/", send_form("Plain"))

    assert answer.status_code == 302
    assert texts(agent.get(answer.headers["Location"]).content.decode()) == ["Plain"]


@pytest.mark.parametrize("htmx", [True, False])
def test_a_refused_text_stays_in_the_field_with_the_reason(aurora: Tenant, agent: Client, *, htmx: bool) -> None:
    conv = make_conversation(aurora)
    headers = fragment("composer") if htmx else {}

    answer = agent.post(f"/sms/{conv.pk}/send/", send_form("ž" * 671), headers=headers)

    assert answer.status_code == 422
    assert "ž" * 671 in answer.content.decode()
    assert "The text is too long" in answer.content.decode()
    assert sent() == []


def test_an_opted_out_person_cannot_be_texted_and_the_page_says_why(aurora: Tenant, agent: Client) -> None:
    from sms import consent  # Only here: the other tests go through pages.

    conv = make_conversation(aurora, address="+420777123456")
    consent.write(
        org_id=aurora.org.pk,
        address=conv.address,
        state=ConsentState.OPTED_OUT,
        source=ConsentSource.KEYWORD,
        message=None,
        now=timezone.now(),
    )

    page = agent.get(f"/sms/{conv.pk}/").content.decode()
    answer = agent.post(f"/sms/{conv.pk}/send/", send_form("Hello"), headers=fragment("composer"))

    assert re.search(r"<textarea[^>]* disabled", page)
    assert "asked not to get texts" in page
    assert answer.status_code == 422
    assert "asked not to get texts" in answer.content.decode()
    assert sent() == []


def test_the_hourly_limit_is_explained(aurora: Tenant, agent: Client) -> None:
    aurora.org.sms_hourly_limit = 1
    aurora.org.save()
    conv = make_conversation(aurora)
    agent.post(f"/sms/{conv.pk}/send/", send_form("First"))

    answer = agent.post(f"/sms/{conv.pk}/send/", send_form("Second"), headers=fragment("composer"))

    assert answer.status_code == 422
    assert "reached its limit of texts. The next one can go in 60 minutes" in answer.content.decode()


def test_a_new_message_begins_its_conversation(aurora: Tenant, agent: Client) -> None:
    sender = aurora.telnyx_number.address
    form = send_form("Ahoj", to_number="+420 608 999-888", from_number=sender)

    answer = agent.post("/sms/new/", form, headers=fragment("new-message"))

    assert sent() == [("+420608999888", "Ahoj")]
    conv = Conversation.all_orgs.get(address="+420608999888")
    assert conv.phone_number == aurora.telnyx_number
    assert f"/sms/{conv.pk}/" in answer.headers["HX-Location"]
    again = agent.post("/sms/new/", form)
    assert again.headers["Location"] == f"/sms/{conv.pk}/"
    assert len(sent()) == 1


def test_a_wrong_recipient_is_explained_and_nothing_is_lost(aurora: Tenant, agent: Client) -> None:
    form = send_form("Keep me", to_number="123", from_number="")

    for headers in (fragment("new-message"), {}):
        answer = agent.post("/sms/new/", form, headers=headers)
        page = unescape(answer.content.decode())
        assert answer.status_code == 422
        assert "This is not a phone number." in page
        assert "Keep me" in page
        assert 'value="123"' in page
    assert sent() == []


def test_another_organizations_sender_is_refused(aurora: Tenant, borealis: Tenant, agent: Client) -> None:
    form = send_form("Hello", to_number="+420608999888", from_number=borealis.twilio_number.address)

    answer = agent.post("/sms/new/", form)

    assert answer.status_code == 422
    assert sent() == []
    assert borealis.twilio_number.address not in re.sub(r"Select a valid choice[^<]*", "", answer.content.decode())


def test_the_recipient_is_written_as_its_country_writes_it(aurora: Tenant, agent: Client) -> None:
    aurora.org.default_country = "CZ"
    aurora.org.save()

    for typed, written in (("+420608999888", "+420 608 999 888"), ("608999888", "+420 608 999 888")):
        page = agent.post("/sms/new/recipient/", {"to_number": typed}, headers=fragment("recipient")).content.decode()
        assert f'value="{written}"' in page
    wrong = agent.post("/sms/new/recipient/", {"to_number": "1x2"}, headers=fragment("recipient")).content.decode()
    assert 'value="1x2"' in wrong
    assert "This is not a phone number" in wrong


def test_closing_and_reopening(aurora: Tenant, agent: Client) -> None:
    conv = make_conversation(aurora)

    closed = agent.post(f"/sms/{conv.pk}/close/", headers=fragment("thread-head"))
    assert "Reopen" in closed.content.decode()
    assert Conversation.all_orgs.get(pk=conv.pk).state == ConversationState.RESOLVED

    assert agent.post(f"/sms/{conv.pk}/reopen/").status_code == 302
    assert Conversation.all_orgs.get(pk=conv.pk).state == ConversationState.OPEN


def test_attachments_are_shown_to_the_organization_only(
    aurora: Tenant, borealis: Tenant, agent: Client, log_in: LogIn, settings: object, tmp_path: object
) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    from django.core.files.base import ContentFile

    message = make_message(make_conversation(aurora), direction=Direction.INBOUND)
    picture = make_media(message, state=MediaState.STORED)
    picture.file.save("picture.png", ContentFile(b"\x89PNG"))
    page_file = make_media(message, position=1, state=MediaState.STORED, content_type="text/html")
    page_file.file.save("page.html", ContentFile(b"<script>"))
    waiting = make_media(message, position=2)

    page = agent.get(f"/sms/{message.conversation_id}/").content.decode()
    shown = agent.get(f"/sms/media/{picture.pk}/")
    downloaded = agent.get(f"/sms/media/{page_file.pk}/")

    assert f'src="/sms/media/{picture.pk}/" alt="Picture 1"' in page
    assert str(waiting.pk) not in page
    assert (shown.headers["Content-Type"], b"".join(shown.streaming_content)) == ("image/png", b"\x89PNG")
    assert downloaded.headers["Content-Type"] == "application/octet-stream"
    assert downloaded.headers["Content-Disposition"].startswith("attachment")
    assert downloaded.headers["X-Content-Type-Options"] == "nosniff"
    assert log_in(borealis.agent).get(f"/sms/media/{picture.pk}/").status_code == 404
    assert agent.get(f"/sms/media/{waiting.pk}/").status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("what", ["", "tail/", "older/", "send/", "read/", "close/", "reopen/"])
def test_another_organizations_conversation_does_not_exist(
    aurora: Tenant, borealis: Tenant, log_in: LogIn, what: str, method: str
) -> None:
    conv = make_conversation(borealis, name="Borealis Patient", unread_count=1)
    answer = getattr(log_in(aurora.admin), method)(f"/sms/{conv.pk}/{what}")

    assert answer.status_code in (404, 405)
    assert "Patient" not in answer.content.decode()
    unchanged = Conversation.all_orgs.get(pk=conv.pk)
    assert (unchanged.unread_count, unchanged.state) == (1, ConversationState.OPEN)


def test_customers_see_nothing_and_strangers_log_in(aurora: Tenant, log_in: LogIn, client: Client) -> None:
    assert log_in(aurora.customer).get("/sms/").status_code == 403
    assert client.get("/sms/").headers["Location"] == "/accounts/login/?next=/sms/"
    assert client.get("/sms/", headers=fragment("rows")).status_code == 401


def queries(browser: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(path).status_code == 200
    return len(captured)


def test_the_number_of_queries_does_not_depend_on_the_number_of_rows(aurora: Tenant, agent: Client) -> None:
    conv = make_conversation(aurora, unread_count=1)
    make_media(make_message(conv, author=aurora.agent))
    few = queries(agent, "/sms/"), queries(agent, f"/sms/{conv.pk}/")

    for _number in range(12):
        make_message(make_conversation(aurora), author=aurora.agent)
        make_media(make_message(conv, direction=Direction.INBOUND))
        make_message(conv, author=aurora.supervisor)

    assert (queries(agent, "/sms/"), queries(agent, f"/sms/{conv.pk}/")) == few


def test_a_cursor_survives_its_journey_and_nonsense_is_none(aurora: Tenant) -> None:
    conv = make_conversation(aurora)

    assert read_cursor(write_cursor(conv.last_message_at, conv.pk)) == (conv.last_message_at, conv.pk)
    assert [read_cursor(text) for text in ("", "_", "20260101T000000.000000Z_x", "é" * 300)] == [None] * 4
    assert InboxFilter(before=None).query == ""
