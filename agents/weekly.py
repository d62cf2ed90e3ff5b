"""Opening hours of a week, written as people write them: "Mo-Fr 09:00-12:00, 13:00-17:00; Sa 10:00-14:00"."""

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MINUTES_A_DAY = 24 * 60

_DAYS = r"[A-Z][a-z](?:-[A-Z][a-z])?"
_TIMES = r"\d{1,2}:\d{2}-\d{1,2}:\d{2}"
_RULE = re.compile(rf"({_DAYS}(?:, ?{_DAYS})*) ({_TIMES}(?:, ?{_TIMES})*)")


class UnreadableHours(ValueError):
    """The text does not say hours of a week."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Open from `start` until `end`, in minutes since midnight of a weekday (0: Monday).

    What ends after midnight has an `end` of more than a day.
    """

    weekday: int
    start: int
    end: int


def parse(text: str) -> tuple[Span, ...]:
    """Return the spans that a text says, in the order of the week. Raises UnreadableHours."""
    rules = [rule for rule in re.split(r"[;\n]", _tidy(text)) if rule.strip()]
    spans = {span for rule in rules for span in _spans_of(rule.strip())}
    if not spans:
        raise UnreadableHours
    return tuple(sorted(spans))


def validate(text: str) -> None:
    """Accept what `parse` can read. Raises ValidationError."""
    try:
        parse(text)
    except UnreadableHours as error:
        sentence = _("Write the hours like this: Mo-Fr 09:00-12:00, 13:00-17:00; Sa 10:00-14:00")
        raise ValidationError(sentence) from error


def _tidy(text: str) -> str:
    """Every kind of dash is one, and spaces around it, or several, make no difference."""
    dashed = re.sub(r"[ \t]*[-\u2010-\u2015][ \t]*", "-", text.replace("\r", "\n"))
    return re.sub(r"[ \t\u00a0]+", " ", re.sub(r"[ \t]*,[ \t]*", ", ", dashed))


def _spans_of(rule: str) -> list[Span]:
    found = _RULE.fullmatch(rule)
    if found is None:
        raise UnreadableHours
    days, times = found.groups()
    weekdays = [weekday for part in days.split(",") for weekday in _weekdays(part.strip())]
    return [Span(weekday, *_minutes(part.strip())) for weekday in weekdays for part in times.split(",")]


def _weekdays(part: str) -> list[int]:
    first, _dash, last = part.partition("-")
    if first not in DAYS or (last and last not in DAYS):
        raise UnreadableHours
    begin, end = DAYS.index(first), DAYS.index(last or first)
    # "Fr-Mo" goes over the end of the week.
    return [(begin + days) % 7 for days in range((end - begin) % 7 + 1)]


def _minutes(part: str) -> tuple[int, int]:
    start, end = (_minute(clock) for clock in part.split("-"))
    if start >= MINUTES_A_DAY or start == end:
        raise UnreadableHours
    return start, end if end > start else end + MINUTES_A_DAY


def _minute(clock: str) -> int:
    hour, minute = (int(digits) for digits in clock.split(":"))
    if minute > 59 or hour * 60 + minute > MINUTES_A_DAY:
        raise UnreadableHours
    return hour * 60 + minute
