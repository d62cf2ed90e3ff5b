"""When the demo calls happened: in working hours of the organization's own time zone, mostly on weekdays."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from calls.demo.script import Profile

DAYS = 30
# Whatever a call of the demo is made of, it is over by then: none may be going on.
LONGEST = timedelta(minutes=30)
LONGEST_TALK = 25 * 60


def moments(profile: Profile, *, zone: ZoneInfo, now: datetime, chance: Random) -> list[datetime]:
    """Return when the calls began, oldest first."""
    days = [(now.astimezone(zone) - timedelta(days=ago)).date() for ago in range(DAYS)]
    weights = [profile.weekdays[day.weekday()] for day in days]
    hours, busy = list(profile.hours), list(profile.hours.values())
    found: set[datetime] = set()
    while len(found) < profile.total:
        (day,), (hour,) = chance.choices(days, weights), chance.choices(hours, busy)
        at = _moment(day, hour, zone, chance)
        if at + LONGEST < now:
            found.add(at)
    return sorted(found)


def _moment(day: date, hour: int, zone: ZoneInfo, chance: Random) -> datetime:
    minute, second, millisecond = chance.randrange(60), chance.randrange(60), chance.randrange(1000)
    local = datetime(day.year, day.month, day.day, hour, minute, second, millisecond * 1000, tzinfo=zone)
    return local.astimezone(UTC)


def talk_seconds(usual: int, chance: Random) -> int:
    """Return how long people talked: mostly about as long as usual, sometimes much longer."""
    return min(LONGEST_TALK, max(12, round(chance.lognormvariate(0, 0.55) * usual)))
