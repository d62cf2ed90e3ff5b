"""What one person has to do, and has done lately. The organization comes first, then the person's id."""

from uuid import UUID

from django.db.models import QuerySet

from agents.models import TeamMember
from analytics.selectors import live
from analytics.selectors.live import WAITS_SINCE, CallRow, ConversationRow
from calls.enums import LIVE
from calls.models import Call
from contactcenter.core.models import Organization
from sms.enums import ConversationState
from sms.models import Conversation

_MOST_CALLS, _MOST_CONVERSATIONS = 10, 20


def call(org: Organization, pk: UUID) -> Call | None:
    """Return one call of the organization that nobody deleted, or None."""
    return _calls(org).filter(pk=pk).first()


def live_calls(org: Organization, user_id: UUID) -> list[CallRow]:
    """Return the person's calls that have not ended, the oldest first."""
    rows = _calls(org).filter(agent_id=user_id, status__in=LIVE).order_by("started_at", "id")
    return live.call_rows(rows[:_MOST_CALLS])


def recent_calls(org: Organization, user_id: UUID) -> list[CallRow]:
    """Return the person's last calls that are over, the newest first."""
    rows = _calls(org).filter(agent_id=user_id, ended_at__isnull=False).order_by("-started_at", "-id")
    return live.call_rows(rows[:_MOST_CALLS])


def conversations(org: Organization, user_id: UUID) -> list[ConversationRow]:
    """Return the person's open conversations: those in which somebody waits come first, the longest at the top."""
    return _open(Conversation.objects.for_org(org).filter(assignee_id=user_id))


def queue(org: Organization, user_id: UUID) -> list[ConversationRow]:
    """Return the open conversations of the person's teams that are nobody's yet, in the same order."""
    teams = TeamMember.objects.for_org(org).filter(agent__user_id=user_id).values("team_id")
    return _open(Conversation.objects.for_org(org).filter(assignee__isnull=True, team_id__in=teams))


def _open(rows: "QuerySet[Conversation]") -> list[ConversationRow]:
    ordered = rows.filter(state=ConversationState.OPEN).order_by(WAITS_SINCE, "id")
    return live.conversation_rows(ordered[:_MOST_CONVERSATIONS])


def _calls(org: Organization) -> "QuerySet[Call]":
    return Call.objects.for_org(org).filter(deleted_at__isnull=True)
