"""Why a conversation was given to somebody by itself, as a sentence in the reader's language."""

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from agents.enums import Assignment
from sms.enums import ConversationEventKind
from sms.models import ConversationEvent

_ASSIGNED = {
    (Assignment.LEAST_BUSY, False): _(
        "Given to %(name)s: has the fewest open conversations of those available in the team %(team)s"
    ),
    (Assignment.LEAST_BUSY, True): _(
        "Given to %(name)s: speaks the customer's language, and has the fewest open conversations of those available "
        "in the team %(team)s"
    ),
    (Assignment.ROUND_ROBIN, False): _("Given to %(name)s: it was their turn in the team %(team)s"),
    (Assignment.ROUND_ROBIN, True): _(
        "Given to %(name)s: speaks the customer's language, and it was their turn in the team %(team)s"
    ),
}
_TEAM = {
    "number": _("Given to the team %(name)s, which answers at this number"),
    "default": _("Given to the team %(name)s, which answers where no other team does"),
}


def sentence(event: ConversationEvent) -> str:
    """Return what was done by itself, and why; empty for whatever a person did, and for other kinds."""
    reason, words = event.detail.get("reason"), ""
    if event.actor_id is None and event.kind == ConversationEventKind.ASSIGNED:
        words = _ASSIGNED.get((reason, "language" in event.detail), "")
    elif event.actor_id is None and event.kind == ConversationEventKind.TEAM:
        words = _TEAM.get(reason, "")
    return gettext(words) % {"name": event.detail["name"], "team": event.detail.get("team_name")} if words else ""
