"""Which conversations somebody wants to see, as conditions for the inbox's statements."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from sms.enums import ConversationState

# The state of whoever does not mind the state.
ANY_STATE = "any"


class Sort(models.TextChoices):
    """In which order conversations are listed."""

    LATEST = "latest", _("Latest first")
    WAITING = "waiting", _("Longest waiting first")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is left out (None, False) does not matter, nor does the state ANY_STATE.

    `mentioned` is somebody whom a note names, `newly_mentioned` one who has not seen it yet. The time begins with
    `since` and ends before `until`.
    """

    state: str = ConversationState.OPEN
    assignee: UUID | None = None
    unassigned: bool = False
    team: UUID | None = None
    label: UUID | None = None
    number: UUID | None = None
    mentioned: UUID | None = None
    newly_mentioned: UUID | None = None
    unread_only: bool = False
    since: datetime | None = None
    until: datetime | None = None


# Whoever is named in notes all day is shown the conversations of no more than their newest mentions.
_MOST_MENTIONS = 500
# An array, so that PostgreSQL begins with the person's few mentions rather than with all conversations.
_MENTIONS = (
    "c.id = ANY(ARRAY(SELECT on_it.conversation_id FROM sms_notemention AS on_it"
    " WHERE on_it.user_id = %({{p}}{name})s{which} LIMIT {most}))"
)
# `c` is the conversation, `{p}` sets the values of one list apart from those of the others in the same statement.
_CONDITIONS: dict[str, str] = {
    "assignee": "c.assignee_id = %({p}assignee)s",
    "unassigned": "c.assignee_id IS NULL",
    "team": "c.team_id = %({p}team)s",
    "label": "c.label_id = %({p}label)s",
    "number": "c.phone_number_id = %({p}number)s",
    "mentioned": _MENTIONS.format(name="mentioned", which=" ORDER BY on_it.id DESC", most=_MOST_MENTIONS),
    "newly_mentioned": _MENTIONS.format(
        name="newly_mentioned", which=" AND on_it.seen_at IS NULL", most=_MOST_MENTIONS
    ),
    "unread_only": "c.unread_count > 0",
    "since": "c.last_message_at >= %({p}since)s",
    "until": "c.last_message_at < %({p}until)s",
}
# What has a label is read from the label's rows, which hold all that the conditions and orders ask for.
_ALL = "sms_conversation"
_OF_LABEL = (
    "(SELECT conversation_id AS id, organization_id, label_id, state, assignee_id, team_id, phone_number_id,"
    " unread_count, last_message_at, waiting_since FROM sms_conversationlabel)"
)
_WAITING = "COALESCE(c.waiting_since, 'infinity'::timestamptz)"
# How each order is written, and what comes behind a line that was shown: both follow an index.
ORDERS: dict[str, str] = {
    Sort.LATEST: "c.last_message_at DESC, c.id DESC",
    Sort.WAITING: f"{_WAITING}, c.id",
}
BEHIND: dict[str, str] = {
    Sort.LATEST: " AND (c.last_message_at, c.id) < (%(at)s, %(pk)s)",
    Sort.WAITING: f" AND ({_WAITING}, c.id) > (COALESCE(%(at)s::timestamptz, 'infinity'), %(pk)s)",
}


def conditions(wanted: Wanted, *, prefix: str = "") -> tuple[str, dict[str, Any]]:
    """Return what follows WHERE, beginning with the organization `%(org)s`, and the values that it names."""
    given = {name: getattr(wanted, name) for name in _CONDITIONS}
    told = [sql.format(p=prefix) for name, sql in _CONDITIONS.items() if given[name]]
    values = {f"{prefix}{name}": value for name, value in given.items() if value}
    # Any state is told as all of them, so that the indexes serve of which it is the second column.
    state = "c.state = ANY(%(states)s)" if wanted.state == ANY_STATE else f"c.state = %({prefix}state)s"
    where = " AND ".join(["c.organization_id = %(org)s", state, *told])
    return where, {**values, f"{prefix}state": wanted.state, "states": list(ConversationState.values)}


def source(wanted: Wanted) -> str:
    """Return what follows FROM, before `AS c`. Of what it holds only the id is certain beside what conditions name."""
    return _OF_LABEL if wanted.label else _ALL


def by_states(wanted: Wanted) -> list[Wanted]:
    """Return the lists that together are this one and follow an index in the order of the inbox, each by itself.

    What mentions find is too little to be worth an order.
    """
    if wanted.state != ANY_STATE or wanted.mentioned or wanted.newly_mentioned:
        return [wanted]
    return [replace(wanted, state=state) for state in ConversationState.values]
