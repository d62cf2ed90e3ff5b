"""Hours, days, weeks and months, and how they are written."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from analytics import periods
from analytics.enums import GroupBy
from analytics.selectors.figures import Figures


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


@pytest.mark.parametrize(
    ("figures", "average", "rate"),
    [
        (Figures(), 0, 0.0),
        (Figures(total=3), 0, 0.0),
        (Figures(total=3, completed=1, talked=59), 59, 33.33),
        (Figures(total=3, completed=2, talked=121), 61, 66.67),
        (Figures(total=4, completed=4, talked=241), 60, 100.0),
        (Figures(total=800, completed=1, talked=0), 0, 0.13),
    ],
)
def test_averages_are_whole_seconds_and_rates_have_two_decimals(figures: Figures, average: int, rate: float) -> None:
    assert (figures.average, figures.completion_rate) == (average, rate)
