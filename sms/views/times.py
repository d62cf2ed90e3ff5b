"""Days and moments as people read them, by their own clock."""

from datetime import date, datetime, timedelta

from django.utils import dateformat, timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext


def moment(at: datetime) -> str:
    """Return a date and time by the reader's clock."""
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")


def day_name(day: date, today: date) -> str:
    """Return "Today", "Yesterday" or the date in the person's language."""
    if day == today:
        return gettext("Today")
    if day == today - timedelta(days=1):
        return gettext("Yesterday")
    return date_format(day, "DATE_FORMAT")


def when(at: datetime, today: date) -> str:
    """Return how long ago something was, as shortly as a list needs it."""
    age = (today - at.date()).days
    if age <= 0:
        return at.strftime("%H:%M")
    if age == 1:
        return gettext("Yesterday")
    if age < 7:
        return dateformat.format(at, "D")
    # How a short date is written, in the letters of Django's date filter.
    this_year, another_year = pgettext("short date", "j M"), pgettext("short date", "j M Y")
    return dateformat.format(at, this_year if at.year == today.year else another_year)
