"""Quiet hours: by the clock of whoever gets the text, held at every gate, in every week of the year."""

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from contactcenter.core.models import Contact, Organization
from sms import quiet, scheduling, sending, services, sweep
from sms.enums import Direction, ErrorCode, MessageClass, MessageStatus
from sms.models import Message, SmsPolicy
from tests.carrier import Carrier
from tests.factories import Tenant, make_contact, make_conversation, make_message

PRAGUE, NEW_YORK, FREEPHONE, RUSSIA = "+420777123456", "+12125551234", "+18005551234", "+79161234567"
NIGHT = (time(21), time(8))


def hours(address: str, at: str, *, start: time = NIGHT[0], end: time = NIGHT[1], zone: str = "", home: str = "UTC"):
    found = quiet.hours_for(
        policy=SmsPolicy(quiet_start=start, quiet_end=end),
        org=Organization(time_zone=home),
        contact=Contact(time_zone=zone) if zone else None,
        address=address,
        at=datetime.fromisoformat(at).replace(tzinfo=UTC),
    )
    return tuple(
        moment and moment.astimezone(UTC).strftime("%m-%d %H:%M")
        for moment in (found.sendable_from, found.sendable_until)
    )


@pytest.mark.parametrize(
    ("address", "at", "expected"),
    [
        (PRAGUE, "2026-11-25T12:00", (None, "11-25 20:00")),
        (PRAGUE, "2026-11-25T19:59", (None, "11-25 20:00")),
        (PRAGUE, "2026-11-25T20:00", ("11-26 07:00", "11-26 20:00")),
        (PRAGUE, "2026-11-26T06:59", ("11-26 07:00", "11-26 20:00")),
        (PRAGUE, "2026-11-26T07:00", (None, "11-26 20:00")),
        (PRAGUE, "2026-07-01T19:30", ("07-02 06:00", "07-02 19:00")),
        (NEW_YORK, "2026-11-26T03:00", ("11-26 13:00", "11-27 02:00")),
        # Many zones: from 8:00 on Guam, where it is tomorrow already, to 21:00 on Newfoundland.
        (FREEPHONE, "2026-11-25T12:00", ("11-25 22:00", "11-26 00:30")),
        ("KRALIKI", "2026-11-25T22:00", ("11-26 08:00", "11-26 21:00")),
    ],
)
def test_it_is_quiet_by_the_recipients_clock(address, at, expected):
    assert hours(address, at) == expected


def test_the_contacts_own_zone_wins_and_the_organizations_is_the_last_resort():
    assert hours(PRAGUE, "2026-11-25T20:30", zone="America/New_York") == (None, "11-26 02:00")
    assert hours(PRAGUE, "2026-11-25T20:30", zone="Nowhere/Land") == ("11-26 07:00", "11-26 20:00")
    assert hours("12345", "2026-11-25T20:30", home="Europe/Prague") == ("11-26 07:00", "11-26 20:00")


def test_a_number_of_several_zones_is_quiet_while_it_is_quiet_in_any():
    # Spain and the Canaries: from the end on the islands (an hour later) to the beginning on the mainland.
    assert hours("+34600111222", "2026-11-26T07:30") == ("11-26 08:00", "11-26 20:00")
    assert hours("+34600111222", "2026-11-26T20:30") == ("11-27 08:00", "11-27 20:00")


def test_where_no_hour_suits_all_zones_the_organizations_own_decides():
    whole = {"start": time(14), "end": time(10)}
    assert hours(RUSSIA, "2026-11-26T12:00", home="Europe/Moscow", **whole) == ("11-27 07:00", "11-27 11:00")


def test_clocks_that_change_shorten_no_quiet_time():
    night = {"start": time(1, 30), "end": time(2, 30)}
    # Forward: 2:30 does not exist on 29 March in Prague; back: it comes twice on 25 October, and 1:30 once.
    assert hours(PRAGUE, "2026-03-29T00:45", **night) == ("03-29 01:30", "03-29 23:30")
    assert hours(PRAGUE, "2026-10-25T00:45", **night) == ("10-25 01:30", "10-26 00:30")


MOMENTS = st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 12, 31)).map(
    lambda at: at.replace(tzinfo=UTC)
)


@settings(max_examples=60)
@given(at=MOMENTS, start=st.times(), end=st.times(), address=st.sampled_from([PRAGUE, NEW_YORK, "+34600111222"]))
def test_what_may_go_is_never_in_anybodys_quiet_time(at, start, end, address):
    if start == end:
        return
    found = quiet.hours_for(
        policy=SmsPolicy(quiet_start=start, quiet_end=end), org=Organization(), contact=None, address=address, at=at
    )
    begins = found.sendable_from or at
    assert begins >= at
    assert found.sendable_until is None or begins < found.sendable_until
    later = quiet.hours_for(
        policy=SmsPolicy(quiet_start=start, quiet_end=end), org=Organization(), contact=None, address=address, at=begins
    )
    assert later.sendable_from is None or later.sendable_from == begins


# --- At the gates -------------------------------------------------------------------------------------------
EVENING = datetime(2026, 11, 25, 20, 30, tzinfo=UTC)
MORNING = datetime(2026, 11, 26, 7, 0, tzinfo=UTC)


@pytest.fixture
def quiet_nights(aurora: Tenant, borealis: Tenant) -> Tenant:
    SmsPolicy.all_orgs.create(
        organization=aurora.org, quiet_start=NIGHT[0], quiet_end=NIGHT[1], allowed_countries=["CZ", "ES", "US", "AU"]
    )
    SmsPolicy.all_orgs.create(organization=borealis.org, allowed_countries=["CZ"])
    return aurora


def queue(tenant: Tenant, **fields) -> Message:
    text = services.OutgoingText(**{"to_number": PRAGUE, "body": "Hello", **fields})
    return services.send_message(org=tenant.org, actor=tenant.agent, text=text)


def again(message: Message) -> Message:
    return Message.all_orgs.get(pk=message.pk)


@pytest.mark.django_db(transaction=True)
def test_a_text_in_quiet_hours_waits_for_their_end(quiet_nights, borealis):
    with time_machine.travel(EVENING, tick=False):
        held, code, foreign = queue(quiet_nights), queue(quiet_nights, message_class=MessageClass.CODE), queue(borealis)
        planned = queue(quiet_nights, send_at=datetime(2026, 11, 26, 23, 0, tzinfo=UTC))
        fine = queue(quiet_nights, send_at=datetime(2026, 11, 26, 9, 0, tzinfo=UTC))
    assert (held.status, held.error_code, held.send_at) == (MessageStatus.SCHEDULED, ErrorCode.QUIET_HOURS, MORNING)
    assert held.next_attempt_at == MORNING
    assert (code.status, code.error_code) == (MessageStatus.QUEUED, "")
    assert (foreign.status, foreign.sendable_until) == (MessageStatus.QUEUED, None)
    assert (planned.error_code, planned.send_at) == (ErrorCode.QUIET_HOURS, MORNING + timedelta(days=1))
    assert (fine.error_code, fine.send_at.hour, fine.sendable_until.hour) == ("", 9, 20)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("minutes_ago", "status"), [(59, MessageStatus.QUEUED), (61, MessageStatus.SCHEDULED)])
def test_who_has_just_written_gets_an_answer_at_night(quiet_nights, minutes_ago, status):
    conversation = make_conversation(quiet_nights, address=PRAGUE)
    make_message(conversation, direction=Direction.INBOUND, at=EVENING - timedelta(minutes=minutes_ago))
    with time_machine.travel(EVENING, tick=False):
        assert queue(quiet_nights).status == status
        assert queue(quiet_nights, message_class=MessageClass.NOTICE).status == MessageStatus.SCHEDULED


@pytest.mark.django_db(transaction=True)
def test_a_text_still_queued_when_quiet_hours_begin_goes_back(quiet_nights, borealis, carrier: Carrier):
    with time_machine.travel(EVENING - timedelta(hours=1), tick=False):
        late, in_time = queue(quiet_nights), queue(quiet_nights)
        foreign = queue(borealis)
    assert late.sendable_until == datetime(2026, 11, 25, 20, 0, tzinfo=UTC)
    Message.all_orgs.filter(pk=late.pk).update(sendable_until=datetime(2026, 1, 1, tzinfo=UTC))
    Message.all_orgs.filter(pk=in_time.pk).update(sendable_until=datetime(2099, 1, 1, tzinfo=UTC))
    with time_machine.travel(EVENING, tick=True):
        for claimed in sending.claim(10):
            sending.send_claimed(claimed)
        for claimed in sending.claim(10):  # Two of one conversation go one after the other.
            sending.send_claimed(claimed)
    late = again(late)
    assert (late.status, late.error_code, late.send_at) == (MessageStatus.SCHEDULED, ErrorCode.QUIET_HOURS, MORNING)
    assert [again(text).status for text in (in_time, foreign)] == [MessageStatus.ACCEPTED] * 2
    assert len(carrier.truth()) == 2


@pytest.mark.django_db(transaction=True)
def test_a_text_that_comes_due_in_quiet_hours_waits_on_and_then_goes(quiet_nights):
    past = datetime(2026, 1, 1, tzinfo=UTC)
    conversation = make_conversation(quiet_nights, address=PRAGUE)
    due = make_message(conversation, status=MessageStatus.SCHEDULED, send_at=past)
    with time_machine.travel(EVENING, tick=False):
        assert sweep.sweep().released == 0
    assert (again(due).error_code, again(due).send_at) == (ErrorCode.QUIET_HOURS, MORNING)
    Message.all_orgs.filter(pk=due.pk).update(send_at=past)
    with time_machine.travel(MORNING, tick=False):
        assert sweep.sweep().released == 1
    due = again(due)
    assert (due.status, due.error_code, due.next_attempt_at) == (MessageStatus.QUEUED, "", past)
    assert due.sendable_until == MORNING + timedelta(hours=13)


@pytest.mark.django_db(transaction=True)
def test_a_scheduled_text_can_be_sent_now_but_not_into_quiet_hours(quiet_nights):
    make_contact(quiet_nights, address=PRAGUE)
    with time_machine.travel(EVENING, tick=False):
        held = queue(quiet_nights)
        with pytest.raises(scheduling.QuietNow) as refusal:
            scheduling.send_now(org=quiet_nights.org, actor=quiet_nights.agent, message=held)
    assert refusal.value.until == MORNING
    with time_machine.travel(MORNING, tick=False):
        scheduling.send_now(org=quiet_nights.org, actor=quiet_nights.agent, message=held)
        with pytest.raises(scheduling.UnableToSendNow):
            scheduling.send_now(org=quiet_nights.org, actor=quiet_nights.agent, message=held)
    assert (again(held).status, again(held).error_code) == (MessageStatus.QUEUED, "")
