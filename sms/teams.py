"""Reads for the page of teams: who is there, what they hold, and how many customers wait. As many queries for any."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count

from agents import hours, presence
from agents.models import Agent, Team, TeamMember
from contactcenter.core.models import Organization
from sms.enums import ConversationState
from sms.models import Conversation


@dataclass(frozen=True, slots=True)
class Person:
    """A member as the page shows them."""

    name: str
    agent: Agent
    is_there: bool
    held: int


@dataclass(frozen=True, slots=True)
class Line:
    """One team. `opens_at`: None while it is open, and where it never opens."""

    team: Team
    people: Sequence[Person]
    waiting: int
    is_open: bool
    opens_at: datetime | None

    @property
    def there(self) -> int:
        """How many of its people have a page open."""
        return sum(person.is_there for person in self.people)


def teams_of(org: Organization, *, now: datetime) -> list[Line]:
    """Return the organization's teams by name, each with its people by name."""
    teams = list(Team.objects.for_org(org).order_by("name", "id"))
    found = hours.of_teams(org, [team.pk for team in teams])
    people, waiting = _people(org, now), _waiting(org)
    lines = []
    for team in teams:
        own = found[team.pk]
        is_open = own is None or own.calendar.is_open(now)
        opens_at = None if own is None or is_open else own.calendar.next_opening(now)
        lines.append(Line(team, people.get(team.pk, []), waiting.get(team.pk, 0), is_open, opens_at))
    return lines


def _people(org: Organization, now: datetime) -> dict[UUID, list[Person]]:
    held = _held(org)
    rows = TeamMember.objects.for_org(org).filter(agent__user__is_active=True).select_related("agent__user")
    people: dict[UUID, list[Person]] = {}
    for row in rows.order_by("agent__user__first_name", "agent__user__last_name", "id"):
        agent = row.agent
        person = Person(
            agent.user.get_full_name(), agent, presence.is_there(agent, now=now), held.get(agent.user_id, 0)
        )
        people.setdefault(row.team_id, []).append(person)
    return people


def _held(org: Organization) -> dict[UUID, int]:
    rows = Conversation.objects.for_org(org).filter(state=ConversationState.OPEN, assignee__isnull=False)
    return dict(rows.values_list("assignee_id").annotate(count=Count("id")).order_by())


def _waiting(org: Organization) -> dict[UUID, int]:
    rows = Conversation.objects.for_org(org).filter(
        state=ConversationState.OPEN, assignee__isnull=True, team__isnull=False, waiting_since__isnull=False
    )
    return dict(rows.values_list("team_id").annotate(count=Count("id")).order_by())
