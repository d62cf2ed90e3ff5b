"""Answers with many periods as JSON: what was written of periods that are kept is kept with them."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpResponse

from analytics.selectors.courses import Course, Period

Row = dict[str, Any]


def answer(head: Row, name: str, course: Course, row_of: Callable[[Period], Row]) -> HttpResponse:
    """Return an object with the members of `head`, and under `name` a row for each period."""

    def written(periods: Iterable[Period]) -> str:
        return ",".join(_json(row_of(period)) for period in periods)

    closed = course.closed.once((row_of.__module__, row_of.__qualname__), lambda: written(course.closed.periods))
    rows = ",".join(part for part in (closed, written(course.open)) if part)
    return HttpResponse(f"{_json(head)[:-1]},{_json(name)}:[{rows}]}}", content_type="application/json")


def _json(value: Any) -> str:
    """Return a value as DRF writes it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
