"""From one provider to the other: after certain failures only, once, with a sender that fits."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import IntegrityError, connections, transaction
from django.urls import reverse
from django.utils import timezone

from contactcenter.core.models import OutboxEvent
from contactcenter.providers.base import DeliveryStatus, StatusReport
from contactcenter.providers.enums import Phase, ProviderName
from contactcenter.providers.errors import describe
from sms import consent, delivery, failover, sending, services
from sms.enums import AlarmKind, AttemptState, ConsentSource, ConsentState, ErrorCode, MessageStatus, RerouteKind
from sms.models import Alarm, Attempt, Consent, Message, Reroute, SmsPolicy
from tests.factories import Tenant, make_conversation, make_message

pytestmark = pytest.mark.django_db(transaction=True)
CZECH, AMERICAN, SPANISH = "+420601234567", "+12025551234", "+34612345678"
BAD_SENDER = {"twilio": 21659, "telnyx": 40305}


def queue(tenant: Tenant, provider: str, to: str, **fields) -> Message:
    number = getattr(tenant, f"{provider}_number").address
    text = services.OutgoingText(to_number=to, body="Hello", from_number=number, **fields)
    return services.send_message(org=tenant.org, actor=tenant.agent, text=text)


def send_due() -> None:
    for claimed in sending.claim(100):
        sending.send_claimed(claimed)


def again(message: Message) -> Message:
    return Message.all_orgs.get(pk=message.pk)


def refuse_once(carrier, code: int, to: str, http_status: int = 400) -> None:
    carrier.script({"refuse": {"http_status": http_status, "code": code, "message": "no"}}, times=1, to=to)


def undelivered(code: str, attempt: Attempt, status: DeliveryStatus = DeliveryStatus.UNDELIVERED) -> StatusReport:
    error = describe(ProviderName(attempt.provider), code, phase=Phase.DLR) if code else None
    return StatusReport(
        provider_message_id=attempt.provider_message_id, raw_status=status.value, status=status, error=error
    )


def tell(attempt: Attempt, report: StatusReport) -> bool:
    with transaction.atomic():
        return delivery.apply(attempt, report)


@pytest.mark.parametrize(("first", "second", "to"), [("twilio", "telnyx", CZECH), ("telnyx", "twilio", AMERICAN)])
def test_certain_refusal_goes_through_the_other_account_once(aurora, borealis, carrier, log_in, first, second, to):
    refuse_once(carrier, BAD_SENDER[first], to)
    message = queue(aurora, first, to)
    theirs = queue(borealis, "twilio", SPANISH)
    send_due()
    waiting = again(message)
    assert (waiting.status, waiting.failovers, waiting.error_code) == (MessageStatus.QUEUED, 1, ErrorCode.RETRYING)
    send_due()
    message = again(message)
    other = getattr(aurora, f"{second}_number")
    assert (message.status, message.error_code) == (MessageStatus.ACCEPTED, "")
    assert (message.account, message.from_address) == (other.account, other.address)
    assert waiting.cost == {"twilio": settings.TELNYX_SEGMENT_PRICE, "telnyx": settings.TWILIO_SEGMENT_PRICE}[first]
    assert message.conversation_id == waiting.conversation_id
    attempts = Attempt.all_orgs.filter(message=message).order_by("id").values_list("provider", "state")
    assert list(attempts) == [(first.upper(), AttemptState.REJECTED), (second.upper(), AttemptState.ACCEPTED)]
    assert [text["to"] for text in carrier.truth()].count(to) == 1
    way = Reroute.all_orgs.get()
    assert (way.message_id, way.kind, way.organization) == (message.pk, RerouteKind.REFUSED, aurora.org)
    assert way.provider_error_code == str(BAD_SENDER[first])
    assert again(theirs).failovers == 0
    page = log_in(aurora.agent).get(reverse("sms:conversation", args=[message.conversation_id])).content.decode()
    assert f"instead of {first.title()}" in page
    assert OutboxEvent.all_orgs.filter(object_id=message.pk, type="sms.sent").count() == 1


def test_second_failure_ends_the_text(aurora, carrier):
    refuse_once(carrier, BAD_SENDER["twilio"], CZECH)
    message = queue(aurora, "twilio", CZECH)
    send_due()
    refuse_once(carrier, BAD_SENDER["telnyx"], CZECH)
    for _ in range(3):
        send_due()
    message = again(message)
    assert (message.status, message.failovers) == (MessageStatus.FAILED, 1)
    assert Attempt.all_orgs.filter(message=message).count() == 2


@pytest.mark.parametrize("outcome", [{"hang": True}, {"cut": True}, {"server_error": True}])
def test_doubt_never_fails_over(aurora, carrier, outcome):
    carrier.script({**outcome, "callbacks": []}, to=CZECH)
    message = queue(aurora, "twilio", CZECH)
    for _ in range(3):
        send_due()
    message = again(message)
    assert (message.status, message.failovers, message.provider) == (MessageStatus.UNCERTAIN, 0, "TWILIO")
    assert not Reroute.all_orgs.exists()


@pytest.mark.parametrize("hindrance", ["off", "no sender", "opted out"])
def test_without_a_way_the_refusal_is_the_end(aurora, borealis, carrier, hindrance):
    to = SPANISH if hindrance == "no sender" else CZECH  # Only the other organization has a Spanish number.
    SmsPolicy.all_orgs.create(
        organization=aurora.org, fails_over=hindrance != "off", allowed_countries=["CZ", "ES", "US"]
    )
    message = queue(aurora, "twilio", to)
    (claimed,) = sending.claim(1)
    dial = sending._write_ahead(claimed)
    assert dial is not None
    if hindrance == "opted out":
        fields = {"state": ConsentState.OPTED_OUT, "source": "keyword", "message": None, "now": timezone.now()}
        with transaction.atomic():
            consent.write(org_id=aurora.org.pk, address=to, **fields)
    refuse_once(carrier, BAD_SENDER["twilio"], to)
    sending.record(dial, dial.adapter.send(dial.credentials, dial.wire, sending.Timeouts(1, 1)))
    message = again(message)
    assert (message.status, message.failovers, message.provider) == (MessageStatus.FAILED, 0, "TWILIO")


def sent(tenant: Tenant, provider: str, to: str) -> tuple[Message, Attempt]:
    message = queue(tenant, provider, to)
    send_due()
    return again(message), Attempt.all_orgs.get(message=message)


@pytest.mark.parametrize(
    ("first", "code", "to"), [("twilio", "30034", CZECH), ("telnyx", "40010", AMERICAN)], ids=["twilio", "telnyx"]
)
def test_reported_non_delivery_goes_through_the_other_account(aurora, carrier, first, code, to):
    message, attempt = sent(aurora, first, to)
    assert tell(attempt, undelivered(code, attempt))
    message = again(message)
    assert (message.status, message.failovers) == (MessageStatus.QUEUED, 1)
    assert Attempt.all_orgs.get(pk=attempt.pk).state == AttemptState.RETURNED
    send_due()
    message = again(message)
    assert (message.status, message.provider.lower() == first) == (MessageStatus.ACCEPTED, False)
    told = OutboxEvent.all_orgs.filter(object_id=message.pk).values_list("type", flat=True)
    assert list(told) == ["sms.sent"]
    # What the first provider says afterwards moves nothing; a delivery is an alarm, once.
    attempt.refresh_from_db()
    assert not tell(attempt, undelivered("", attempt, DeliveryStatus.SENT))
    assert not tell(attempt, undelivered("", attempt, DeliveryStatus.DELIVERED))
    assert not tell(attempt, undelivered("", attempt, DeliveryStatus.DELIVERED))
    alarm = Alarm.all_orgs.get()
    assert (alarm.kind, alarm.message_id, alarm.attempt_id) == (AlarmKind.DELIVERED_TWICE, message.pk, attempt.pk)
    assert again(message).status == MessageStatus.ACCEPTED


def test_delivery_before_the_second_dial_calls_the_failover_off(aurora, carrier):
    message, attempt = sent(aurora, "twilio", CZECH)
    tell(attempt, undelivered("30034", attempt))
    attempt.refresh_from_db()
    assert tell(attempt, undelivered("", attempt, DeliveryStatus.DELIVERED))
    send_due()
    message = again(message)
    assert (message.status, message.provider) == (MessageStatus.DELIVERED, "TWILIO")
    assert message.from_address == aurora.twilio_number.address
    assert len(carrier.truth()) == 1
    assert not Alarm.all_orgs.exists()


@pytest.mark.parametrize("code", ["30003", "30005", "30007", "30008", "99999"])
def test_other_reports_of_non_delivery_are_the_end(aurora, carrier, code):
    message, attempt = sent(aurora, "twilio", CZECH)
    assert tell(attempt, undelivered(code, attempt))
    assert (again(message).status, again(message).failovers) == (MessageStatus.UNDELIVERED, 0)


def test_two_reports_at_once_make_one_failover(aurora, carrier):
    message, attempt = sent(aurora, "twilio", CZECH)

    def report(_number: int) -> bool:
        try:
            return tell(Attempt.all_orgs.get(pk=attempt.pk), undelivered("30034", attempt))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(report, range(6))) == 1
    assert Reroute.all_orgs.filter(message=message).count() == 1
    assert again(message).failovers == 1


def test_database_refuses_a_second_failover_and_another_organizations_account(aurora, borealis):
    message = make_message(make_conversation(aurora))
    addresses = {"from_address": "a", "to_address": "b", "message": message, "organization": aurora.org}
    ours = {"from_account": aurora.twilio, "to_account": aurora.telnyx}
    Reroute.all_orgs.create(kind=RerouteKind.CIRCUIT, **ours, **addresses)
    Reroute.all_orgs.create(kind=RerouteKind.REFUSED, **ours, **addresses)
    with pytest.raises(IntegrityError, match="message_fails_over_once"), transaction.atomic():
        Reroute.all_orgs.create(kind=RerouteKind.RETURNED, **ours, **addresses)
    with pytest.raises(IntegrityError, match="message_has_at_most_one_failover"), transaction.atomic():
        Message.all_orgs.filter(pk=message.pk).update(failovers=2)
    theirs = {"from_account": aurora.twilio, "to_account": borealis.telnyx}
    with pytest.raises(IntegrityError, match="are_of_one_organization"), transaction.atomic():
        Reroute.all_orgs.create(kind=RerouteKind.CIRCUIT, **theirs, **addresses)


def test_sender_is_of_the_recipients_country_and_of_the_primary_account(aurora):
    SmsPolicy.all_orgs.create(organization=aurora.org, primary_account=aurora.telnyx)

    def send(to: str) -> str:
        text = services.OutgoingText(to_number=to, body="Hello")
        return services.send_message(org=aurora.org, actor=None, text=text).from_address

    assert send(CZECH) == send(AMERICAN) == aurora.telnyx_number.address
    SmsPolicy.all_orgs.update(primary_account=aurora.twilio)
    assert send(CZECH) == aurora.twilio_number.address
    message = Message.all_orgs.filter(to_address=CZECH).latest("id")
    assert failover.routing.around(message) == aurora.telnyx_number


def test_a_person_who_took_an_opt_out_back_at_one_provider_is_not_texted_through_the_other(aurora, borealis, carrier):
    refuse_once(carrier, BAD_SENDER["twilio"], CZECH)
    Consent.all_orgs.create(
        organization=aurora.org,
        address=CZECH,
        state=ConsentState.OPTED_IN,
        source=ConsentSource.KEYWORD,
        pinned_account=aurora.twilio,
        changed_at=timezone.now(),
    )
    message = queue(aurora, "twilio", CZECH)
    send_due()
    message = again(message)
    assert (message.status, message.failovers, message.account) == (MessageStatus.FAILED, 0, aurora.twilio)
