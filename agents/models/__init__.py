"""Agents, teams, their hours, and what agents said of themselves."""

from agents.models.people import Agent, BusinessHours, Holiday, Team, TeamMember, TeamNumber
from agents.models.status import AgentStatusChange, StatusReason

__all__ = [
    "Agent",
    "AgentStatusChange",
    "BusinessHours",
    "Holiday",
    "StatusReason",
    "Team",
    "TeamMember",
    "TeamNumber",
]
