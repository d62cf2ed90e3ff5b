"""Several people on one conversation: they see each other, and nobody answers past what came meanwhile."""

import re
from html import unescape
from uuid import UUID, uuid4

import pytest
import redis
from django.conf import settings as django_settings
from django.test import Client

from contactcenter.core import doorbell
from contactcenter.core.models import User
from sms import onlookers
from sms.enums import Direction, MessageClass
from sms.models import Conversation, Message
from tests.conftest import LogIn
from tests.factories import Tenant, make_conversation, make_message, make_user

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Target": "composer"}


@pytest.fixture
def jana(aurora: Tenant) -> User:
    return make_user(aurora.org, "AGENT", email="jana@aurora.example", first_name="Jana", last_name="Nová")


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[tuple[UUID, str, dict[str, UUID]]]:
    """What was told to the open pages."""
    bells: list[tuple[UUID, str, dict[str, UUID]]] = []
    monkeypatch.setattr(doorbell, "ring", lambda org_id, event, **ids: bells.append((org_id, event, ids)))
    return bells


def beat(client: Client, conversation: Conversation, *, typing: bool = False) -> list[str]:
    """Say that the conversation is looked at, and return what is said of the others."""
    answer = client.post(f"/sms/{conversation.pk}/together/", {"typing": "1" if typing else "0"})
    assert answer.status_code == 200
    return [unescape(words) for words in re.findall(r"<span[^>]*>([^<]*)</span>", answer.content.decode())]


def test_colleagues_see_who_looks_and_who_types(
    aurora: Tenant, borealis: Tenant, jana: User, log_in: LogIn, rung: list[object]
) -> None:
    conversation, other = make_conversation(aurora), make_conversation(aurora)
    first, second = log_in(aurora.agent), log_in(jana)
    bell = (aurora.org.pk, "sms:presence", {"conversation_id": conversation.pk})

    assert beat(first, conversation) == []
    assert beat(second, conversation) == ["Agent Aurora is looking at this"]
    assert rung == [bell] * 2
    assert beat(second, conversation, typing=True) == ["Agent Aurora is looking at this"]
    assert beat(first, conversation) == ["Jana Nová is typing…"]
    assert rung == [bell] * 3
    assert beat(first, other) == []
    assert beat(second, conversation) == ["Agent Aurora is looking at this"]
    assert beat(first, conversation) == ["Jana Nová is looking at this"]
    rung.clear()
    assert second.post(f"/sms/{conversation.pk}/together/", {"leaving": "1"}).status_code == 204
    assert rung == [bell]
    assert beat(first, conversation) == []
    assert log_in(borealis.agent).post(f"/sms/{conversation.pk}/together/").status_code == 404


def test_who_reports_no_more_is_gone(
    aurora: Tenant, jana: User, log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation, clock = make_conversation(aurora), onlookers.time.time()
    monkeypatch.setattr(onlookers.time, "time", lambda: clock)
    beat(log_in(jana), conversation, typing=True)
    client = redis.Redis.from_url(django_settings.REDIS_URL)
    ends_by_itself = [0 < client.ttl(key) <= 26 for key in client.keys(f"sms:presence:{aurora.org.pk}:*")]

    clock += onlookers.TYPING_SECONDS + 1
    assert beat(log_in(aurora.agent), conversation) == ["Jana Nová is looking at this"]
    clock += onlookers.HERE_SECONDS
    assert beat(log_in(aurora.agent), conversation) == []
    assert ends_by_itself == [True, True]


def test_without_valkey_nobody_is_shown_and_all_else_works(aurora: Tenant, log_in: LogIn, settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    conversation, client = make_conversation(aurora), log_in(aurora.agent)

    assert beat(client, conversation, typing=True) == []
    onlookers._Silence.until = 0.0
    assert client.get(f"/sms/{conversation.pk}/").status_code == 200
    assert send(client, conversation, "Hello", seen="").status_code == 200


def send(client: Client, conversation: Conversation, body: str, *, seen: object, key: str = "", htmx: bool = True):
    form = {"body": body, "request_key": key or uuid4().hex, "seen": str(seen)}
    return client.post(f"/sms/{conversation.pk}/send/", form, headers=HTMX if htmx else {})


def seen_by(html: str) -> str:
    """Return the newest text that a composer was drawn with."""
    found = re.search(r'name="seen" value="([^"]*)"', html)
    assert found is not None
    return found[1]


def ours() -> list[str]:
    return list(Message.all_orgs.filter(direction=Direction.OUTBOUND).order_by("id").values_list("body", flat=True))


def test_an_answer_past_something_new_waits_for_a_second_look(aurora: Tenant, jana: User, log_in: LogIn) -> None:
    conversation, client = make_conversation(aurora, name="Petr"), log_in(aurora.agent)
    make_message(conversation, direction=Direction.INBOUND, body="Question")
    seen = seen_by(client.get(f"/sms/{conversation.pk}/").content.decode())
    make_message(conversation, body="Jana's answer", author=jana)
    newest = make_message(conversation, direction=Direction.INBOUND, body="Thanks <3")

    warned = send(client, conversation, "My answer", seen=seen)

    html = unescape(warned.content.decode())
    assert warned.status_code == 409
    assert re.findall(r"<strong>(.*?)</strong> ([^<]*(?:<3)?)", html) == [
        ("Jana Nová:", "Jana's answer"),
        ("Petr:", "Thanks <3"),
    ]
    assert "My answer</textarea>" in html
    assert "Send anyway" in html
    assert f'href="#m-{newest.pk}"' in html
    assert f"sms:conversation-{conversation.pk}" in warned["HX-Trigger"]
    assert ours() == ["Jana's answer"]
    assert seen_by(html) == str(newest.pk)
    assert send(client, conversation, "My answer", seen=seen_by(html)).status_code == 200
    assert ours() == ["Jana's answer", "My answer"]


def test_without_javascript_the_whole_page_says_what_is_new(aurora: Tenant, log_in: LogIn) -> None:
    conversation, client = make_conversation(aurora), log_in(aurora.agent)
    make_message(conversation, direction=Direction.INBOUND, body="Hello?")

    warned = send(client, conversation, "My answer", seen="", htmx=False)

    html = warned.content.decode()
    assert warned.status_code == 409
    assert "<html" in html
    assert "My answer</textarea>" in html
    assert ours() == []


def test_what_one_wrote_oneself_and_automatic_answers_are_no_news(aurora: Tenant, log_in: LogIn) -> None:
    conversation, client = make_conversation(aurora), log_in(aurora.agent)
    asked = make_message(conversation, direction=Direction.INBOUND)
    make_message(conversation, body="Mine", author=aurora.agent)
    make_message(conversation, body="We are closed", message_class=MessageClass.AUTOMATIC)

    assert send(client, conversation, "More", seen=asked.pk).status_code == 200
    assert ours() == ["Mine", "We are closed", "More"]


def test_a_second_click_is_no_collision_though_the_customer_was_quick(aurora: Tenant, log_in: LogIn) -> None:
    conversation, client, key = make_conversation(aurora), log_in(aurora.agent), uuid4().hex
    assert send(client, conversation, "Hello", seen="", key=key).status_code == 200
    make_message(conversation, direction=Direction.INBOUND, body="Hi")

    assert send(client, conversation, "Hello", seen="", key=key).status_code == 200

    assert ours() == ["Hello"]
