"""How a conversation's work is shown in its heading: whose it is, how urgent, what about, until when put off."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext

from contactcenter.web.access import OrgRequest
from sms.enums import ConversationState, Priority
from sms.models import Conversation
from sms.views.times import moment


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownWork:
    """What the heading says and offers. Empty words are not shown."""

    assignee: str
    is_mine: bool
    team: str
    state: str
    priority: str
    is_urgent: bool
    labels: list[dict[str, str]]
    is_open: bool
    is_resolved: bool


def work_of(request: OrgRequest, conversation: Conversation) -> ShownWork:
    """Return what is shown of a conversation that came from `selectors.conversation`; no query of its own."""
    assignee = conversation.assignee
    return ShownWork(
        assignee=assignee.get_full_name() if assignee else "",
        is_mine=conversation.assignee_id == request.user.pk,
        team=conversation.team.name if conversation.team else "",
        state=_state(conversation),
        priority=priority_words(conversation.priority),
        is_urgent=conversation.priority > Priority.NORMAL,
        labels=list(getattr(conversation, "label_words", ())),
        is_open=conversation.state == ConversationState.OPEN,
        is_resolved=conversation.state == ConversationState.RESOLVED,
    )


def priority_words(priority: int) -> str:
    """Return how urgent it is; empty for what is neither."""
    return "" if priority == Priority.NORMAL else str(Priority(priority).label)


def _state(conversation: Conversation) -> str:
    if conversation.state == ConversationState.OPEN:
        return ""
    if conversation.snoozed_until is None:
        return str(ConversationState(conversation.state).label)
    return gettext("snoozed until %(time)s") % {"time": moment(timezone.localtime(conversation.snoozed_until))}
