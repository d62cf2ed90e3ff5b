"""What people decide about texts of which nobody knows whether they arrived, and about held ones.

A text that may have been sent is never sent again itself: it is closed, readable, and a new one is made. Should the
provider prove later that the closed one arrived, that still wins.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from contactcenter.core import clock, doorbell, events
from contactcenter.core.models import Organization, User
from contactcenter.core.roles import Right
from sms import services, spending, transitions, uploads, waits
from sms.enums import ErrorCode, HoldReason, MessageClass, MessageStatus
from sms.models import Message

_DOUBTED = Q(status=MessageStatus.UNCERTAIN) | Q(status=MessageStatus.HELD, hold_reason__in=["", HoldReason.UNCERTAIN])
_OPEN = Q(status__in=[MessageStatus.UNCERTAIN, MessageStatus.HELD])


class NothingToDecide(Exception):
    """The text is not in doubt and not held (any more): somebody, or the provider, was quicker."""


class ReleaseNeedsAdministrator(Exception):
    """A text that is held for its cost is released by those who answer for the costs."""


def is_doubted(message: Message) -> bool:
    """Whether nobody knows if the text arrived, so that only a new one can be sent."""
    return message.status == MessageStatus.UNCERTAIN or (
        message.status == MessageStatus.HELD and message.hold_reason in ("", HoldReason.UNCERTAIN)
    )


def is_releasable(message: Message) -> bool:
    """Whether the text waits for a person and was not handed to a provider."""
    return message.status == MessageStatus.HELD and not is_doubted(message)


def resend_uncertain(
    *, org: Organization, actor: User | None, message: Message, now: datetime | None = None
) -> Message:
    """Close a text in doubt and send a new one with the same words; return the new one.

    Whoever asks a second time gets the one that was made. `actor` None: the organization's rules decided.
    Raises NothingToDecide, InvalidNumber, or a Refusal, and then nothing has changed.
    """
    key = f"again:{message.pk}"
    with transaction.atomic():
        # All writers of one message wait for each other here.
        found = Message.objects.for_org(org).select_for_update().filter(pk=message.pk).first()
        earlier = Message.objects.for_org(org).filter(idempotency_key=key).first()
        if earlier is not None:
            return earlier
        if found is None or not _close(found):
            raise NothingToDecide
        new = services.send_message(org=org, actor=actor, text=_same_text(found, key), now=now)
        events.audit(
            org_id=org.pk,
            actor=actor,
            action="message.sent_again",
            target=found,
            detail={"new_message": str(new.pk)},
        )
    return new


def _close(message: Message) -> bool:
    return transitions.move(
        message,
        MessageStatus.FAILED,
        only_from=_DOUBTED,
        error_code=ErrorCode.UNKNOWN_OUTCOME,
        hold_reason="",
        next_attempt_at=None,
    )


def _same_text(message: Message, key: str) -> services.OutgoingText:
    return services.OutgoingText(
        to_number=message.to_address,
        from_number=message.from_address,
        body=message.body,
        media_urls=tuple(message.media_urls),
        files=tuple(uploads.ids_of(message)),
        metadata={**message.metadata, "resent_message_id": str(message.pk)},
        message_class=MessageClass(message.message_class),
        idempotency_key=key,
        correlation_id=message.correlation,
    )


def drop_message(*, org: Organization, actor: User | None, message: Message) -> None:
    """Give up a text in doubt, or a held one. Raises NothingToDecide.

    One that may have arrived ends as failed with an unknown outcome, which a proof of delivery overrules; one that
    certainly never left ends as canceled.
    """
    with transaction.atomic():
        found = Message.objects.for_org(org).select_for_update().filter(_OPEN, pk=message.pk).first()
        if found is None:
            raise NothingToDecide
        never_left = found.status == MessageStatus.HELD and found.hold_reason == HoldReason.SPENDING
        transitions.move(
            found,
            MessageStatus.CANCELED if never_left else MessageStatus.FAILED,
            only_from=_OPEN,
            error_code="" if never_left else ErrorCode.UNKNOWN_OUTCOME,
            hold_reason="",
            next_attempt_at=None,
        )
        if never_left and waits.is_answer(author_id=found.author_id, message_class=found.message_class):
            waits.again(org, found.conversation_id)
        events.audit(org_id=org.pk, actor=actor, action="message.dropped", target=found)


def release_held(*, org: Organization, actor: User, message: Message) -> None:
    """Let a held text go that no provider was asked to send; what it costs counts today if it never counted before.

    Raises NothingToDecide, ReleaseNeedsAdministrator.
    """
    with transaction.atomic():
        found = Message.objects.for_org(org).select_for_update().filter(pk=message.pk).first()
        if found is None or not is_releasable(found):
            raise NothingToDecide
        if found.hold_reason == HoldReason.SPENDING and not _may_spend(actor):
            raise ReleaseNeedsAdministrator
        reason, now = found.hold_reason, clock.now()
        if reason == HoldReason.SPENDING:
            spending.add_released(org, found, now=now)
        is_early = found.send_at is not None and found.send_at > now
        transitions.move(
            found,
            MessageStatus.SCHEDULED if is_early else MessageStatus.QUEUED,
            only_from=Q(status=MessageStatus.HELD),
            hold_reason="",
            error_code="",
            next_attempt_at=None if is_early else Now(),
        )
        events.audit(org_id=org.pk, actor=actor, action="message.released", target=found, detail={"held": reason})
        doorbell.wake("sms.tasks.send_due")


def _may_spend(actor: User) -> bool:
    return bool(actor.is_superuser or actor.has_right(Right.ADMINISTER))


def find(org: Organization, pk: UUID) -> Message | None:
    """Return one of the organization's messages, or None."""
    return Message.objects.for_org(org).filter(pk=pk).first()
