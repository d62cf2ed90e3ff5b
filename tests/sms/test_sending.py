"""Sending through the real adapters to a carrier that misbehaves: at most one text, always a readable end."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from contactcenter.core.models import OutboxEvent
from sms import next_steps, sending, services, sweep
from sms.enums import AttemptState, ConsentState, ErrorCode, MessageStatus
from sms.models import Attempt, Consent, Message, SmsPolicy
from tests.carrier import Carrier
from tests.factories import Tenant, make_attempt, make_conversation, make_message

pytestmark = pytest.mark.django_db(transaction=True)
TO = "+12025551234"
PROVIDERS = ["twilio", "telnyx"]


def queue(tenant: Tenant, provider: str = "twilio", **fields) -> Message:
    number = getattr(tenant, f"{provider}_number")
    fields = {"to_number": TO, "body": "Hello", "from_number": number.address, **fields}
    return services.send_message(org=tenant.org, actor=tenant.agent, text=services.OutgoingText(**fields))


def send_due() -> None:
    for claimed in sending.claim(100):
        sending.send_claimed(claimed)


def again(message: Message) -> Message:
    return Message.all_orgs.get(pk=message.pk)


def only_attempt(message: Message) -> Attempt:
    return Attempt.all_orgs.get(message=message)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_accepted_text_has_the_providers_id_and_a_written_attempt(aurora, borealis, carrier: Carrier, provider):
    message = queue(aurora, provider)
    assert message.status == MessageStatus.QUEUED
    send_due()
    message, attempt = again(message), only_attempt(message)
    (taken,) = carrier.truth()
    assert (message.status, message.rank) == (MessageStatus.ACCEPTED, 10)
    assert message.provider_message_id == taken["id"] == attempt.provider_message_id
    assert attempt.state == AttemptState.ACCEPTED
    assert taken["attempt"] == str(attempt.pk)
    assert (message.lease_token, message.lease_until, message.claims) == (None, None, 1)


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(
    ("outcome", "accepted_by_carrier"),
    [
        ({"server_error": True}, 1),
        ({"server_error": {"accepted": False}}, 0),
        ({"cut": True}, 1),
        ({"cut": {"accepted": False}}, 0),
        ({"hang": True}, 1),
        ({"truncated": True}, 1),
        ({"html": True}, 1),
    ],
    ids=["500-taken", "500-not-taken", "cut-taken", "cut-not-taken", "hang", "truncated", "html"],
)
def test_ambiguous_answer_is_uncertain_and_never_sent_again(aurora, carrier, provider, outcome, accepted_by_carrier):
    carrier.script({**outcome, "callbacks": []})
    message = queue(aurora, provider)
    for _ in range(3):
        send_due()
        sweep.sweep()
    message = again(message)
    assert (message.status, message.error_code) == (MessageStatus.UNCERTAIN, ErrorCode.UNKNOWN_OUTCOME)
    assert only_attempt(message).state == AttemptState.UNKNOWN
    assert len(carrier.truth()) == accepted_by_carrier
    assert carrier.control("stats")["requests"] == 1


@pytest.mark.parametrize(
    ("provider", "status", "code", "expected"),
    [
        ("twilio", 400, 21211, ErrorCode.VALIDATION_ERROR),
        ("telnyx", 400, 40310, ErrorCode.VALIDATION_ERROR),
        ("twilio", 401, 20003, ErrorCode.AUTH_ERROR),
        ("telnyx", 401, 10009, ErrorCode.AUTH_ERROR),
        ("twilio", 400, 99999, ErrorCode.VALIDATION_ERROR),
        ("telnyx", 422, 99999, ErrorCode.VALIDATION_ERROR),
    ],
)
def test_definite_refusal_ends_failed_with_its_reason(aurora, carrier, provider, status, code, expected):
    SmsPolicy.all_orgs.create(organization=aurora.org, fails_over=False)
    carrier.script({"refuse": {"http_status": status, "code": code, "message": "no"}})
    message = queue(aurora, provider)
    send_due()
    message = again(message)
    assert (message.status, message.error_code) == (MessageStatus.FAILED, expected)
    assert message.provider_error_code == str(code)
    assert only_attempt(message).state == AttemptState.REJECTED
    assert OutboxEvent.all_orgs.filter(object_id=message.pk, type="sms.failed").count() == 1


def test_too_many_requests_waits_as_long_as_the_provider_says(aurora, carrier):
    carrier.script({"refuse": {"http_status": 429, "code": 20429, "message": "slow down", "retry_after": 77}}, times=1)
    before = timezone.now()
    message = queue(aurora)
    send_due()
    waiting = again(message)
    assert (waiting.status, waiting.error_code, waiting.retries) == (MessageStatus.QUEUED, ErrorCode.RETRYING, 1)
    assert timedelta(seconds=76) < waiting.next_attempt_at - before < timedelta(seconds=90)
    send_due()
    assert carrier.truth() == []
    Message.all_orgs.filter(pk=message.pk).update(next_attempt_at=before)
    carrier.script({"accept": True, "callbacks": []})
    send_due()
    message = again(message)
    assert (message.status, message.error_code) == (MessageStatus.ACCEPTED, "")
    states = list(Attempt.all_orgs.filter(message=message).order_by("id").values_list("state", flat=True))
    assert states == [AttemptState.REJECTED, AttemptState.ACCEPTED]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_refused_connection_is_tried_again_and_ends_failed(aurora, settings, provider):
    settings.TWILIO_API_BASE_URL, settings.TELNYX_API_BASE_URL = "http://127.0.0.1:9", "http://127.0.0.1:9/v2"
    SmsPolicy.all_orgs.create(organization=aurora.org, fails_over=False)
    message = queue(aurora, provider)
    for _ in range(len(next_steps.BACKOFF) + 1):
        assert again(message).status == MessageStatus.QUEUED
        Message.all_orgs.filter(pk=message.pk).update(next_attempt_at=timezone.now())
        send_due()
    message = again(message)
    assert (message.status, message.error_code) == (MessageStatus.FAILED, ErrorCode.PROVIDER_ERROR)
    assert set(Attempt.all_orgs.filter(message=message).values_list("state", flat=True)) == {AttemptState.NOT_SENT}


@pytest.mark.parametrize(("provider", "code"), [("twilio", 21610), ("telnyx", 40300)])
def test_opt_out_known_to_the_provider_is_known_to_us_from_then_on(aurora, borealis, carrier, provider, code):
    carrier.script({"refuse": {"http_status": 400, "code": code, "message": "unsubscribed"}})
    message = queue(aurora, provider)
    send_due()
    assert again(message).error_code == ErrorCode.OPTED_OUT
    assert Consent.objects.for_org(aurora.org).get().state == ConsentState.OPTED_OUT
    with pytest.raises(services.ContactOptedOut):
        queue(aurora, provider)
    queue(borealis, provider)


def test_opt_out_after_queueing_blocks_before_anything_is_dialled(aurora, carrier):
    message = queue(aurora)
    Consent.all_orgs.create(
        organization=aurora.org, address=TO, state=ConsentState.OPTED_OUT, source="keyword", changed_at=timezone.now()
    )
    send_due()
    message = again(message)
    assert (message.status, message.error_code) == (MessageStatus.BLOCKED, ErrorCode.OPTED_OUT)
    assert carrier.control("stats")["requests"] == 0
    assert not Attempt.all_orgs.filter(message=message).exists()


def test_fence_hands_back_a_claim_that_is_too_old(aurora, carrier, settings):
    message = queue(aurora)
    (claimed,) = sending.claim(10)
    late = sending.Claim(claimed.message_id, claimed.token, claimed.taken - settings.SENDER_LEASE_SECONDS)
    sending.send_claimed(late)
    assert again(message).status == MessageStatus.QUEUED
    assert only_attempt(message).state == AttemptState.NOT_SENT
    assert carrier.control("stats")["requests"] == 0
    send_due()
    assert again(message).status == MessageStatus.ACCEPTED
    assert len(carrier.truth()) == 1


def test_hand_back_after_the_reaper_is_still_safe(aurora, carrier, monkeypatch, settings):
    message = queue(aurora)
    (claimed,) = sending.claim(10)
    write_ahead = sending._write_ahead

    def slowly(claim: sending.Claim) -> sending.Dial | None:
        dial = write_ahead(claim)
        Message.all_orgs.filter(pk=message.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
        assert sweep.sweep().uncertain == 1
        return dial

    monkeypatch.setattr(sending, "_write_ahead", slowly)
    sending.send_claimed(
        sending.Claim(claimed.message_id, claimed.token, claimed.taken - settings.SENDER_LEASE_SECONDS)
    )
    assert (again(message).status, again(message).error_code) == (MessageStatus.QUEUED, "")
    assert only_attempt(message).state == AttemptState.NOT_SENT
    assert carrier.control("stats")["requests"] == 0


def test_only_texts_of_providers_that_are_ready_are_claimed(aurora):
    queue(aurora, "telnyx")
    assert sending.claim(10, providers=["TWILIO"]) == []
    assert len(sending.claim(10, providers=["TELNYX", "TWILIO"])) == 1


def test_an_id_that_can_be_none_of_theirs_leaves_the_outcome_open(aurora, carrier, monkeypatch):
    message = queue(aurora)
    monkeypatch.setattr(sending, "_LONGEST_ID", 10)
    send_due()
    assert again(message).status == MessageStatus.UNCERTAIN
    assert only_attempt(message).state == AttemptState.UNKNOWN


def test_claim_whose_lease_ran_out_is_not_sent_by_its_first_owner(aurora, carrier):
    message = queue(aurora)
    (claimed,) = sending.claim(10)
    Message.all_orgs.filter(pk=message.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert sweep.sweep().requeued == 1
    send_due()
    sending.send_claimed(claimed)
    assert again(message).status == MessageStatus.ACCEPTED
    assert len(carrier.truth()) == 1


def test_sweep_turns_dead_sends_uncertain_and_later_held(aurora, settings):
    conversation = make_conversation(aurora)
    message = make_message(
        conversation, status=MessageStatus.SENDING, lease_until=timezone.now() - timedelta(seconds=1)
    )
    make_attempt(message, state=AttemptState.SUBMITTING)
    swept = sweep.sweep()
    assert (swept.uncertain, swept.requeued, swept.held) == (1, 0, 0)
    assert again(message).status == MessageStatus.UNCERTAIN
    assert only_attempt(message).state == AttemptState.UNKNOWN
    settings.UNCERTAIN_GRACE_SECONDS = 0
    assert sweep.sweep().held == 1
    assert again(message).status == MessageStatus.HELD


def test_late_success_of_a_reaped_send_is_still_taken(aurora, carrier):
    message = queue(aurora)
    (claimed,) = sending.claim(10)
    dial = sending._write_ahead(claimed)
    Message.all_orgs.filter(pk=message.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    sweep.sweep()
    assert again(message).status == MessageStatus.UNCERTAIN
    timeouts = sending.Timeouts(1, 1)
    sending.record(dial, dial.adapter.send(dial.credentials, dial.wire, timeouts))
    message = again(message)
    assert (message.status, message.error_code) == (MessageStatus.ACCEPTED, "")
    assert only_attempt(message).state == AttemptState.ACCEPTED


def test_database_refuses_a_second_living_attempt(aurora):
    message = make_message(make_conversation(aurora), status=MessageStatus.ACCEPTED)
    make_attempt(message, state=AttemptState.UNKNOWN)
    with pytest.raises(IntegrityError, match="message_is_with_one_provider_at_a_time"), transaction.atomic():
        make_attempt(message, state=AttemptState.SUBMITTING)
    make_attempt(message, state=AttemptState.REJECTED)


def test_scheduled_text_waits_for_its_time(aurora, carrier):
    message = queue(aurora, send_at=timezone.now() + timedelta(hours=1))
    assert message.status == MessageStatus.SCHEDULED
    sweep.sweep()
    send_due()
    assert (again(message).status, carrier.truth()) == (MessageStatus.SCHEDULED, [])
    Message.all_orgs.filter(pk=message.pk).update(send_at=timezone.now())
    assert sweep.sweep().released == 1
    send_due()
    assert again(message).status == MessageStatus.ACCEPTED


def test_canceled_text_is_never_dialled(aurora, carrier):
    message = queue(aurora)
    services.cancel_message(org=aurora.org, actor=aurora.agent, message=message)
    send_due()
    assert (again(message).status, carrier.truth()) == (MessageStatus.CANCELED, [])
    with pytest.raises(services.UnableToCancel):
        services.cancel_message(org=aurora.org, actor=aurora.agent, message=message)


def test_inactive_account_fails_the_text_readably(aurora, carrier):
    message = queue(aurora)
    aurora.twilio.is_active = False
    aurora.twilio.save()
    send_due()
    assert (again(message).status, again(message).error_code) == (MessageStatus.FAILED, ErrorCode.AUTH_ERROR)
    assert carrier.truth() == []
