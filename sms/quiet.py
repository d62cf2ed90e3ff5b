"""Quiet hours: when a text must not ring, by the clock of whoever gets it.

Where that is, the contact's time zone says, else the number, else the organization's time zone. A number of several
zones (a mobile number of a wide country, a freephone number) is quiet while it is quiet in any of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from contactcenter.core.models import Contact, Organization, PhoneNumber
from contactcenter.core.phone import zones_of
from contactcenter.core.zones import zone_named
from sms import selectors
from sms.enums import MessageClass
from sms.models import Conversation, Message, SmsPolicy

# What a person has just asked for may ring at any hour.
_PASSES = frozenset({MessageClass.CODE})
# Who has just written may be answered.
_ANSWERS = frozenset({MessageClass.REPLY, MessageClass.AUTOMATIC})
_FARTHEST = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Hours:
    """When a text may go: from `sendable_from` (None: now) on, until quiet hours begin (None: never)."""

    sendable_from: datetime | None = None
    sendable_until: datetime | None = None


ALWAYS = Hours()


def hours_for(*, policy: SmsPolicy, org: Organization, contact: Contact | None, address: str, at: datetime) -> Hours:
    """Return when a text to `address` that is due at `at` may go, by the organization's quiet hours."""
    if policy.quiet_start is None or policy.quiet_end is None:
        return ALWAYS
    zones = _zones(org, contact, address)
    found = _free_time(policy.quiet_start, policy.quiet_end, zones, at)
    if found is None:  # No hour suits all zones: the organization's own decides, or the first.
        home = org.zone if org.zone in zones else zones[0]
        found = _free_time(policy.quiet_start, policy.quiet_end, [home], at)
    begins, ends = found if found else (at, None)
    return Hours(begins if begins > at else None, ends)


def hours_of(message: Message, *, policy: SmsPolicy, at: datetime) -> Hours:
    """Return when a stored text may go, if it is due at `at`."""
    if policy.quiet_start is None or message.answers_id is not None:
        return ALWAYS
    return _hours(message.organization, policy, message.conversation, message.message_class, message.to_address, at)


def hours_between(
    sender: PhoneNumber, address: str, *, org: Organization, policy: SmsPolicy, message_class: str, at: datetime
) -> Hours:
    """Return when a text that is not stored yet may go, if it is due at `at`."""
    if policy.quiet_start is None:
        return ALWAYS
    rows = Conversation.objects.for_org(org).filter(phone_number=sender, address=address)
    conversation = rows.select_related("contact").first()
    return _hours(org, policy, conversation, message_class, address, at)


def _hours(
    org: Organization,
    policy: SmsPolicy,
    conversation: Conversation | None,
    message_class: str,
    address: str,
    at: datetime,
) -> Hours:
    if message_class in _PASSES:
        return ALWAYS
    if message_class in _ANSWERS and conversation is not None:
        heard_at = selectors.last_inbound_at(org, conversation)
        if heard_at is not None and at - heard_at < timedelta(minutes=policy.quiet_reply_minutes):
            return ALWAYS
    contact = conversation.contact if conversation is not None else selectors.contact_with(org, address)
    return hours_for(policy=policy, org=org, contact=contact, address=address, at=at)


def _zones(org: Organization, contact: Contact | None, address: str) -> list[ZoneInfo]:
    if contact is not None and (own := zone_named(contact.time_zone)):
        return [own]
    by_number = [zone for name in zones_of(address) if (zone := zone_named(name))]
    return by_number or [org.zone]


def _free_time(start: time, end: time, zones: Sequence[ZoneInfo], at: datetime) -> tuple[datetime, datetime] | None:
    """Return the first stretch from `at` on that is quiet in none of the zones; None when two days have none."""
    begins = at
    while (quiet := _quiet_somewhere(start, end, zones, begins)) is not None:
        begins = quiet
        if begins - at > _FARTHEST:
            return None
    return begins, min(_next_start(start, zone, begins) for zone in zones)


def _quiet_somewhere(start: time, end: time, zones: Sequence[ZoneInfo], at: datetime) -> datetime | None:
    """Return when the quiet time around `at` ends that ends last; None when it is quiet nowhere."""
    ends = [
        last
        for zone in zones
        for day in _days_around(zone, at)
        for first, last in [_quiet_time(start, end, zone, day)]
        if first <= at < last
    ]
    return max(ends) if ends else None


def _quiet_time(start: time, end: time, zone: ZoneInfo, day: date) -> tuple[datetime, datetime]:
    last_day = day if start < end else day + timedelta(days=1)
    return min(_moments(day, start, zone)), max(_moments(last_day, end, zone))


def _next_start(start: time, zone: ZoneInfo, after: datetime) -> datetime:
    moments = (min(_moments(day, start, zone)) for day in _days_around(zone, after))
    return min(moment for moment in moments if moment > after)


def _days_around(zone: ZoneInfo, at: datetime) -> list[date]:
    today = at.astimezone(zone).date()
    return [today + timedelta(days=days) for days in (-1, 0, 1, 2)]


def _moments(day: date, clock: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return both readings of a local time: they differ where the clocks are changed, when it happens twice or not."""
    local = datetime.combine(day, clock.replace(tzinfo=None), tzinfo=zone)
    return local.replace(fold=0).astimezone(UTC), local.replace(fold=1).astimezone(UTC)
