"""Gives conversations in which a customer waits to agents who are there, as each team wants it.

Of one organization's conversations one is given at a time, under a lock: no two workers give the same one, and nobody
is given more than they can hold. What people take and give themselves is not limited by it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, Exists, OuterRef, QuerySet

from agents import assignable, hours
from agents.assignable import Member
from agents.enums import Assignment
from agents.models import Team, TeamMember
from contactcenter.core import clock
from sms import history, selectors, transitions
from sms.enums import ConversationEventKind, ConversationState
from sms.models import Conversation, ConversationEvent

_LOCK_SEED = 7306
_BATCH = 200
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Free:
    """A member with room for one more; `held` is how many open conversations they have."""

    member: Member
    held: int

    @property
    def turn(self) -> tuple[datetime, UUID]:
        return self.member.last_assigned_at or _NEVER, self.member.member_id


_CHOICES: dict[str, Callable[[_Free], tuple[object, ...]]] = {
    Assignment.ROUND_ROBIN: lambda one: one.turn,
    Assignment.LEAST_BUSY: lambda one: (one.held, *one.turn),
}


def assign_waiting(now: datetime | None = None) -> int:
    """Give away what waits and can be given now; return how many conversations that were."""
    now = now or clock.now()
    waiting = _waiting(Conversation.all_orgs.filter(team=OuterRef("pk")))
    teams = Team.all_orgs.filter(Exists(waiting), organization__is_active=True).exclude(assignment=Assignment.OFF)
    return sum(_assign_in(team, now) for team in teams.select_related("organization").order_by("id"))


def _waiting(rows: "QuerySet[Conversation]") -> "QuerySet[Conversation]":
    return rows.filter(
        state=ConversationState.OPEN, assignee__isnull=True, team__isnull=False, waiting_since__isnull=False
    )


def _assign_in(team: Team, now: datetime) -> int:
    if not team.assigns_when_closed and not hours.is_open(team.organization, team, now):
        return 0
    if not _with_room(team):  # Without a lock: most looks end here, while everybody is busy or away.
        return 0
    rows = _waiting(Conversation.all_orgs.filter(team=team)).order_by("-priority", "waiting_since")
    given = 0
    for conversation_id in list(rows.values_list("pk", flat=True)[:_BATCH]):
        outcome = _assign_one(team, conversation_id)
        if outcome is None:
            break
        given += outcome
    return given


def _assign_one(team: Team, conversation_id: UUID) -> bool | None:
    """Give one conversation away; False when it cannot be given, None when nobody has room for any."""
    with transaction.atomic():
        _wait_for_turn(team.organization_id)
        free = _with_room(team)
        if not free:
            return None
        rows = _waiting(Conversation.all_orgs.filter(pk=conversation_id, team=team))
        conversation = rows.select_related("organization", "contact").first()
        if conversation is None:
            return False
        refused = _handed_back_by(conversation)
        chosen = _choose(team, [one for one in free if one.member.user_id != refused], conversation.contact.language)
        if chosen is None or not rows.update(assignee_id=chosen.user_id):
            return False
        _write_down(team, conversation, chosen)
    return True


def _wait_for_turn(org_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))", [str(org_id), _LOCK_SEED])


def _with_room(team: Team) -> list[_Free]:
    members = assignable.members_there(team)
    open_ones = Conversation.all_orgs.filter(
        organization_id=team.organization_id,
        state=ConversationState.OPEN,
        assignee_id__in=[member.user_id for member in members],
    )
    held = dict(open_ones.values_list("assignee_id").annotate(count=Count("id")).order_by())
    free = (_Free(member, held.get(member.user_id, 0)) for member in members)
    return [one for one in free if one.held < one.member.capacity]


def _handed_back_by(conversation: Conversation) -> UUID | None:
    """Return who handed the conversation back since the customer wrote last: it is not given to them again."""
    events = ConversationEvent.objects.for_org(conversation.organization_id).filter(conversation=conversation)
    last = events.filter(kind=ConversationEventKind.UNASSIGNED).order_by("-created_at").first()
    if last is None:
        return None
    heard_at = selectors.last_inbound_at(conversation.organization, conversation)
    return last.actor_id if heard_at is None or last.created_at > heard_at else None


def _choose(team: Team, free: Sequence[_Free], language: str) -> Member | None:
    speakers = [one for one in free if one.member.speaks(language)]
    chosen = min(speakers or free, key=_CHOICES[team.assignment], default=None)
    return chosen.member if chosen else None


def _write_down(team: Team, conversation: Conversation, chosen: Member) -> None:
    now, language = clock.now(), conversation.contact.language
    TeamMember.all_orgs.filter(pk=chosen.member_id).update(last_assigned_at=now)
    spoken: dict[str, Any] = {"language": language} if chosen.speaks(language) else {}
    history.record(
        org_id=team.organization_id,
        conversation_id=conversation.pk,
        kind=ConversationEventKind.ASSIGNED,
        at=now,
        user=str(chosen.user_id),
        name=chosen.name,
        team=str(team.pk),
        team_name=team.name,
        reason=team.assignment,
        **spoken,
    )
    transitions.announce(team.organization_id, conversation.pk)
