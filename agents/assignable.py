"""Reads for assignment: which team answers at a number, and which of its members may be given something now."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models.functions import Now

from agents import presence
from agents.enums import AgentStatus
from agents.models import Team, TeamMember


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a team who is there. `capacity`: how many open conversations are given to them."""

    member_id: UUID
    user_id: UUID
    name: str
    language: str
    capacity: int
    last_assigned_at: datetime | None

    def speaks(self, language: str) -> bool:
        """Whether this is the language they answer in, whatever the country ("pt" and "pt-BR")."""
        return bool(language) and self.language.partition("-")[0] == language.partition("-")[0]


def team_at(org_id: UUID, number_id: UUID) -> Team | None:
    """Return the team that serves a number of the organization, else its default team, if it has one."""
    teams = Team.objects.for_org(org_id)
    return teams.filter(numbers__phone_number_id=number_id).first() or teams.filter(is_default=True).first()


def members_there(team: Team) -> list[Member]:
    """Return who of a team is there, available and has the skills that it asks for."""
    rows = TeamMember.objects.for_org(team.organization_id).filter(
        team=team,
        agent__status=AgentStatus.AVAILABLE,
        agent__last_seen_at__gt=Now() - presence.patience(),
        agent__user__is_active=True,
    )
    wanted = {skill.casefold() for skill in team.required_skills}
    return [
        Member(
            member_id=row.pk,
            user_id=row.agent.user_id,
            name=row.agent.user.get_full_name(),
            language=row.agent.language,
            capacity=row.agent.text_capacity,
            last_assigned_at=row.last_assigned_at,
        )
        for row in rows.select_related("agent__user").order_by("id")
        if wanted <= {skill.casefold() for skill in row.agent.skills}
    ]
