"""Taking a text back just after it was sent, and writing one again that failed. Both bring the words to the composer.

Nothing is sent here: whoever sends again presses Send, and passes every check once more.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction

from contactcenter.core.models import Organization, User
from sms import consent, drafts, reachability, services
from sms.enums import Direction, ErrorCode, MessageStatus
from sms.models import Message
from sms.typed import Typed

# What ended, as far as anybody knows, without an arrival.
_FAILED = frozenset(
    {
        MessageStatus.FAILED,
        MessageStatus.UNDELIVERED,
        MessageStatus.EXPIRED,
        MessageStatus.BLOCKED,
    }
)


class NothingToRewrite(Exception):
    """The text did not fail, or is not ours."""


def delay() -> timedelta:
    """How long a text of the composer is kept from the senders, so that its author can take it back."""
    return timedelta(seconds=settings.UNDO_SECONDS)


def undo(*, org: Organization, actor: User, message: Message, typed: Typed | None = None) -> str:
    """Cancel a text that no sender has taken; return what the composer shall show: its words, and `typed` behind them.

    Raises UnableToCancel: it is on its way, or somebody else's.
    """
    if message.author_id != actor.pk:
        raise services.UnableToCancel
    with transaction.atomic():
        services.cancel_message(org=org, actor=actor, message=message)
        return drafts.add(org=org, user=actor, message=message, typed=typed)


def may_rewrite(message: Message) -> bool:
    """Whether the text is one of ours that failed for certain, and not because the person does not want any."""
    hopeless = (ErrorCode.OPTED_OUT, ErrorCode.UNKNOWN_OUTCOME)
    is_failed = message.direction == Direction.OUTBOUND and message.status in _FAILED
    return is_failed and message.error_code not in hopeless


def rewrite(*, org: Organization, actor: User, message: Message, typed: Typed | None = None) -> str:
    """Put the words of a failed text into the composer, before `typed`; return what the composer shall show.

    Raises NothingToRewrite, and ContactOptedOut or NumberCannotReceive where another try could not work.
    """
    if not may_rewrite(message):
        raise NothingToRewrite
    if consent.is_opted_out(org, message.to_address):
        raise services.ContactOptedOut
    reachability.demand(org, message.to_address)
    return drafts.add(org=org, user=actor, message=message, typed=typed)
