"""What people do with conversations: where each stands, whose it is, how urgent it is.

Every change is one conditional UPDATE. Who finds nothing to change changes nothing: no history, no audit, no bell.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from agents import selectors as agents
from contactcenter.core import clock
from contactcenter.core.models import Organization, User
from sms.deeds import change, row_of
from sms.enums import ConversationEventKind, ConversationState, Priority
from sms.models import Conversation

LONGEST_SNOOZE = timedelta(days=366)

_ACTIONS = {
    ConversationState.OPEN: "conversation.reopened",
    ConversationState.PENDING: "conversation.pending",
    ConversationState.SNOOZED: "conversation.snoozed",
    ConversationState.RESOLVED: "conversation.closed",
}


class UnknownAssignee(Exception):
    """Nobody who works in the organization, or somebody who does not any more."""


class UnknownTeam(Exception):
    """The organization has no such team (any more)."""


class TakenByColleague(Exception):
    """Somebody else has the conversation."""


class SnoozeTimePassed(Exception):
    """A conversation cannot sleep until a time that is over."""


class SnoozeTimeTooFar(Exception):
    """Nobody is put off for more than a year."""


def resolve(*, org: Organization, actor: User, conversation: Conversation) -> bool:
    """Say that a conversation is done, so nobody waits for an answer. The next text, in or out, opens it again."""
    return _set_state(org, actor, conversation, ConversationState.RESOLVED, waiting_since=None)


def reopen(*, org: Organization, actor: User, conversation: Conversation) -> bool:
    """Put a conversation back among the open ones."""
    return _set_state(org, actor, conversation, ConversationState.OPEN)


def set_pending(*, org: Organization, actor: User, conversation: Conversation) -> bool:
    """Say that something has to happen elsewhere first. The next text from outside opens it again."""
    return _set_state(org, actor, conversation, ConversationState.PENDING)


def snooze(
    *, org: Organization, actor: User, conversation: Conversation, until: datetime | None, now: datetime | None = None
) -> bool:
    """Put a conversation off until a time, or (None) until the next answer, which ends a snooze in any case.

    Raises SnoozeTimePassed, SnoozeTimeTooFar.
    """
    now = now or clock.now()
    if until is not None and until <= now:
        raise SnoozeTimePassed
    if until is not None and until > now + LONGEST_SNOOZE:
        raise SnoozeTimeTooFar
    return _set_state(org, actor, conversation, ConversationState.SNOOZED, until=until)


def _set_state(
    org: Organization,
    actor: User,
    conversation: Conversation,
    state: ConversationState,
    *,
    until: datetime | None = None,
    **fields: Any,
) -> bool:
    is_so_already = Q(state=state, snoozed_until=until) if until else Q(state=state, snoozed_until__isnull=True)
    return change(
        row_of(org, conversation).exclude(is_so_already),
        {"state": state, "snoozed_until": until, **fields},
        org=org,
        actor=actor,
        conversation=conversation,
        kind=ConversationEventKind.STATE,
        action=_ACTIONS[state],
        state=state,
        **({"until": until.isoformat()} if until else {}),
    )


def assign(*, org: Organization, actor: User, conversation: Conversation, user_id: UUID) -> bool:
    """Give a conversation to somebody who works in the organization. Raises UnknownAssignee."""
    with transaction.atomic():
        # Locked, so that an account that is just being closed is seen, or is closed afterwards.
        person = agents.colleagues(org).filter(pk=user_id).select_for_update(no_key=True).first()
        if person is None:
            raise UnknownAssignee
        return _give(org, actor, conversation, person, row_of(org, conversation).exclude(assignee=person))


def take(*, org: Organization, actor: User, conversation: Conversation) -> bool:
    """Take a conversation that nobody has; False when one has it already. Raises TakenByColleague."""
    if _give(org, actor, conversation, actor, row_of(org, conversation).filter(assignee__isnull=True)):
        return True
    if row_of(org, conversation).filter(assignee__isnull=False).exclude(assignee=actor).exists():
        raise TakenByColleague
    return False


def _give(org: Organization, actor: User, conversation: Conversation, person: User, rows: Any) -> bool:
    return change(
        rows,
        {"assignee": person},
        org=org,
        actor=actor,
        conversation=conversation,
        kind=ConversationEventKind.ASSIGNED,
        user=str(person.pk),
        name=person.get_full_name(),
    )


def hand_back(*, org: Organization, actor: User, conversation: Conversation) -> bool:
    """Take a conversation from whoever has it, so that it is anybody's again."""
    with transaction.atomic():
        rows = row_of(org, conversation).filter(assignee__isnull=False)
        before = rows.select_for_update(of=("self",)).select_related("assignee").first()
        if before is None or before.assignee is None:
            return False
        return change(
            rows,
            {"assignee": None},
            org=org,
            actor=actor,
            conversation=conversation,
            kind=ConversationEventKind.UNASSIGNED,
            user=str(before.assignee.pk),
            name=before.assignee.get_full_name(),
        )


def give_to_team(*, org: Organization, actor: User, conversation: Conversation, team_id: UUID) -> bool:
    """Say which team answers for a conversation. Raises UnknownTeam."""
    team = agents.teams(org).filter(pk=team_id).first()
    if team is None:
        raise UnknownTeam
    return change(
        row_of(org, conversation).exclude(team=team),
        {"team": team},
        org=org,
        actor=actor,
        conversation=conversation,
        kind=ConversationEventKind.TEAM,
        team=str(team.pk),
        name=team.name,
    )


def take_from_team(*, org: Organization, actor: User, conversation: Conversation) -> bool:
    """Say that no team in particular answers for a conversation."""
    with transaction.atomic():
        rows = row_of(org, conversation).filter(team__isnull=False)
        before = rows.select_for_update(of=("self",)).select_related("team").first()
        if before is None or before.team is None:
            return False
        return change(
            rows,
            {"team": None},
            org=org,
            actor=actor,
            conversation=conversation,
            kind=ConversationEventKind.NO_TEAM,
            team=str(before.team.pk),
            name=before.team.name,
        )


def set_priority(*, org: Organization, actor: User, conversation: Conversation, priority: Priority) -> bool:
    """Say how urgent a conversation is."""
    return change(
        row_of(org, conversation).exclude(priority=priority),
        {"priority": priority},
        org=org,
        actor=actor,
        conversation=conversation,
        kind=ConversationEventKind.PRIORITY,
        priority=int(priority),
    )
