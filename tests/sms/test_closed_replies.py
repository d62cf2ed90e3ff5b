"""Whoever writes outside business hours is told so: once for each time that we are closed, and not whom we may not."""

from datetime import date, time
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from agents.models import BusinessHours, Holiday, Team, TeamNumber
from sms import inbound
from sms.enums import ConsentSource, ConsentState, Direction, MessageClass, MessageStatus
from sms.models import ClosedReply, Consent, Message, SmsPolicy
from tests.factories import Tenant, make_contact, make_conversation
from tests.webhooks import post_twilio, twilio_form

pytestmark = pytest.mark.django_db(transaction=True)
CUSTOMER = "+15558675310"
# A Monday: the hours are in the organization's time zone, which is UTC.
MORNING, NOON, EVENING, LATE = (f"2026-11-23 {hour}:00:00+00:00" for hour in ("07", "12", "18", "23"))
NEXT_NIGHT = "2026-11-24 18:00:00+00:00"
_sids = (f"SM{number:032x}" for number in range(1, 10_000))


def write_in(tenant: Tenant, *, at: str, body: str = "Is anybody there?", **changes: str) -> None:
    sid = next(_sids)
    fields = {"AccountSid": tenant.twilio.account_id, "To": tenant.twilio_number.address, "MessageSid": sid}
    form = twilio_form("inbound_sms", **{**fields, "Body": body, **changes})
    with time_machine.travel(at, tick=False):
        assert post_twilio("/hooks/twilio/sms/inbound", form, tenant.twilio).status_code == 200
        inbound.process_due()


def replies() -> list[str]:
    rows = Message.all_orgs.filter(direction=Direction.OUTBOUND).order_by("id")
    return list(rows.values_list("body", flat=True))


def make_hours(tenant: Tenant, **fields: Any) -> BusinessHours:
    texts = {"weekly": "Mo-Fr 09:00-17:00", "reply_en": "We are closed.", "reply_cs": "Máme zavřeno."}
    return BusinessHours.all_orgs.create(**{"organization": tenant.org, **texts, **fields})


def test_whoever_writes_while_we_are_closed_is_told_so_once(aurora: Tenant, borealis: Tenant) -> None:
    make_hours(aurora)
    for at in (EVENING, LATE):
        write_in(aurora, at=at)
    write_in(borealis, at=EVENING)
    reply = Message.all_orgs.get(direction=Direction.OUTBOUND)
    assert (reply.body, reply.organization, reply.to_address) == ("We are closed.", aurora.org, CUSTOMER)
    assert (reply.status, reply.message_class, reply.answers) == (MessageStatus.QUEUED, MessageClass.AUTOMATIC, None)
    assert reply.from_address == aurora.twilio_number.address
    # It is no answer: the customer still waits.
    assert reply.conversation.waiting_since is not None
    assert ClosedReply.all_orgs.get().closed_until.isoformat() == "2026-11-24T09:00:00+00:00"
    write_in(aurora, at="2026-11-24 12:00:00+00:00")
    assert replies() == ["We are closed."]
    write_in(aurora, at=NEXT_NIGHT)
    assert replies() == ["We are closed."] * 2


def test_nothing_is_said_while_we_are_open_or_where_there_are_no_words(aurora: Tenant) -> None:
    hours = make_hours(aurora)
    write_in(aurora, at=NOON)
    hours.reply_en = hours.reply_cs = ""
    hours.save()
    write_in(aurora, at=EVENING)
    assert (replies(), ClosedReply.all_orgs.count()) == ([], 0)


def test_a_holiday_is_closed_all_day(aurora: Tenant) -> None:
    hours = make_hours(aurora)
    Holiday.all_orgs.create(organization=aurora.org, hours=hours, day=date(2026, 11, 23), name="A day off")
    write_in(aurora, at=NOON)
    assert replies() == ["We are closed."]


def test_the_team_of_the_number_answers_in_the_customers_language(aurora: Tenant) -> None:
    make_hours(aurora)
    team = Team.all_orgs.create(organization=aurora.org, name="Orders")
    TeamNumber.all_orgs.create(organization=aurora.org, team=team, phone_number=aurora.twilio_number)
    make_hours(aurora, team=team, weekly="Sa 09:00-10:00", reply_en="Only on Saturdays.", reply_cs="Jen v sobotu.")
    contact = make_contact(aurora, address=CUSTOMER)
    contact.language = "cs"
    contact.save()
    make_conversation(aurora, address=CUSTOMER, contact=contact)
    write_in(aurora, at=NOON)
    assert replies() == ["Jen v sobotu."]


@pytest.mark.parametrize("body", ["STOP", "HELP", "START", "stop."])
def test_a_keyword_is_no_question(aurora: Tenant, body: str) -> None:
    make_hours(aurora)
    write_in(aurora, at=EVENING, body=body)
    assert "We are closed." not in replies()
    assert not ClosedReply.all_orgs.exists()


def test_who_opted_out_a_short_code_and_a_robot_are_told_nothing(aurora: Tenant, settings: Any) -> None:
    make_hours(aurora)
    Consent.all_orgs.create(
        organization=aurora.org,
        address=CUSTOMER,
        state=ConsentState.OPTED_OUT,
        source=ConsentSource.KEYWORD,
        changed_at=timezone.now(),
    )
    write_in(aurora, at=EVENING)
    write_in(aurora, at=EVENING, From="12345")
    settings.AUTOMATIC_ANSWERS_PER_HOUR = 0
    write_in(aurora, at=EVENING, From="+15558675311")
    assert (replies(), ClosedReply.all_orgs.count()) == ([], 0)


@pytest.mark.parametrize(("minutes", "said"), [(60, ["We are closed."]), (0, [])])
def test_in_quiet_hours_it_goes_where_answers_may_go(aurora: Tenant, minutes: int, said: list[str]) -> None:
    make_hours(aurora)
    SmsPolicy.all_orgs.create(
        organization=aurora.org, quiet_start=time(21), quiet_end=time(8), quiet_reply_minutes=minutes
    )
    contact = make_contact(aurora, address=CUSTOMER)
    contact.time_zone = "UTC"
    contact.save()
    make_conversation(aurora, address=CUSTOMER, contact=contact)
    write_in(aurora, at=LATE)
    assert replies() == said
