"""What one person has to do, and has done lately. The organization comes first, then the person's id."""

from uuid import UUID

from django.db.models import QuerySet, Value

from agents.models import TeamMember
from analytics.selectors import live
from analytics.selectors.live import WAITS_SINCE, CallRow, ConversationRow
from calls.enums import LIVE
from calls.models import Call
from contactcenter.core.models import Organization
from contactcenter.core.statements import Row
from contactcenter.core.written_once import written_once
from sms.enums import ConversationState
from sms.models import Conversation

_MOST_CALLS, _MOST_CONVERSATIONS = 10, 20


def call(org: Organization, pk: UUID) -> Call | None:
    """Return one call of the organization that nobody deleted, or None."""
    return _calls(org).filter(pk=pk).first()


def calls(org: Organization, user_id: UUID) -> tuple[list[CallRow], list[CallRow]]:
    """Return the person's calls that have not ended, the oldest first, and the last ones that have, the newest first.

    One query, as below: a page asks for both at every look.
    """
    found = [live.call_row(*one) for one in _latest_calls(org.pk, user_id)]
    found.sort(key=lambda call: (call.started_at, call.pk))
    return [call for call in found if call.status in LIVE], [call for call in found[::-1] if call.status not in LIVE]


@written_once
def _latest_calls(org_id: UUID, user_id: UUID) -> "QuerySet[Call, Row]":
    own = _calls(org_id).filter(agent_id=user_id)
    going_on = own.filter(status__in=LIVE).order_by("started_at", "id")
    over = own.filter(ended_at__isnull=False).exclude(status__in=LIVE).order_by("-started_at", "-id")
    first, second = (rows.values_list(*live.OF_CALL)[:_MOST_CALLS] for rows in (going_on, over))
    return first.union(second, all=True)


def conversations(org: Organization, user_id: UUID) -> tuple[list[ConversationRow], list[ConversationRow]]:
    """Return the person's open conversations, and those of their teams that are nobody's yet: in each, those in which
    somebody waits come first, the longest at the top.
    """
    found = [(is_own, ConversationRow(*one)) for is_own, *one in _conversations(org.pk, user_id)]
    found.sort(key=lambda pair: (pair[1].waiting_since is None, pair[1].waiting_since or 0, pair[1].pk))
    return [row for is_own, row in found if is_own], [row for is_own, row in found if not is_own]


@written_once
def _conversations(org_id: UUID, user_id: UUID) -> "QuerySet[Conversation, Row]":
    rows = Conversation.objects.for_org(org_id).filter(state=ConversationState.OPEN)
    teams = TeamMember.objects.for_org(org_id).filter(agent__user_id=user_id).values("team_id")
    own = rows.filter(assignee_id=user_id)
    queue = rows.filter(assignee__isnull=True, team_id__in=teams)
    return _first(own, is_own=True).union(_first(queue, is_own=False), all=True)


def _first(rows: "QuerySet[Conversation]", *, is_own: bool) -> "QuerySet[Conversation, Row]":
    ordered = rows.annotate(is_own=Value(is_own)).order_by(WAITS_SINCE, "id")
    return ordered.values_list("is_own", *live.OF_CONVERSATION)[:_MOST_CONVERSATIONS]


def _calls(org: Organization | UUID) -> "QuerySet[Call]":
    return Call.objects.for_org(org).filter(deleted_at__isnull=True)
