"""Business hours: what can be written, when it is open, and from when on, also where the clocks are changed."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agents import hours
from agents.calendars import FARTHEST, Calendar
from agents.models import BusinessHours, Holiday, Team
from agents.weekly import Span, UnreadableHours, parse
from tests.factories import Tenant

PRAGUE = ZoneInfo("Europe/Prague")
WEEK = "Mo-Fr 09:00-17:00"


def local(year: int, month: int, day: int, hour: int = 0, minute: int = 0, *, fold: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, fold=fold, tzinfo=PRAGUE)


def calendar(weekly: str, *holidays: date) -> Calendar:
    return Calendar(zone=PRAGUE, spans=parse(weekly), holidays=frozenset(holidays))


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("Mo 09:00-17:00", (Span(0, 540, 1020),)),
        (" Sa – Su  9:00 — 12:00 ", (Span(5, 540, 720), Span(6, 540, 720))),
        ("Su-Mo 00:00-24:00", (Span(0, 0, 1440), Span(6, 0, 1440))),
        (
            "Mo,We 09:00-12:00,13:00-17:00",
            (Span(0, 540, 720), Span(0, 780, 1020), Span(2, 540, 720), Span(2, 780, 1020)),
        ),
        ("Tu 08:00-09:00\nFr 22:00-02:00;", (Span(1, 480, 540), Span(4, 1320, 1560))),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, spans: tuple[Span, ...]) -> None:
    assert parse(text) == spans


@pytest.mark.parametrize(
    "text",
    [
        *("", " ; ", "always", "Mo", "09:00-17:00", "Mo-Xx 09:00-17:00", "Mo 9-17", "Mo 09:00-09:00"),
        *("Mo 09:60-10:00", "Mo 24:00-25:00", "Mo 24:00-02:00", "Mo 09:00-17:00 Tu", "Mo 09:00-10:00, Tu 09:00-10:00"),
    ],
)
def test_what_says_no_hours_is_refused(text: str) -> None:
    with pytest.raises(UnreadableHours):
        parse(text)


def test_open_from_the_first_minute_until_the_last() -> None:
    open_at = calendar(WEEK).is_open
    monday = [local(2026, 11, 23, 9) + timedelta(seconds=s) for s in (-1, 0, 8 * 3600 - 1, 8 * 3600)]
    assert [open_at(at) for at in monday] == [False, True, True, False]
    assert [open_at(local(2026, 11, day, 12)) for day in range(23, 30)] == [True] * 5 + [False] * 2
    assert open_at(local(2026, 11, 23, 12).astimezone(UTC))


def test_hours_over_midnight_belong_to_the_day_that_they_begin_on() -> None:
    night = calendar("Fr 22:00-02:00", date(2026, 11, 27))
    assert [night.is_open(local(2026, 11, 21, hour)) for hour in (1, 2, 22)] == [True, False, False]
    # The Friday is a holiday, and so is the rest of its night.
    assert [night.is_open(at) for at in (local(2026, 11, 27, 23), local(2026, 11, 28, 1))] == [False, False]
    assert night.next_opening(local(2026, 11, 22)) == local(2026, 12, 4, 22)


def test_the_next_opening_leaves_out_nights_weekends_and_holidays() -> None:
    week = calendar(WEEK, date(2026, 11, 17), date(2026, 12, 24), date(2026, 12, 25))
    assert week.next_opening(local(2026, 11, 23, 8)) == local(2026, 11, 23, 9)
    assert week.next_opening(local(2026, 11, 23, 17)) == local(2026, 11, 24, 9)
    assert week.next_opening(local(2026, 11, 16, 18)) == local(2026, 11, 18, 9)
    assert week.next_opening(local(2026, 12, 23, 17)) == local(2026, 12, 28, 9)
    at = local(2026, 11, 23, 10)
    assert week.next_opening(at) == at


def test_what_is_closed_every_day_never_opens() -> None:
    start = date(2026, 1, 1)
    days = [start + timedelta(days=n) for n in range(FARTHEST.days + 1)]
    assert calendar("Mo-Su 09:00-17:00", *days).next_opening(local(2026, 1, 1)) is None


def test_the_hours_keep_to_the_wall_clock_when_summer_begins() -> None:
    # On 29 March 2026 two o'clock becomes three.
    week = calendar("Mo-Su 09:00-17:00")
    assert week.next_opening(local(2026, 3, 28, 18)) == datetime(2026, 3, 29, 7, tzinfo=UTC)
    assert week.next_opening(local(2026, 3, 27, 18)) == datetime(2026, 3, 28, 8, tzinfo=UTC)
    # A beginning that the clocks leave out is when they are put forward; hours that they leave out do not come.
    assert calendar("Su 02:30-06:00").next_opening(local(2026, 3, 29)) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert calendar("Su 02:10-02:50").next_opening(local(2026, 3, 29)) == local(2026, 4, 5, 2, 10)


def test_an_hour_that_comes_twice_when_winter_begins_is_open_twice() -> None:
    # On 25 October 2026 three o'clock becomes two: 02:00 to 03:00 is 00:00Z to 01:00Z, and again 01:00Z to 02:00Z.
    early = calendar("Su 02:00-02:30")
    zulu = [datetime(2026, 10, 25, hour, minute, tzinfo=UTC) for hour in (0, 1) for minute in (0, 29, 30)]
    assert [early.is_open(at) for at in zulu] == [True, True, False] * 2
    assert early.next_opening(zulu[2]) == zulu[3]
    # Open until half past two, and again when it is two once more, though no hours begin then.
    assert calendar("Sa 22:00-02:30").next_opening(zulu[2]) == zulu[3]
    assert early.next_opening(zulu[5]) == local(2026, 11, 1, 2)


def test_a_teams_hours_come_before_the_organizations(aurora: Tenant, borealis: Tenant) -> None:
    aurora.org.time_zone = "Europe/Prague"
    sales, support = (Team.all_orgs.create(organization=aurora.org, name=name) for name in ("Sales", "Support"))
    monday = local(2026, 11, 23, 20)
    assert hours.of(aurora.org, sales.pk) is None
    assert hours.is_open(aurora.org, sales, monday)
    everybody = BusinessHours.all_orgs.create(
        organization=aurora.org, weekly=WEEK, reply_en="Closed", reply_cs="Zavřeno"
    )
    own = BusinessHours.all_orgs.create(
        organization=aurora.org, team=sales, weekly="Mo-Su 10:00-22:00", time_zone="America/New_York"
    )
    Holiday.all_orgs.create(organization=aurora.org, hours=everybody, day=date(2026, 11, 24), name="A day off")
    Holiday.all_orgs.create(organization=aurora.org, hours=own, day=date(2026, 11, 25), name="Another one")
    assert [hours.is_open(aurora.org, team, monday) for team in (sales, support, None)] == [True, False, False]
    assert hours.next_opening(aurora.org, support, monday) == local(2026, 11, 25, 9)
    zone = ZoneInfo("America/New_York")
    closes = datetime(2026, 11, 23, 22, tzinfo=zone)
    assert hours.next_opening(aurora.org, sales, closes) == datetime(2026, 11, 26, 10, tzinfo=zone)
    assert hours.is_open(borealis.org, None, monday)


def test_the_answer_is_in_the_customers_language_else_the_organizations_else_in_any(aurora: Tenant) -> None:
    team = Team.all_orgs.create(organization=aurora.org, name="Sales")
    BusinessHours.all_orgs.create(organization=aurora.org, weekly=WEEK, reply_en="Closed", reply_cs="Zavřeno")
    own = BusinessHours.all_orgs.create(organization=aurora.org, team=team, weekly=WEEK)
    found = hours.of(aurora.org, team.pk)
    assert found is not None
    assert [found.reply_in(*spoken) for spoken in (("cs",), ("es", "cs"), ("", "en-GB"), ("es", "de"))] == [
        *("Zavřeno", "Zavřeno", "Closed", "Closed"),
    ]
    own.reply_es = "Cerrado"
    own.save()
    found = hours.of(aurora.org, team.pk)
    assert found is not None
    assert found.reply_in("cs", "en") == "Cerrado"
