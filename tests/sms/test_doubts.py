"""A doubt is settled by asking the provider: one text that is nobody else's proves it; none proves nothing."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from contactcenter.core.models import OutboxEvent
from sms import delivery, doubts, sweep
from sms.enums import AttemptState, ConsentSource, ConsentState, ErrorCode, HoldReason, MessageStatus
from sms.models import Attempt, Consent, Message, ProviderEvent
from tests.carrier import Carrier
from tests.factories import Tenant
from tests.sms.test_sending import again, only_attempt, queue, send_due
from tests.sms.test_webhooks import report

pytestmark = pytest.mark.django_db(transaction=True)
PROVIDERS = ["twilio", "telnyx"]
LOST = {"cut": True}


def make_due(**only) -> None:
    Attempt.all_orgs.filter(next_lookup_at__isnull=False, **only).update(next_lookup_at=timezone.now())


def look_into_all() -> int:
    make_due()
    claimed = doubts.claim(100)
    for doubt in claimed:
        doubts.look_into(doubt)
    return len(claimed)


def doubted(tenant: Tenant, carrier: Carrier, provider: str = "twilio", *, outcome=LOST, **fields) -> Message:
    """A text that the carrier took, or not, and whose answer was lost; no callback is ever sent."""
    carrier.script({**outcome, "callbacks": [{"status": "delivered"}], "drop": True})
    message = queue(tenant, provider, **fields)
    send_due()
    assert again(message).status == MessageStatus.UNCERTAIN
    return message


def ended_at_the_carrier(carrier: Carrier, count: int = 1) -> None:
    """Detail records show only what has ended."""
    for _ in range(200):
        if sum(row["status"] == "delivered" for row in carrier.truth()) >= count:
            return
        threading.Event().wait(0.01)
    raise AssertionError("the carrier did not end its texts")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_text_on_the_providers_record_was_accepted(aurora, borealis, carrier, provider):
    message = doubted(aurora, carrier, provider)
    other = doubted(borealis, carrier, provider, outcome={"cut": {"accepted": False}})
    ended_at_the_carrier(carrier)
    assert look_into_all() == 2
    (taken,) = carrier.truth()
    message, attempt = again(message), only_attempt(message)
    assert (message.status, message.error_code) == (MessageStatus.DELIVERED, "")
    assert message.provider_message_id == attempt.provider_message_id == taken["id"]
    assert (attempt.state, attempt.next_lookup_at, attempt.lookups) == (AttemptState.ACCEPTED, None, 1)
    types = list(OutboxEvent.all_orgs.filter(object_id=message.pk).order_by("id").values_list("type", flat=True))
    assert types == ["sms.sent", "sms.delivered"]
    assert ProviderEvent.all_orgs.get(message=message).changed_status is True
    assert (again(other).status, only_attempt(other).lookups) == (MessageStatus.UNCERTAIN, 1)
    assert carrier.control("stats")["requests"] == 2


@pytest.mark.parametrize("provider", PROVIDERS)
def test_not_finding_it_proves_nothing_and_is_repeated_in_growing_pauses(aurora, carrier, settings, provider):
    settings.UNCERTAIN_LOOKUP_SECONDS = [30.0, 120.0]
    message = doubted(aurora, carrier, provider, outcome={"cut": {"accepted": False}})
    attempt = only_attempt(message)
    assert doubts.claim(10) == []
    waits = [(attempt.next_lookup_at - attempt.finished_at).total_seconds()]
    look_into_all()
    attempt = only_attempt(message)
    waits.append((attempt.next_lookup_at - attempt.finished_at).total_seconds())
    assert [round(wait) for wait in waits] == [30, 120]
    look_into_all()
    assert (only_attempt(message).next_lookup_at, only_attempt(message).lookups) == (None, 2)
    assert (again(message).status, carrier.truth()) == (MessageStatus.UNCERTAIN, [])
    settings.UNCERTAIN_GRACE_SECONDS = 0
    assert sweep.sweep().held == 1
    message = again(message)
    assert (message.status, message.hold_reason) == (MessageStatus.HELD, HoldReason.UNCERTAIN)
    assert message.error_code == ErrorCode.UNKNOWN_OUTCOME


def test_other_words_other_numbers_and_earlier_texts_are_not_it(aurora, carrier):
    earlier = doubted(aurora, carrier, body="Hello")
    Attempt.all_orgs.update(dialled_at=timezone.now() + timedelta(minutes=10))
    look_into_all()
    assert again(earlier).status == MessageStatus.UNCERTAIN
    Attempt.all_orgs.update(dialled_at=timezone.now() - timedelta(minutes=30))
    look_into_all()
    assert again(earlier).status == MessageStatus.UNCERTAIN
    Attempt.all_orgs.update(dialled_at=timezone.now())
    Message.all_orgs.filter(pk=earlier.pk).update(body="Hello you")
    look_into_all()
    assert again(earlier).status == MessageStatus.UNCERTAIN
    Message.all_orgs.filter(pk=earlier.pk).update(body="Hello")
    look_into_all()
    assert again(earlier).status == MessageStatus.DELIVERED


def test_text_of_another_attempt_is_never_taken(aurora, carrier):
    carrier.script({"accept": True, "callbacks": []})
    known = queue(aurora)
    send_due()
    message = doubted(aurora, carrier, outcome={"cut": {"accepted": False}})
    look_into_all()
    assert again(message).status == MessageStatus.UNCERTAIN
    assert again(known).provider_message_id == carrier.truth()[0]["id"]


def test_several_that_could_be_it_wait_for_a_person(aurora, carrier):
    message = doubted(aurora, carrier)
    attempt = only_attempt(message)
    sending_again = {name: value for name, value in attempt.request.items() if name != "StatusCallback"}
    doubts.registry.get("TWILIO").send(aurora.twilio.credentials(), sending_again, doubts._timeouts())
    assert len(carrier.truth()) == 2
    look_into_all()
    message = again(message)
    assert (message.status, message.hold_reason) == (MessageStatus.HELD, HoldReason.UNCERTAIN)
    assert only_attempt(message).next_lookup_at is None
    assert report(aurora, "delivered", query=f"?m={attempt.pk}", MessageSid="SM1" * 8, SmsSid="SM1" * 8) == 200
    assert (again(message).status, again(message).hold_reason) == (MessageStatus.DELIVERED, "")


def test_twins_in_doubt_are_never_told_apart_by_guessing(aurora, carrier):
    first = doubted(aurora, carrier)
    second = doubted(aurora, carrier, outcome={"cut": {"accepted": False}})
    look_into_all()
    assert [again(one).status for one in (first, second)] == [MessageStatus.UNCERTAIN] * 2
    report(aurora, "sent", query=f"?m={only_attempt(first).pk}", MessageSid=carrier.truth()[0]["id"])
    look_into_all()
    assert [again(one).status for one in (first, second)] == [MessageStatus.SENT, MessageStatus.UNCERTAIN]


def test_telnyx_tells_twins_apart_by_the_address_that_names_the_attempt(aurora, carrier):
    first = doubted(aurora, carrier, "telnyx")
    second = doubted(aurora, carrier, "telnyx", outcome={"cut": {"accepted": False}})
    ended_at_the_carrier(carrier)
    look_into_all()
    assert [again(one).status for one in (first, second)] == [MessageStatus.DELIVERED, MessageStatus.UNCERTAIN]


def test_provider_that_is_away_costs_no_look_up(aurora, carrier, settings):
    message = doubted(aurora, carrier)
    settings.TWILIO_API_BASE_URL = "http://127.0.0.1:9"
    assert look_into_all() == 1
    attempt = only_attempt(message)
    assert (attempt.lookups, attempt.state) == (0, AttemptState.UNKNOWN)
    assert attempt.next_lookup_at > timezone.now() + timedelta(minutes=4)
    settings.TWILIO_API_BASE_URL = carrier.url
    look_into_all()
    assert again(message).status == MessageStatus.DELIVERED


def test_worker_that_dies_with_a_look_up_leaves_it_to_the_next(aurora, carrier):
    message = doubted(aurora, carrier)
    make_due()
    (lost,) = doubts.claim(10)
    assert doubts.claim(10) == []
    Attempt.all_orgs.update(next_lookup_at=timezone.now() - timedelta(seconds=1))
    (taken,) = doubts.claim(10)
    doubts.look_into(lost)  # Not dead after all: it is not its look-up any more.
    assert only_attempt(message).lookups == 0
    doubts.look_into(taken)
    assert again(message).status == MessageStatus.DELIVERED


def test_callback_during_the_look_up_is_not_undone(aurora, carrier, monkeypatch):
    message = doubted(aurora, carrier)
    attempt, sid = only_attempt(message), carrier.truth()[0]["id"]
    ask = doubts._ask

    def slowly(asked):
        found = ask(asked)
        report(aurora, "delivered", query=f"?m={attempt.pk}", MessageSid=sid, SmsSid=sid)
        return found

    monkeypatch.setattr(doubts, "_ask", slowly)
    look_into_all()
    assert (again(message).status, only_attempt(message).state) == (MessageStatus.DELIVERED, AttemptState.ACCEPTED)
    assert OutboxEvent.all_orgs.filter(object_id=message.pk, type="sms.delivered").count() == 1


def test_parallel_loops_ask_once_about_each_doubt(aurora, carrier):
    texts = [doubted(aurora, carrier, to_number=f"+1202555{1000 + number}") for number in range(6)]
    make_due()
    taken: list[doubts.Doubt] = []

    def work() -> None:
        try:
            while claimed := doubts.claim(1):
                taken.extend(claimed)
                doubts.look_into(claimed[0])
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(doubt.attempt_id for doubt in taken) == sorted(only_attempt(text).pk for text in texts)
    assert {again(text).status for text in texts} == {MessageStatus.DELIVERED}


def test_two_doubts_never_take_the_same_text(aurora, carrier):
    """The search has its own guards; this is the last one, when both have found the same."""
    first, second = doubted(aurora, carrier), doubted(aurora, carrier, outcome={"cut": {"accepted": False}})
    found = doubts.StatusReport(carrier.truth()[0]["id"], delivery.DeliveryStatus.SENT, "sent")
    assert doubts._settle(only_attempt(first).pk, found) is True
    assert doubts._settle(only_attempt(second).pk, found) is False
    assert [again(one).status for one in (first, second)] == [MessageStatus.SENT, MessageStatus.UNCERTAIN]
    assert only_attempt(second).state == AttemptState.UNKNOWN


class TestRepeatingWithTheKey:
    @pytest.fixture(autouse=True)
    def _on(self, settings):
        settings.TELNYX_IDEMPOTENT_REPOST = True

    def test_lost_answer_is_asked_for_again_with_the_same_key_and_is_one_text(self, aurora, carrier):
        message = doubted(aurora, carrier, "telnyx")
        attempt = only_attempt(message)
        assert attempt.request["idempotency_key"] == str(attempt.pk)
        look_into_all()
        stats = carrier.control("stats")
        assert (stats["requests"], stats["replayed"], len(carrier.truth())) == (2, 1, 1)
        message = again(message)
        assert (message.status, message.provider_message_id) == (MessageStatus.ACCEPTED, carrier.truth()[0]["id"])

    def test_request_that_never_arrived_arrives_once(self, aurora, carrier):
        message = doubted(aurora, carrier, "telnyx", outcome={"cut": {"accepted": False}})
        carrier.script({"accept": True, "callbacks": []})
        look_into_all()
        assert (again(message).status, len(carrier.truth())) == (MessageStatus.ACCEPTED, 1)
        look_into_all()
        assert len(carrier.truth()) == 1

    @pytest.mark.parametrize("why", ["off", "opted out", "held", "too old", "server error", "twilio"])
    def test_nothing_is_repeated_when_it_could_be_wrong(self, aurora, carrier, settings, why):
        outcome = {"server_error": {"accepted": False}} if why == "server error" else {"cut": {"accepted": False}}
        message = doubted(aurora, carrier, "twilio" if why == "twilio" else "telnyx", outcome=outcome)
        if why == "off":
            settings.TELNYX_IDEMPOTENT_REPOST = False
        if why == "opted out":
            Consent.all_orgs.create(
                organization=aurora.org,
                address=message.to_address,
                state=ConsentState.OPTED_OUT,
                source=ConsentSource.KEYWORD,
                changed_at=timezone.now(),
            )
        if why == "held":
            Message.all_orgs.update(status=MessageStatus.HELD, hold_reason=HoldReason.UNCERTAIN)
        if why == "too old":
            Attempt.all_orgs.update(dialled_at=timezone.now() - timedelta(hours=24))
        assert look_into_all() == 1
        assert (carrier.control("stats")["requests"], carrier.truth()) == (1, [])
        assert only_attempt(message).state == AttemptState.UNKNOWN


def test_key_is_sent_only_where_it_is_wanted(aurora, carrier):
    message = doubted(aurora, carrier, "telnyx")
    assert "idempotency_key" not in only_attempt(message).request
