"""Status webhooks of both providers through the front door: signed, duplicated, early, late, strange, forged."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection, connections
from django.test import Client

from contactcenter.core.models import OutboxEvent, WebhookReceipt, WebhookRefusal
from sms import delivery, sending
from sms.enums import AttemptState, ErrorCode, MessageStatus
from sms.models import Attempt, Consent, Message, ProviderEvent
from tests.factories import Tenant, make_attempt, make_conversation, make_message
from tests.sms.test_sending import again, only_attempt, queue, send_due
from tests.webhooks import post_telnyx, post_twilio, telnyx_event, twilio_form

pytestmark = pytest.mark.django_db(transaction=True)
SID = "SM11111111111111111111111111111111"
TWILIO = "/hooks/twilio/sms/status"
TELNYX = "/hooks/telnyx/sms"


def sent_text(tenant: Tenant, *, sid: str = SID, provider: str = "twilio") -> tuple[Message, Attempt]:
    """A text that the provider has accepted."""
    conversation = make_conversation(tenant, phone_number=getattr(tenant, f"{provider}_number"))
    message = make_message(conversation, status=MessageStatus.ACCEPTED, provider_message_id=sid)
    return message, make_attempt(message, provider_message_id=sid)


def status_form(tenant: Tenant, name: str, **changes: str) -> dict[str, str]:
    ours = {"AccountSid": tenant.twilio.account_id, "From": tenant.twilio_number.address}
    return twilio_form(f"sms_status_{name}", **{**ours, **changes})


def report(tenant: Tenant, name: str, *, query: str = "", **changes: str) -> int:
    answer = post_twilio(TWILIO + query, status_form(tenant, name, **changes), tenant.twilio)
    delivery.process_due()
    return answer.status_code


def test_twilio_reports_move_the_text_forward_only(aurora, borealis):
    message, attempt = sent_text(aurora)
    seen = []
    for name in ["sending", "sent", "delivered", "sent", "queued", "read"]:
        assert report(aurora, name, query=f"?m={attempt.pk}") == 200
        seen.append(again(message).status)
    assert seen == ["accepted", "sent", "delivered", "delivered", "delivered", "read"]
    words = list(ProviderEvent.all_orgs.order_by("id").values_list("raw_status", "changed_status"))
    assert words == [("sending", False), ("sent", True), ("delivered", True), ("queued", False), ("read", True)]
    assert again(message).delivered_at is not None
    assert again(message).conversation.last_status == MessageStatus.READ
    # `sms.sent` is told when the provider accepts, which was before.
    assert list(OutboxEvent.all_orgs.values_list("type", flat=True)) == ["sms.delivered"]


def test_delivered_before_the_create_call_answered_then_a_late_sent_ends_delivered(aurora, carrier):
    message = queue(aurora)
    (claimed,) = sending.claim(10)
    dial = sending._write_ahead(claimed)
    outcome = dial.adapter.send(dial.credentials, dial.wire, sending.Timeouts(1, 1))
    sid = outcome.provider_message_id
    assert report(aurora, "delivered", query=f"?m={dial.attempt_id}", MessageSid=sid, SmsSid=sid) == 200
    assert again(message).status == MessageStatus.DELIVERED
    sending.record(dial, outcome)
    assert report(aurora, "sent", query=f"?m={dial.attempt_id}", MessageSid=sid, SmsSid=sid) == 200
    message = again(message)
    assert (message.status, message.provider_message_id) == (MessageStatus.DELIVERED, sid)
    assert only_attempt(message).state == AttemptState.ACCEPTED


def test_callback_with_our_attempt_id_settles_an_uncertain_text(aurora, carrier):
    carrier.script({"hang": True, "callbacks": []})
    message = queue(aurora)
    send_due()
    assert again(message).status == MessageStatus.UNCERTAIN
    attempt = only_attempt(message)
    assert report(aurora, "sent", query=f"?m={attempt.pk}") == 200
    message = again(message)
    assert (message.status, message.error_code, message.provider_message_id) == (MessageStatus.SENT, "", SID)
    assert only_attempt(message).state == AttemptState.ACCEPTED


def test_callback_without_our_id_waits_until_the_create_call_has_answered(aurora, carrier):
    message = queue(aurora)
    assert report(aurora, "delivered") == 200
    receipt = WebhookReceipt.all_orgs.get()
    assert (receipt.processed_at, receipt.attempts) == (None, 1)
    assert ProviderEvent.all_orgs.get().message is None
    send_due()
    Attempt.all_orgs.filter(message=message).update(provider_message_id=SID)
    WebhookReceipt.all_orgs.update(next_attempt_at=receipt.received_at)
    delivery.process_due()
    assert again(message).status == MessageStatus.DELIVERED
    assert ProviderEvent.all_orgs.get().message_id == message.pk


def test_the_same_webhook_twenty_times_in_parallel_makes_one_row(aurora):
    message, attempt = sent_text(aurora)
    form = status_form(aurora, "delivered")

    def deliver(_number: int) -> int:
        try:
            return post_twilio(f"{TWILIO}?m={attempt.pk}", form, aurora.twilio).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as pool:
        assert list(pool.map(deliver, range(20))) == [200] * 20
    delivery.process_due()
    assert WebhookReceipt.all_orgs.count() == ProviderEvent.all_orgs.count() == 1
    assert again(message).status == MessageStatus.DELIVERED


@pytest.mark.parametrize("signature", ["", "bm90IGEgc2lnbmF0dXJl", "ü", "="])
def test_unsigned_or_wrongly_signed_webhook_is_403_and_changes_nothing(aurora, signature):
    message, attempt = sent_text(aurora)
    answer = post_twilio(
        f"{TWILIO}?m={attempt.pk}", status_form(aurora, "delivered"), aurora.twilio, signature=signature
    )
    assert (answer.status_code, answer.content) == (403, b"")
    assert again(message).status == MessageStatus.ACCEPTED
    assert (WebhookReceipt.all_orgs.count(), ProviderEvent.all_orgs.count()) == (0, 0)
    refusal = WebhookRefusal.objects.get()
    assert (refusal.provider, refusal.reason, refusal.count) == ("TWILIO", "signature", 1)


def test_refusals_are_counted_not_stored(aurora):
    for _ in range(5):
        post_twilio(TWILIO, status_form(aurora, "delivered"), aurora.twilio, signature="")
    assert WebhookRefusal.objects.get().count == 5


def test_another_tenants_signature_moves_nothing_of_ours(aurora, borealis):
    message, attempt = sent_text(aurora)
    form = status_form(aurora, "delivered")
    assert post_twilio(f"{TWILIO}?m={attempt.pk}", form, borealis.twilio).status_code == 403
    form["AccountSid"] = borealis.twilio.account_id
    assert post_twilio(f"{TWILIO}?m={attempt.pk}", form, borealis.twilio).status_code == 200
    delivery.process_due()
    assert again(message).status == MessageStatus.ACCEPTED
    assert report(aurora, "delivered", query=f"?m={attempt.pk}") == 200
    assert again(message).status == MessageStatus.DELIVERED


@pytest.mark.parametrize(
    "public", ["https://cc.example.com", "https://cc.example.com:443", "http://cc.example.com:8080"]
)
def test_genuine_webhook_survives_a_proxy(aurora, settings, public):
    settings.PUBLIC_BASE_URL = public
    message, attempt = sent_text(aurora)
    answer = post_twilio(
        f"{TWILIO}?m={attempt.pk}", status_form(aurora, "delivered"), aurora.twilio, HTTP_HOST="10.0.0.7:3018"
    )
    assert answer.status_code == 200
    delivery.process_due()
    assert again(message).status == MessageStatus.DELIVERED


@pytest.mark.parametrize("headers", [{}, {"X-Forwarded-Proto": "http"}, {"X-Forwarded-Proto": "https"}])
def test_genuine_webhook_is_neither_redirected_nor_judged_by_its_host(aurora, settings, headers):
    settings.SECURE_SSL_REDIRECT = True
    settings.ALLOWED_HOSTS = ["cc.example.com"]
    settings.PUBLIC_BASE_URL = "https://cc.example.com"
    message, attempt = sent_text(aurora)
    form = status_form(aurora, "delivered")
    extra = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    answer = post_twilio(f"{TWILIO}?m={attempt.pk}", form, aurora.twilio, HTTP_HOST="web.internal:8000", **extra)
    assert answer.status_code == 200
    delivery.process_due()
    assert again(message).status == MessageStatus.DELIVERED


@pytest.mark.parametrize(
    "changes",
    [{"RawDlrDoneDate": ""}, {"Extra": "  two spaces  "}, {"ProfileName": "Zoë 😀"}, {"From": ""}, {"To": " "}],
    ids=["blank", "spaces", "emoji", "no sender", "blank recipient"],
)
def test_genuine_webhook_survives_odd_fields(aurora, changes):
    message, attempt = sent_text(aurora)
    assert report(aurora, "delivered", query=f"?m={attempt.pk}", **changes) == 200
    assert again(message).status == MessageStatus.DELIVERED


def test_genuine_webhook_survives_a_messaging_service_sender_that_we_do_not_know(aurora):
    message, attempt = sent_text(aurora)
    service = aurora.twilio.messaging_service_id
    changes = {"From": "+15550001111", "MessagingServiceSid": service}
    assert report(aurora, "delivered", query=f"?m={attempt.pk}", **changes) == 200
    assert again(message).status == MessageStatus.DELIVERED


def test_unknown_status_word_is_stored_and_never_a_failure(aurora):
    message, attempt = sent_text(aurora)
    form = {"MessageStatus": "teleported", "SmsStatus": "teleported"}
    assert report(aurora, "sent", query=f"?m={attempt.pk}", **form) == 200
    assert again(message).status == MessageStatus.ACCEPTED
    event = ProviderEvent.all_orgs.get()
    assert (event.raw_status, event.status, event.changed_status) == ("teleported", "", False)


def test_failure_reports_carry_their_reason_and_delivered_wins_among_final_words(aurora):
    message, attempt = sent_text(aurora)
    assert report(aurora, "undelivered_30005", query=f"?m={attempt.pk}") == 200
    failed = again(message)
    assert (failed.status, failed.provider_error_code) == (MessageStatus.UNDELIVERED, "30005")
    assert failed.error_code in ErrorCode.values
    assert report(aurora, "failed_30034", query=f"?m={attempt.pk}") == 200
    assert again(message).status == MessageStatus.UNDELIVERED
    assert report(aurora, "delivered", query=f"?m={attempt.pk}") == 200
    assert (again(message).status, again(message).error_code) == (MessageStatus.DELIVERED, "")


def test_telnyx_reports_bring_status_and_price(aurora):
    message, attempt = sent_text(aurora, sid="ac012cbf-5e09-46af-a69a-7c0e2d90993c", provider="telnyx")
    number = {"phone_number": aurora.telnyx_number.address}
    for name, event_id in [("message.finalized", "e-2"), ("message.sent", "e-1"), ("message.finalized", "e-2")]:
        event = telnyx_event(name, event_id=event_id, id=message.provider_message_id)
        event["data"]["payload"]["from"] |= number
        assert post_telnyx(f"{TELNYX}?m={attempt.pk}", event, aurora.telnyx).status_code == 200
    delivery.process_due()
    message = again(message)
    assert (message.status, message.cost, message.cost_currency, message.cost_source) == (
        MessageStatus.DELIVERED,
        Decimal("0.0051"),
        "USD",
        "final",
    )
    assert ProviderEvent.all_orgs.count() == 2


def test_telnyx_webhook_is_refused_when_forged_old_or_changed(aurora, borealis):
    _message, attempt = sent_text(aurora, sid="ac012cbf-5e09-46af-a69a-7c0e2d90993c", provider="telnyx")
    event = telnyx_event("message.finalized", event_id="e-1")
    event["data"]["payload"]["from"]["phone_number"] = aurora.telnyx_number.address
    path = f"{TELNYX}?m={attempt.pk}"
    assert post_telnyx(path, event, borealis.telnyx).status_code == 403
    assert post_telnyx(path, event, aurora.telnyx, at=1_700_000_000).status_code == 403
    assert Client().post(path, event, content_type="application/json").status_code == 403
    assert WebhookReceipt.all_orgs.count() == 0


@pytest.mark.parametrize("path", [TWILIO, "/hooks/twilio/sms/inbound/", TELNYX + "/"])
@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "application/x-www-form-urlencoded"),
        (b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
        (b"{", "application/json"),
        (b"[1]", "application/json"),
        (b'{"data": 7}', "application/json"),
        (b"x=%", "text/plain"),
        (b"\x00" * 600_000, "application/json"),
    ],
    ids=["empty", "bytes", "half", "list", "number", "plain", "large"],
)
def test_garbage_is_refused_without_an_error(aurora, path, body, content_type):
    answer = Client().post(path, body, content_type=content_type)
    assert answer.status_code == (413 if len(body) > 500_000 else 403)
    assert WebhookReceipt.all_orgs.count() == 0


def test_hooks_take_only_post(aurora):
    assert Client().get(TWILIO).status_code == 405


def test_opt_out_in_a_report_is_written_down(aurora):
    message, attempt = sent_text(aurora)
    changes = {"ErrorCode": "21610"}
    assert report(aurora, "failed_30034", query=f"?m={attempt.pk}", **changes) == 200
    assert again(message).error_code == ErrorCode.OPTED_OUT
    assert Consent.all_orgs.get().address == message.to_address


def test_failing_receipt_is_kept_and_tried_again(aurora, monkeypatch):
    message, attempt = sent_text(aurora)

    def fail(*_args: object) -> bool:
        raise RuntimeError("the disk is on fire")

    monkeypatch.setattr(delivery, "apply", fail)
    assert report(aurora, "delivered", query=f"?m={attempt.pk}") == 200
    receipt = WebhookReceipt.all_orgs.get()
    assert (receipt.processed_at, receipt.attempts, receipt.error) == (None, 1, "RuntimeError")
    monkeypatch.undo()
    WebhookReceipt.all_orgs.update(next_attempt_at=receipt.received_at)
    delivery.process_due()
    assert again(message).status == MessageStatus.DELIVERED


def test_webhook_takes_two_statements_at_most(aurora, django_assert_max_num_queries):
    _message, attempt = sent_text(aurora)
    path, form = f"{TWILIO}?m={attempt.pk}", status_form(aurora, "delivered")
    post_twilio(path, form, aurora.twilio)
    form["MessageSid"] = form["SmsSid"] = SID[:-1] + "2"
    with django_assert_max_num_queries(1, connection=connection):  # The account is remembered for some seconds.
        post_twilio(path, form, aurora.twilio)
