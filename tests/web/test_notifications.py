"""Who is told of what, how, and when not: from the cause to the request at the browser's maker."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest
import respx
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from django.utils import timezone

from contactcenter.core import notifications, push_devices, push_keys, pushing, web_push
from contactcenter.core.models import NotificationEvent, NotificationPreference, PushDevice, PushMessage, User
from contactcenter.providers.base import InboundMessage
from sms import history, inbound, notices, noting, transitions
from sms.enums import ConversationEventKind, MessageStatus
from sms.models import Conversation
from tests.conftest import LogIn
from tests.factories import Tenant, make_conversation, make_message
from tests.web.rows import AUTH, P256DH

pytestmark = pytest.mark.django_db
PAGE = "/accounts/notifications/"
DEVICES = f"{PAGE}devices/"


def let_notify(tenant: Tenant, user: User, *, at: str = "https://push.services.mozilla.com/wpush") -> PushDevice:
    endpoint = f"{at}/{uuid4().hex}"
    return push_devices.remember(org=tenant.org, user=user, endpoint=endpoint, p256dh=P256DH, auth=AUTH, name="Firefox")


def pushed() -> list[tuple[str, str]]:
    rows = PushMessage.all_orgs.select_related("device__user").order_by("device__user__email", "event")
    return [(row.device.user.email, row.event) for row in rows]


def writes(tenant: Tenant, conversation: Conversation, words: str = "Are you open?") -> None:
    event = InboundMessage(
        provider_message_id=uuid4().hex,
        sender=conversation.address,
        to=(conversation.phone_number.address,),
        body=words,
        dedupe_key=uuid4().hex,
    )
    inbound.take_in(tenant.twilio, event, at=timezone.now())


@pytest.fixture
def everybody(aurora: Tenant, borealis: Tenant) -> None:
    """Every user of both organizations has a browser that may notify them."""
    for tenant in (aurora, borealis):
        for user in tenant.users:
            let_notify(tenant, user)


def choose(tenant: Tenant, user: User, **fields: Any) -> None:
    notifications.choose(NotificationPreference(organization=tenant.org, user=user, **fields))


# --- Who hears of what -----------------------------------------------------------------------------------------
def test_a_text_is_told_to_whoever_has_the_conversation(aurora: Tenant, everybody: None) -> None:
    writes(aurora, make_conversation(aurora, assignee=aurora.agent))

    assert pushed() == [("agent@aurora.example", "mine")]


def test_a_text_that_nobody_has_is_told_to_those_who_want_it_and_may_read_it(aurora: Tenant, everybody: None) -> None:
    wants = {"unassigned": ["push"]}
    for user in (aurora.supervisor, aurora.customer):
        choose(aurora, user, channels=wants)

    writes(aurora, make_conversation(aurora))

    assert pushed() == [("supervisor@aurora.example", "unassigned")]


def test_an_assignment_is_told_once_and_not_to_whoever_did_it(aurora: Tenant, everybody: None) -> None:
    conversation = make_conversation(aurora, assignee=aurora.agent)
    for actor in (aurora.agent, aurora.supervisor):
        history.record(
            org_id=aurora.org.pk, conversation_id=conversation.pk, kind=ConversationEventKind.ASSIGNED, actor=actor
        )
    history.record(
        org_id=aurora.org.pk, conversation_id=conversation.pk, kind=ConversationEventKind.STATE, actor=aurora.admin
    )

    assert pushed() == [("agent@aurora.example", "assigned")]


def test_a_failure_is_told_to_the_author_and_canceling_is_none(aurora: Tenant, everybody: None) -> None:
    conversation = make_conversation(aurora)
    for to in (MessageStatus.UNDELIVERED, MessageStatus.DELIVERED, MessageStatus.CANCELED):
        message = make_message(conversation, status=MessageStatus.QUEUED, author=aurora.agent)
        transitions.move(message, to)
    transitions.move(make_message(conversation, status=MessageStatus.QUEUED), MessageStatus.FAILED)

    assert pushed() == [("agent@aurora.example", "failed")]


def test_a_note_tells_those_whom_it_names_but_not_its_author(aurora: Tenant, everybody: None) -> None:
    conversation = make_conversation(aurora)
    noting.add_note(
        org=aurora.org,
        actor=aurora.agent,
        conversation=conversation,
        body=f"@{aurora.supervisor.email} and @{aurora.agent.email}: who calls?",
    )
    noting.add_note(org=aurora.org, actor=aurora.agent, conversation=conversation, body="Nobody is named here")

    assert pushed() == [("supervisor@aurora.example", "mention")]


def test_the_same_cause_is_told_once_to_each_device(aurora: Tenant, borealis: Tenant) -> None:
    conversation = make_conversation(aurora)
    let_notify(aurora, aurora.agent)
    let_notify(aurora, aurora.agent)
    cause = uuid4()
    for _time in range(3):
        notices.were_mentioned(
            org_id=aurora.org.pk, conversation_id=conversation.pk, people=[aurora.agent.pk], cause=cause
        )

    assert pushed() == [("agent@aurora.example", "mention")] * 2


def test_nobody_is_disturbed_in_their_quiet_time(aurora: Tenant, borealis: Tenant, log_in: LogIn) -> None:
    aurora.agent.time_zone = "Europe/Prague"
    quiet = {"quiet_from": "22:00", "quiet_until": "07:00"}
    choose(aurora, aurora.agent, **quiet)
    shown = {}
    for hour in (4, 12, 20, 21):  # In UTC; Prague is one hour ahead in winter.
        now = datetime(2026, 1, 10, hour, 30, tzinfo=UTC)
        shown[hour] = notifications.answer_for(aurora.org, aurora.agent, NotificationEvent.MINE, now=now).is_shown
    assert shown == {4: False, 12: True, 20: True, 21: False}

    choose(aurora, aurora.supervisor, muted_until=timezone.now() + timedelta(minutes=5))
    let_notify(aurora, aurora.supervisor)
    writes(aurora, make_conversation(aurora, assignee=aurora.supervisor))
    assert pushed() == []


# --- The page --------------------------------------------------------------------------------------------------
def test_the_choice_is_saved_for_oneself_alone(aurora: Tenant, borealis: Tenant, log_in: LogIn) -> None:
    client = log_in(aurora.agent)
    form = {"mine-page": "on", "unassigned-push": "on", "quiet_from": "22:00", "quiet_until": "06:30", "mute": "60"}

    assert client.post(PAGE, form).status_code == 302

    [row] = NotificationPreference.all_orgs.all()
    assert row.user == aurora.agent
    assert row.channels == {"mine": ["page"], "unassigned": ["push"], "assigned": [], "mention": [], "failed": []}
    assert (str(row.quiet_from), str(row.quiet_until)) == ("22:00:00", "06:30:00")
    assert row.muted_until is not None
    assert client.post(PAGE, {"mute": "off"}).status_code == 302
    again = NotificationPreference.all_orgs.get()
    assert (again.muted_until, again.quiet_from) == (None, None)
    assert client.post(PAGE, {"quiet_from": "22:00", "mute": ""}).status_code == 422
    assert NotificationPreference.all_orgs.get().pk == again.pk


def test_an_open_page_is_told_what_to_do(aurora: Tenant, borealis: Tenant, log_in: LogIn) -> None:
    client = log_in(aurora.agent)

    def answer(event: str) -> tuple[bool, bool]:
        found = client.get(f"{PAGE}now/?event={event}").json()
        return found["show"], found["sound"]

    assert {event: answer(event) for event in ("mine", "unassigned", "failed")} == {
        "mine": (True, True),
        "unassigned": (False, False),
        "failed": (True, False),
    }
    assert client.get(f"{PAGE}now/?event=nothing").status_code == 404


# --- Devices ---------------------------------------------------------------------------------------------------
def add(client: Client, endpoint: str, *, p256dh: str = P256DH, auth: str = AUTH) -> int:
    return client.post(DEVICES, {"endpoint": endpoint, "p256dh": p256dh, "auth": auth}).status_code


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/a",
        "https://127.0.0.1/a",
        "https://fcm.googleapis.com.example/a",
        "https://fcm.googleapis.com:8443/a",
        "https://user@fcm.googleapis.com/a",
        "https://[::1/a",
        f"https://fcm.googleapis.com/{'a' * 1000}",
        "",
    ],
)
def test_only_makers_of_browsers_are_asked(aurora: Tenant, borealis: Tenant, log_in: LogIn, endpoint: str) -> None:
    assert add(log_in(aurora.agent), endpoint) == 422
    assert not PushDevice.all_orgs.exists()


def test_keys_that_are_none_are_refused(aurora: Tenant, borealis: Tenant, log_in: LogIn) -> None:
    good, client = "https://fcm.googleapis.com/a", log_in(aurora.agent)
    assert add(client, good, p256dh="AAAA") == 422
    assert add(client, good, p256dh=web_push.to_base64(b"\x04" + b"\x01" * 64)) == 422
    assert add(client, good, auth="é") == 422
    assert add(client, good) == 200


def test_a_browser_tells_whoever_asked_last(aurora: Tenant, borealis: Tenant, log_in: LogIn) -> None:
    shared = "https://fcm.googleapis.com/fcm/send/shared"
    assert add(log_in(aurora.agent), shared) == 200
    assert add(log_in(borealis.agent), shared) == 200

    assert [device.user for device in PushDevice.all_orgs.all()] == [borealis.agent]


def test_a_device_is_removed_by_its_person_only(aurora: Tenant, borealis: Tenant, log_in: LogIn) -> None:
    device = let_notify(aurora, aurora.agent)
    url = f"{DEVICES}{device.pk}/remove/"
    assert [log_in(user).post(url).status_code for user in (aurora.admin, borealis.agent)] == [404, 404]
    assert PushDevice.all_orgs.count() == 1
    assert log_in(aurora.agent).post(url).status_code == 302
    assert not PushDevice.all_orgs.exists()


# --- At the browser's maker ------------------------------------------------------------------------------------
def test_what_is_encrypted_is_what_the_standard_says() -> None:
    """RFC 8291, appendix A."""
    number = int.from_bytes(web_push.from_base64("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"))
    body = web_push.encrypt(
        b"When I grow up, I want to be a watermelon",
        p256dh=P256DH,
        auth=AUTH,
        salt=web_push.from_base64("DGv6ra1nlYgDCS1FRnbzlw"),
        private=ec.derive_private_key(number, ec.SECP256R1()),
    )
    assert web_push.to_base64(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A"
        "_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def send_due() -> int:
    taken = pushing.claim(10)
    for pk in taken:
        pushing.send(pk)
    return len(taken)


def test_a_notification_goes_out_once_and_says_nothing_of_the_text(
    aurora: Tenant, borealis: Tenant, respx_mock: respx.MockRouter, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = let_notify(aurora, aurora.agent)
    route = respx_mock.post(device.endpoint).respond(201)
    plain: list[bytes] = []
    encrypt = web_push.encrypt
    monkeypatch.setattr(web_push, "encrypt", lambda text, **keys: plain.append(text) or encrypt(text, **keys))
    conversation = make_conversation(aurora, assignee=aurora.agent, name="Aurora secret name")
    writes(aurora, conversation, "a secret text")

    assert [send_due(), send_due()] == [1, 0]

    assert route.call_count == 1
    assert json.loads(plain[0]) == {
        "body": "New text in a conversation of yours",
        "url": f"/sms/{conversation.pk}/",
        "tag": f"/sms/{conversation.pk}/",
    }
    token = route.calls.last.request.headers["Authorization"].removeprefix("vapid t=").split(",")[0]
    claims = jwt.decode(
        token,
        push_keys.private_key().public_key(),
        algorithms=["ES256"],
        audience="https://push.services.mozilla.com",
    )
    assert claims["exp"] > timezone.now().timestamp()


@pytest.mark.parametrize(("status", "is_kept"), [(404, False), (410, False), (429, True), (500, True), (302, True)])
def test_a_browser_that_is_gone_is_forgotten_and_nothing_is_repeated(
    aurora: Tenant, borealis: Tenant, respx_mock: respx.MockRouter, status: int, is_kept: bool
) -> None:
    device = let_notify(aurora, aurora.agent)
    let_notify(borealis, borealis.agent)
    respx_mock.post(device.endpoint).respond(status, headers={"Location": "https://elsewhere.example/"})
    writes(aurora, make_conversation(aurora, assignee=aurora.agent))

    assert [send_due(), send_due()] == [1, 0]
    assert PushDevice.all_orgs.filter(pk=device.pk).exists() is is_kept
    assert PushDevice.all_orgs.filter(user=borealis.agent).exists()


def test_a_maker_that_does_not_answer_costs_one_notification(
    aurora: Tenant, borealis: Tenant, respx_mock: respx.MockRouter
) -> None:
    device = let_notify(aurora, aurora.agent)
    respx_mock.post(device.endpoint).mock(side_effect=httpx.ConnectTimeout)
    writes(aurora, make_conversation(aurora, assignee=aurora.agent))

    assert [send_due(), send_due()] == [1, 0]
    assert PushDevice.all_orgs.count() == 1


def test_what_is_old_is_not_pushed_and_then_forgotten(aurora: Tenant, borealis: Tenant) -> None:
    let_notify(aurora, aurora.agent)
    writes(aurora, make_conversation(aurora, assignee=aurora.agent))
    PushMessage.all_orgs.update(created_at=timezone.now() - timedelta(minutes=11))

    assert send_due() == 0
    assert (pushing.forget_old(), PushMessage.all_orgs.count()) == (0, 1)


def test_a_key_is_made_once_and_for_its_owner_alone(tmp_path: Any, settings: Any) -> None:
    settings.PUSH_PRIVATE_KEY, settings.SIGNING_KEYS_DIR = "", tmp_path / "keys"
    first = push_keys.public_key()
    push_keys._of_file.cache_clear()

    assert push_keys.public_key() == first
    assert {path.name: oct(path.stat().st_mode & 0o777) for path in (tmp_path / "keys").iterdir()} == {
        "push.key": "0o600"
    }
