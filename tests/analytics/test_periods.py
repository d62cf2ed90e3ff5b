"""Hours, days, weeks and months, and how they are written."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from analytics import periods
from analytics.enums import GroupBy, Subject
from analytics.metrics import stored
from analytics.values import Values


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def labels(since: datetime, until: datetime, by: GroupBy) -> list[str]:
    return [periods.label(start, by) for start in periods.starts(since, until, by)]


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (GroupBy.HOUR, "2025-10-05 14:00"),
        (GroupBy.DAY, "2025-10-05"),
        (GroupBy.WEEK, "2025-W40"),
        (GroupBy.MONTH, "2025-10"),
    ],
)
def test_the_contracts_own_examples(by: GroupBy, expected: str) -> None:
    moment = at(2025, 10, 5, 14, 59, 59)
    assert periods.label(periods.first_of(moment, by), by) == expected


@pytest.mark.parametrize(
    ("since", "until", "by", "expected"),
    [
        # The week of the turn of the year belongs to the year of its Thursday (ISO 8601).
        (at(2024, 12, 29), at(2025, 1, 6, 0, 0, 1), GroupBy.WEEK, ["2024-W52", "2025-W01", "2025-W02"]),
        (at(2021, 1, 1), at(2021, 1, 4), GroupBy.WEEK, ["2020-W53"]),
        (at(2024, 1, 31), at(2024, 4, 1), GroupBy.MONTH, ["2024-01", "2024-02", "2024-03"]),
        (at(2024, 2, 28), at(2024, 3, 1, 1), GroupBy.DAY, ["2024-02-28", "2024-02-29", "2024-03-01"]),
        (at(2025, 10, 5, 23, 59), at(2025, 10, 6, 1), GroupBy.HOUR, ["2025-10-05 23:00", "2025-10-06 00:00"]),
        (at(1, 1, 1), at(1, 1, 2), GroupBy.WEEK, ["0001-W01"]),
        (at(9999, 12, 30), at(9999, 12, 31, 23), GroupBy.MONTH, ["9999-12"]),
        (at(9999, 12, 30), at(9999, 12, 31, 23), GroupBy.WEEK, ["9999-W52"]),
    ],
)
def test_every_period_with_a_moment_in_the_stretch(
    since: datetime, until: datetime, by: GroupBy, expected: list[str]
) -> None:
    assert labels(since, until, by) == expected


def test_periods_are_those_of_utc() -> None:
    moment = datetime(2025, 10, 6, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    assert periods.first_of(moment, GroupBy.DAY) == at(2025, 10, 5)


@pytest.mark.parametrize(("by", "length"), [(GroupBy.HOUR, 1), (GroupBy.DAY, 24), (GroupBy.WEEK, 168)])
def test_no_more_periods_than_an_answer_holds(by: GroupBy, length: int) -> None:
    since = at(1900, 1, 1)
    most = timedelta(hours=length * periods.MOST_PERIODS)
    assert len(periods.starts(since, since + most, by)) == periods.MOST_PERIODS
    with pytest.raises(periods.TooManyPeriods):
        periods.starts(since, since + most + timedelta(microseconds=1), by)


def test_a_day_has_as_many_hours_as_its_zone_says() -> None:
    prague, spring, autumn = ZoneInfo("Europe/Prague"), date(2026, 3, 29), date(2026, 10, 25)
    for day, hours in ((spring, 23), (autumn, 25), (date(2026, 7, 1), 24)):
        start, end = (periods.midnight(one, prague) for one in (day, day + timedelta(days=1)))
        assert periods.starts(start, end, GroupBy.DAY, prague) == [start]
        assert len(periods.starts(start, end, GroupBy.HOUR, prague)) == hours
    start = periods.midnight(autumn, prague)
    shown = [periods.label(start + timedelta(hours=n), GroupBy.HOUR, prague) for n in (1, 2, 3, 4)]
    assert [label[-5:] for label in shown] == ["01:00", "02:00", "02:00", "03:00"]


@pytest.mark.parametrize(
    ("name", "moment", "start"),
    [
        ("Asia/Kathmandu", at(2026, 3, 1, 12, 14), at(2026, 3, 1, 11, 15)),
        ("America/St_Johns", at(2026, 3, 1, 12, 29), at(2026, 3, 1, 11, 30)),
        # The clock goes from 02:00 back to 01:30: that hour is one and a half long.
        ("Australia/Lord_Howe", at(2026, 4, 4, 15, 20), at(2026, 4, 4, 14, 0)),
    ],
)
def test_an_hour_begins_when_the_clock_shows_a_full_one(name: str, moment: datetime, start: datetime) -> None:
    assert periods.first_of(moment, GroupBy.HOUR, ZoneInfo(name)) == start


def test_a_day_that_a_zone_left_out_is_no_period() -> None:
    apia = ZoneInfo("Pacific/Apia")
    starts = periods.starts(at(2011, 12, 29, 12), at(2011, 12, 31, 12), GroupBy.DAY, apia)
    assert [periods.label(one, GroupBy.DAY, apia) for one in starts] == ["2011-12-29", "2011-12-31", "2012-01-01"]


@pytest.mark.parametrize(
    ("figures", "average", "rate"),
    [
        ({}, None, None),
        ({"total": 3}, None, 0.0),
        ({"total": 3, "completed": 1, "talked": 59}, 59, 33.33),
        ({"total": 3, "completed": 2, "talked": 121}, 61, 66.67),
        ({"total": 4, "completed": 4, "talked": 241}, 60, 100.0),
        ({"total": 800, "completed": 1, "talked": 0}, 0, 0.13),
    ],
)
def test_averages_are_whole_seconds_and_rates_have_two_decimals(
    figures: dict[str, int], average: int | None, rate: float | None
) -> None:
    stored_ones = tuple(figures.get(metric.key, 0) for metric in stored(Subject.CALLS))
    values = Values(Subject.CALLS, {"": stored_ones})
    assert (values["average_duration"], values["completion_rate"]) == (average, rate)


def test_money_is_added_up_for_each_currency_alone() -> None:
    def cost(amount: int) -> tuple[int, ...]:
        return tuple(amount if metric.key == "cost" else 1 for metric in stored(Subject.TEXTS))

    crowns, both = Values(Subject.TEXTS, {"CZK": cost(1_500_000)}), Values(Subject.TEXTS, {"": cost(0), "EUR": cost(1)})
    whole = Values.sum(Subject.TEXTS, [crowns, both, crowns])
    assert (crowns["cost"], Values(Subject.TEXTS)["cost"]) == (Decimal("1.5"), Decimal(0))
    assert whole.money("cost") == {"CZK": Decimal(3), "EUR": Decimal("0.000001")}
    assert (whole["cost"], whole["received"]) == (None, 4)
