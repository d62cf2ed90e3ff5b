"""How figures are written for people: by their format, in the reader's language."""

import re
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from django.utils.formats import number_format
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from analytics.enums import Format
from analytics.metric import Metric
from analytics.values import Value, Values, currencies
from contactcenter.web.money import money

NOTHING = "–"
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
# As many as rates have (docs/metrics.md): with fewer they would be rounded twice.
_PERCENT_PLACES = 2
_TIME_HOLE = re.compile(r"<!--since (\S+)-->")


def figure(values: Values, metric: Metric) -> str:
    """Return a figure as people read it; a dash for a share or a mean of nothing."""
    if metric.format is Format.MONEY:
        amounts = values.money(metric.key)
        return " + ".join(money(amount, currency) for currency, amount in amounts.items()) or NOTHING
    return plain(values[metric.key], metric.format)


def plain(value: Value, format: Format) -> str:
    """Return a value that is no money as people read it."""
    return _plain(value, format, get_language())


@lru_cache(maxsize=8192, typed=True)
def _plain(value: Value, format: Format, _language: str | None) -> str:
    """Kept, because a page has hundreds of them, and most are the same at the next look."""
    if value is None:
        return NOTHING
    if format is Format.SECONDS:
        return duration(int(value))
    if format is Format.PERCENT:
        return f"{_rounded(value, _PERCENT_PLACES)} %"
    return number_format(value, use_l10n=True, force_grouping=True)


def duration(seconds: int) -> str:
    """Return seconds as 0:03, 2:03 or 1:02:03, from a day on as 28 d 7 h: nobody reads minutes beside days."""
    sign, seconds = "-" if seconds < 0 else "", abs(seconds)
    if seconds >= _DAY:
        return sign + in_days() % {"days": seconds // _DAY, "hours": seconds % _DAY // _HOUR}
    hours, rest = divmod(seconds, _HOUR)
    minutes, rest = divmod(rest, _MINUTE)
    return sign + (f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}")


def in_days() -> str:
    """Return how days and hours are written, for what counts up in the browser as well."""
    # Translators: a duration of more than a day, as short as can be: 28 d 7 h.
    return gettext("%(days)s d %(hours)s h")


def time_since(since: datetime, now: datetime) -> SafeString:
    """Return <time-since>, which static/js/time-since.js counts up, with what it says now: also without a script."""
    return SafeString(_time_since(since, now, escape(in_days())))


def _time_since(since: datetime, now: datetime, days: str) -> str:
    shown = escape(duration(max(0, int((now - since).total_seconds()))))
    return f'<time-since since="{since.isoformat()}" now="{now.isoformat()}" days="{days}">{shown}</time-since>'


def time_hole(since: datetime) -> SafeString:
    """Return what `fill_times` puts <time-since> in: whatever is drawn with it says nothing of the moment."""
    return SafeString(f"<!--since {since.isoformat()}-->")


def fill_times(drawn: SafeString, now: datetime) -> SafeString:
    """Return what was drawn with the times as they are now. Texts of people are escaped: none of them is a hole."""
    days = escape(in_days())
    return SafeString(_TIME_HOLE.sub(lambda found: _time_since(datetime.fromisoformat(found[1]), now, days), drawn))


def difference(now: Values, then: Values, metric: Metric) -> str:
    """Return how a figure differs from the one before, with its sign and in words; or that they are not compared."""
    if metric.format is Format.MONEY and len(currencies((now, then), metric.key)) > 1:
        return gettext("no comparison")
    return _difference(now[metric.key], then[metric.key], metric.format, get_language())


@lru_cache(maxsize=4096, typed=True)
def _difference(ours: Value, theirs: Value, format: Format, _language: str | None) -> str:
    if ours is None or theirs is None:
        return gettext("no comparison")
    change = Decimal(str(ours)) - Decimal(str(theirs))
    if change and format is Format.PERCENT:
        points = _rounded(abs(change), _PERCENT_PLACES)
        words = gettext("%(points)s points more") if change > 0 else gettext("%(points)s points less")
        return words % {"points": f"{_sign(change)}{points}"}
    return share_of_change(ours, theirs)


def share_of_change(ours: int | float | Decimal, theirs: int | float | Decimal) -> str:
    """Return by how much of the one before a figure has changed, with its sign and in words."""
    change = Decimal(str(ours)) - Decimal(str(theirs))
    if not change:
        return gettext("as before")
    if not theirs:
        return gettext("none before")
    share = _rounded(abs(100 * change / Decimal(str(theirs))), 0)
    words = gettext("%(share)s %% more") if change > 0 else gettext("%(share)s %% less")
    return words % {"share": f"{_sign(change)}{share}"}


def number(value: Value) -> float | None:
    """Return a value as a chart takes it."""
    return None if value is None else float(value)


def _rounded(value: int | float | Decimal, places: int) -> str:
    """Return a number with so many decimals. Django's `number_format` alone cuts the others off."""
    nearest = Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return number_format(nearest, decimal_pos=places, use_l10n=True)


def _sign(change: Decimal) -> str:
    return "+" if change > 0 else "−"
