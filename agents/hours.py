"""Business hours: when a team answers, else when its organization does. Without any hours somebody always does."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from agents.calendars import FARTHEST, Calendar
from agents.models import BusinessHours, Team
from agents.weekly import parse
from contactcenter.core.models import Organization
from contactcenter.core.zones import zone_named

__all__ = ["FARTHEST", "Hours", "is_open", "next_opening", "of", "of_teams"]


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours that count for a team, and what is answered outside them, by language."""

    calendar: Calendar
    replies: Mapping[str, str]

    def reply_in(self, *languages: str) -> str:
        """Return the answer in the first of the languages that has one, else in any; empty when there is none."""
        wanted = [language[:2].lower() for language in languages]
        return next((self.replies[one] for one in [*wanted, *self.replies] if one in self.replies), "")


def of(org: Organization, team_id: UUID | None) -> Hours | None:
    """Return the hours of one of the organization's teams (None: of no team in particular); None where it has none.

    The organization's holidays close every team, and its answer stands in for a team's.
    """
    ours = BusinessHours.objects.for_org(org).filter(Q(team_id=team_id) | Q(team__isnull=True))
    return _that_count(org, team_id, ours.prefetch_related("holidays"))


def of_teams(org: Organization, team_ids: Iterable[UUID]) -> dict[UUID, Hours | None]:
    """Return the same for several of the organization's teams, with as many queries as for one."""
    rows = list(BusinessHours.objects.for_org(org).prefetch_related("holidays"))
    return {team_id: _that_count(org, team_id, rows) for team_id in team_ids}


def _that_count(org: Organization, team_id: UUID | None, given: Iterable[BusinessHours]) -> Hours | None:
    rows = sorted((row for row in given if row.team_id in (team_id, None)), key=lambda row: row.team_id is None)
    if not rows:
        return None
    holidays = frozenset(holiday.day for row in rows for holiday in row.holidays.all())
    return Hours(
        calendar=Calendar(zone=_zone(rows[0], org), spans=parse(rows[0].weekly), holidays=holidays),
        replies=next((row.replies for row in rows if row.replies), {}),
    )


def is_open(org: Organization, team: Team | None, at: datetime) -> bool:
    """Whether a team (None: the organization) answers at a moment."""
    hours = of(org, team.pk if team else None)
    return hours is None or hours.calendar.is_open(at)


def next_opening(org: Organization, team: Team | None, at: datetime) -> datetime | None:
    """Return from when on a team (None: the organization) answers: `at`, where it does; None where it never does."""
    hours = of(org, team.pk if team else None)
    return at if hours is None else hours.calendar.next_opening(at)


def _zone(hours: BusinessHours, org: Organization) -> ZoneInfo:
    return zone_named(hours.time_zone) or org.zone
