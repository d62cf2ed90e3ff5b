"""When a provider is asked about a text, counted from the request that it was sent with.

Sources: the providers' own advice (Twilio's logging guide: poll what is not final after 12 hours, reconcile daily) and
when their prices are known.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings

# A state that is not final.
STATE = tuple(timedelta(minutes=minutes) for minutes in (15, 120, 720, 1440, 4320))
# A price that is not billed.
PRICE = tuple(timedelta(minutes=minutes) for minutes in (5, 60, 360, 1440, 2880, 4320))
# A text that was handed to the carrier and of which nothing is heard for so long will hardly be reported any more.
UNCONFIRMED_AFTER = timedelta(hours=12)
# Nothing is asked about after that.
LAST = timedelta(hours=72)
FIRST_CHECK = PRICE[0]
AFTER_FAILURE = timedelta(minutes=5)


def first_lookup(now: datetime) -> datetime | None:
    """Return when a doubt that begins `now` is looked into first; None where it never is."""
    return next_lookup(now, done=0)


def next_lookup(since: datetime, *, done: int) -> datetime | None:
    """Return when a doubt since `since` is looked into again, after so many look-ups; None after the last."""
    waits: Sequence[float] = settings.UNCERTAIN_LOOKUP_SECONDS
    return since + timedelta(seconds=waits[done]) if done < len(waits) else None


def next_check(since: datetime, now: datetime, *, needs_state: bool, needs_price: bool) -> datetime | None:
    """Return when an accepted text is asked about next; None when nothing is missing, or nothing more is to be had."""
    wanted = (STATE if needs_state else ()) + (PRICE if needs_price else ())
    return min((since + wait for wait in wanted if since + wait > now), default=None)
