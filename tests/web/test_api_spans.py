"""start_date and end_date in an address."""

from datetime import UTC, datetime, timedelta

import pytest
from django.http import QueryDict

from contactcenter.web.api.errors import Problem
from contactcenter.web.api.spans import Span

DAY = datetime(2025, 10, 5, tzinfo=UTC)
TINY = timedelta(microseconds=1)


def span(query: str) -> Span:
    return Span.of(QueryDict(query))


@pytest.mark.parametrize(
    ("given", "at"),
    [
        ("2025-10-05", DAY),
        (" 2025-10-05 ", DAY),
        ("2025-10-05T00:00:00Z", DAY),
        ("2025-10-05t00:00z", DAY),
        ("2025-10-05 00:00", DAY),
        ("2025-10-05T00:00:00.000", DAY),
        ("2025-10-05T02:00:00%2B02:00", DAY),
        ("2025-10-05T02:00:00+02:00", DAY),  # An unescaped plus sign is a space.
        ("2025-10-05T02:00:00%2B0200", DAY),
        ("2025-10-04T22:30:00-01:30", DAY),
    ],
)
def test_days_and_moments(given: str, at: datetime) -> None:
    assert span(f"start_date={given}") == Span(at, None)


def test_the_last_day_counts_as_a_whole_and_the_last_moment_counts() -> None:
    assert span("end_date=2025-10-05") == Span(None, DAY + timedelta(days=1))
    assert span("end_date=2025-10-05T00:00:00Z") == Span(None, DAY + TINY)
    assert span("start_date=2025-10-05&end_date=2025-10-05") == Span(DAY, DAY + timedelta(days=1))
    assert span("start_date=2025-10-05T00:00Z&end_date=2025-10-05T00:00Z") == Span(DAY, DAY + TINY)
    assert span("start_date=&end_date=") == span("") == Span(None, None)


@pytest.mark.parametrize("name", ["start_date", "end_date"])
@pytest.mark.parametrize(
    "given",
    [
        *["x", "2025-13-01", "2025-02-30", "20251005", "2025-W40", "2025-10", "05.10.2025", "2025-10-05T", "0"],
        *["2025-10-05T25:00", "2025-10-05T00:00 x", "2025-10-05T00:00Z Z", "٢٠٢٥-١٠-٠٥", "2025-10-05T00:00-99:00"],
        *["0001-01-01T00:00:00-00:00:", "0000-01-01", "10000-01-01", "0001-01-01T00:00%2B14:00"],
    ],
)
def test_nonsense_is_named(name: str, given: str) -> None:
    with pytest.raises(Problem) as caught:
        span(f"{name}={given}")
    called = name.replace("_", " ")
    assert (caught.value.status, caught.value.detail) == (400, f"Invalid {called}: {given.replace('%2B', '+')}")


def test_beyond_the_calendar() -> None:
    for query in ("end_date=9999-12-31", "start_date=9999-12-31T23:59:59-14:00"):
        with pytest.raises(Problem) as caught:
            span(query)
        assert caught.value.status == 400
    assert span("start_date=9999-12-31").since == datetime(9999, 12, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    "query",
    ["start_date=2025-10-06&end_date=2025-10-05", "start_date=2025-10-05T00:00:01Z&end_date=2025-10-05T00:00:00Z"],
)
def test_an_end_before_the_start(query: str) -> None:
    with pytest.raises(Problem) as caught:
        span(query)
    assert caught.value.status == 422
    assert [(error["loc"], error["type"]) for error in caught.value.errors or []] == [
        (["query", "end_date"], "end_before_start")
    ]
