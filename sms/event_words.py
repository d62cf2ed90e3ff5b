"""What was done with a conversation, as a sentence in the reader's language and a picture."""

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from sms import history_words
from sms.enums import ConversationEventKind, ConversationState, Direction, Priority
from sms.models import ConversationEvent

ICONS: dict[str, str] = {
    ConversationEventKind.ASSIGNED: "user-check",
    ConversationEventKind.UNASSIGNED: "undo-2",
    ConversationEventKind.TEAM: "users",
    ConversationEventKind.NO_TEAM: "users",
    ConversationEventKind.STATE: "circle-check",
    ConversationEventKind.REOPENED: "rotate-ccw",
    ConversationEventKind.WOKEN: "alarm-clock",
    ConversationEventKind.PRIORITY: "flag",
    ConversationEventKind.LABELED: "tag",
    ConversationEventKind.UNLABELED: "tag",
    ConversationEventKind.MERGED: "users",
    ConversationEventKind.OPTED_OUT: "ban",
    ConversationEventKind.OPTED_IN: "check",
}


def icon_of(event: ConversationEvent) -> str:
    """Return the picture's name in Lucide."""
    return ICONS[event.kind]


def sentence(event: ConversationEvent) -> str:
    """Return what happened, with who did it where somebody did. `event.actor` should be at hand."""
    if given := history_words.sentence(event):
        return given
    words = _words(event)
    return words % {"who": _who(event), "name": event.detail.get("name", "")} if "%(" in words else words


def _who(event: ConversationEvent) -> str:
    return event.actor.get_full_name() if event.actor else gettext("Somebody")


def _words(event: ConversationEvent) -> str:
    return _SENTENCES[event.kind](event)


def _assigned(event: ConversationEvent) -> str:
    if event.actor_id is None:
        return gettext("Assigned to %(name)s")
    if event.detail.get("user") == str(event.actor_id):
        return gettext("%(who)s took the conversation")
    return gettext("%(who)s assigned the conversation to %(name)s")


def _unassigned(event: ConversationEvent) -> str:
    if event.detail.get("user") == str(event.actor_id):
        return gettext("%(who)s handed the conversation back")
    return gettext("%(who)s took the conversation from %(name)s")


def _state(event: ConversationEvent) -> str:
    state = event.detail.get("state")
    if state == ConversationState.SNOOZED:
        return _snoozed(event.detail.get("until"))
    if state == ConversationState.PENDING:
        return gettext("%(who)s set the conversation to pending")
    if state == ConversationState.RESOLVED:
        return gettext("%(who)s resolved the conversation")
    return gettext("%(who)s reopened the conversation")


def _snoozed(until: str | None) -> str:
    if not until:
        return gettext("%(who)s snoozed the conversation until the next answer")
    at = date_format(timezone.localtime(datetime.fromisoformat(until)), "SHORT_DATETIME_FORMAT")
    # The rest is filled in afterwards, so its place is kept.
    return gettext("%(who)s snoozed the conversation until %(time)s") % {"who": "%(who)s", "time": at}


def _reopened(event: ConversationEvent) -> str:
    if event.detail.get("direction") == Direction.INBOUND:
        return gettext("Reopened by a text from the customer")
    if event.actor_id is None:
        return gettext("Reopened by a text of ours")
    return gettext("%(who)s reopened the conversation with a text")


def _priority(event: ConversationEvent) -> str:
    given = event.detail.get("priority", Priority.NORMAL)
    words = gettext("%(who)s set the priority to “%(priority)s”")
    return words % {"who": "%(who)s", "priority": Priority(given).label}


def _opted_out(event: ConversationEvent) -> str:
    return gettext("%(who)s stopped texts to this number") if event.actor_id else gettext("Opted out of texts")


def _opted_in(event: ConversationEvent) -> str:
    return gettext("%(who)s allowed texts to this number again") if event.actor_id else gettext("Allowed texts again")


_SENTENCES: dict[str, Callable[[ConversationEvent], str]] = {
    ConversationEventKind.ASSIGNED: _assigned,
    ConversationEventKind.UNASSIGNED: _unassigned,
    ConversationEventKind.TEAM: lambda _event: gettext("%(who)s gave the conversation to the team %(name)s"),
    ConversationEventKind.NO_TEAM: lambda _event: gettext("%(who)s took the conversation from the team %(name)s"),
    ConversationEventKind.STATE: _state,
    ConversationEventKind.REOPENED: _reopened,
    ConversationEventKind.WOKEN: lambda _event: gettext("The snooze has ended"),
    ConversationEventKind.PRIORITY: _priority,
    ConversationEventKind.LABELED: lambda _event: gettext("%(who)s added the label “%(name)s”"),
    ConversationEventKind.UNLABELED: lambda _event: gettext("%(who)s removed the label “%(name)s”"),
    ConversationEventKind.MERGED: lambda _event: gettext("%(who)s merged the contact with another one"),
    ConversationEventKind.OPTED_OUT: _opted_out,
    ConversationEventKind.OPTED_IN: _opted_in,
}
