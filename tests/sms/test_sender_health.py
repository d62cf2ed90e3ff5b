"""Numbers whose texts are filtered rest for a while; nothing is lost, and people can end it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from contactcenter.core.models import AuditEntry, PhoneNumber
from sms import sender_health, services
from sms.enums import Direction, MessageStatus
from sms.models import Message, SenderPause
from tests.conftest import LogIn
from tests.factories import Tenant, make_conversation, make_message, make_number

pytestmark = pytest.mark.django_db
FILTERED, NO_HANDSET, SUSPENDED = "30007", "30005", "30002"


@pytest.fixture(autouse=True)
def _few_texts_are_enough(settings) -> None:
    settings.SENDER_PAUSE_MIN_TEXTS, settings.SENDER_PAUSE_SHARE = 10, 0.5


def ended(tenant: Tenant, count: int, code: str = "", *, minutes: int = 5, number: PhoneNumber | None = None) -> None:
    """Make texts that were delivered, or failed with `code`."""
    conversation = make_conversation(tenant, phone_number=number or tenant.twilio_number)
    at = timezone.now() - timedelta(minutes=minutes)
    status = MessageStatus.UNDELIVERED if code else MessageStatus.DELIVERED
    for _ in range(count):
        make_message(conversation, status=status, at=at, provider_error_code=code)


def number_of(tenant: Tenant) -> PhoneNumber:
    return PhoneNumber.all_orgs.get(pk=tenant.twilio_number.pk)


def burn(tenant: Tenant) -> SenderPause:
    ended(tenant, 5)
    ended(tenant, 7, FILTERED)
    assert sender_health.pause_burning() == 1
    return SenderPause.objects.for_org(tenant.org).get()


def send(tenant: Tenant, from_number: str = "") -> Message:
    text = services.OutgoingText(to_number="+12025551234", body="Hello", from_number=from_number)
    return services.send_message(org=tenant.org, actor=tenant.agent, text=text)


def test_figures_tell_whose_fault_it_was_and_see_only_their_window(aurora, borealis):
    ended(aurora, 6)
    ended(aurora, 2, FILTERED)
    ended(aurora, 1, NO_HANDSET)
    ended(aurora, 1, SUSPENDED)
    ended(aurora, 4, FILTERED, minutes=120)
    ended(borealis, 3, FILTERED)
    make_message(make_conversation(aurora), direction=Direction.INBOUND)
    make_message(make_conversation(aurora), status=MessageStatus.SENT)
    hour = sender_health.of(aurora.org, window=sender_health.HOUR)
    day = sender_health.of(aurora.org, window=sender_health.DAY)
    assert list(hour) == [aurora.twilio_number.pk]
    figures = hour[aurora.twilio_number.pk]
    assert (figures.texts, figures.arrived, figures.failed, figures.failures) == (10, 6, 4, 2)
    assert (figures.worst_code, figures.percent(figures.failures)) == (FILTERED, 20)
    assert day[aurora.twilio_number.pk].failures == 6


@pytest.mark.parametrize(
    ("delivered", "failed", "code", "is_paused"),
    [(5, 5, FILTERED, True), (6, 5, FILTERED, False), (4, 5, FILTERED, False), (0, 20, NO_HANDSET, False)],
    ids=["half", "less than half", "too few", "the recipients' fault"],
)
def test_a_number_rests_when_enough_texts_fail_because_of_it(aurora, borealis, delivered, failed, code, is_paused):
    ended(aurora, delivered)
    ended(aurora, failed, code)
    ended(borealis, 20)
    assert sender_health.pause_burning() == is_paused
    assert (number_of(aurora).paused_until is not None) == is_paused
    assert sender_health.pause_burning() == 0
    assert not SenderPause.objects.for_org(borealis.org).exists()


def test_a_text_without_a_named_sender_leaves_from_another_number_of_the_country(aurora):
    make_number(aurora.telnyx, "+12025550777", label="0 first by its label")
    same = make_number(aurora.twilio, "+12025550888", label="z last by its label")
    assert send(aurora).from_address == aurora.twilio_number.address
    pause = burn(aurora)
    assert (pause.texts, pause.failures, pause.provider_error_code) == (12, 7, FILTERED)
    assert send(aurora).from_address == same.address
    with pytest.raises(services.SenderResting) as refused:
        send(aurora, aurora.twilio_number.address)
    assert 3590 < refused.value.retry_after <= 3600


def test_the_same_key_again_returns_the_first_text_though_its_number_rests_by_now(aurora):
    number = aurora.twilio_number.address
    text = services.OutgoingText(to_number="+12025551234", body="Hello", from_number=number, idempotency_key="once")
    first = services.send_message(org=aurora.org, actor=aurora.agent, text=text)
    burn(aurora)
    assert services.send_message(org=aurora.org, actor=aurora.agent, text=text) == first


def test_with_every_number_at_rest_nothing_is_accepted_and_the_wait_is_told(aurora):
    PhoneNumber.all_orgs.filter(organization=aurora.org).exclude(pk=aurora.twilio_number.pk).update(is_active=False)
    burn(aurora)
    before = Message.all_orgs.count()
    with pytest.raises(services.SenderResting):
        send(aurora)
    assert Message.all_orgs.count() == before


def test_a_pause_ends_by_itself_and_earlier_failures_are_forgiven(aurora):
    pause = burn(aurora)
    later = pause.until + timedelta(seconds=1)
    assert sender_health.pause_burning(now=later) == 0
    pause.refresh_from_db()
    assert (pause.ended_at, pause.ended_by) == (pause.until, None)
    assert number_of(aurora).paused_until is None


def test_an_administrator_sees_why_a_number_rests_and_ends_it(aurora, borealis, log_in: LogIn):
    pause = burn(aurora)
    url = f"/sms/health/pauses/{pause.pk}/resume/"
    assert log_in(borealis.admin).post(url).status_code == 404
    assert log_in(aurora.supervisor).post(url).status_code == 403
    browser = log_in(aurora.admin)
    page = browser.get("/sms/health/").content.decode()
    assert "7 of 12 texts" in page
    assert FILTERED in page
    assert url in page
    assert "7 of 12 texts" not in log_in(borealis.admin).get("/sms/health/").content.decode()
    assert browser.post(url).status_code == 302
    assert sender_health.pause_burning() == 0
    assert number_of(aurora).paused_until is None
    entries = AuditEntry.all_orgs.filter(organization=aurora.org).order_by("id").values_list("action", "actor")
    assert list(entries) == [("phone_number.paused", None), ("phone_number.resumed", aurora.admin.pk)]
    assert url not in browser.get("/sms/health/").content.decode()
