"""Answers that nobody writes: to STOP, START and HELP, one for each keyword, and to whoever writes while we are closed.

Few in an hour, never to machines. They pass the quota, and those to keywords pass the opt-out, because the person has
just asked for them; they pass nothing else.
"""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models.functions import Now
from django.utils.translation import gettext, override
from django.utils.translation import gettext_noop as _

from contactcenter.core import doorbell
from contactcenter.core.models import AddressKind, PhoneNumber
from contactcenter.core.phone import address_kind
from sms import policies, threads, transitions
from sms.enums import Direction, MessageClass, MessageStatus
from sms.keywords import Reading, Word, is_answered_by
from sms.models import Conversation, Message, SmsPolicy
from sms.segments import count

logger = logging.getLogger(__name__)

_SENTENCES = {
    Word.STOP: _("%(organization)s: you will get no more texts from us. Reply START to allow them again."),
    Word.START: _("%(organization)s: you will get texts from us again. Reply STOP to end them."),
    Word.HELP: _("%(organization)s: reply STOP to get no more texts, START to allow them again."),
}
_ANOTHER_HOUR = timedelta(hours=1)


def answer(keyword: Message, reading: Reading, *, now: datetime) -> Message | None:
    """Queue the answer to the stored text `keyword`; None when none may go. Must run in the transaction that obeys it.

    None: the provider answers this word itself, the other side is no phone, our number cannot be used, or the other
    side got its share of such answers in this hour (two machines that answer each other would never stop).
    """
    policy = policies.of(keyword.organization_id)
    conversation = _conversation(keyword)
    sender = conversation.phone_number
    if policy.provider_answers_words and is_answered_by(keyword.provider, reading):
        return None
    if not _may_answer(keyword, sender, now):
        return None
    return _store(keyword, conversation, sender, _sentence(policy, conversation, reading.meaning), now, answers=keyword)


def say(heard: Message, body: str, *, now: datetime) -> Message | None:
    """Queue `body` to whoever has just sent the stored text `heard`; None when none may go, as with `answer`.

    It does not pass an opt-out, nor quiet hours. Must run in the transaction that stores `heard`.
    """
    conversation = _conversation(heard)
    if not _may_answer(heard, conversation.phone_number, now):
        return None
    return _store(heard, conversation, conversation.phone_number, body, now)


def _may_answer(heard: Message, sender: PhoneNumber, now: datetime) -> bool:
    if address_kind(heard.from_address) is not AddressKind.PHONE or not _is_usable(sender):
        return False
    if _given(heard, since=now - _ANOTHER_HOUR) >= settings.AUTOMATIC_ANSWERS_PER_HOUR:
        logger.info("no more automatic answers in this hour", extra={"message_id": str(heard.pk)})
        return False
    return True


def _conversation(keyword: Message) -> Conversation:
    rows = Conversation.objects.for_org(keyword.organization_id)
    return rows.select_related("organization", "contact", "phone_number__account").get(pk=keyword.conversation_id)


def _is_usable(sender: PhoneNumber) -> bool:
    return sender.is_active and sender.account.is_active


def _given(keyword: Message, *, since: datetime) -> int:
    rows = Message.objects.for_org(keyword.organization_id).filter(message_class=MessageClass.AUTOMATIC)
    return rows.filter(to_address=keyword.from_address, created_at__gt=since).count()


def _sentence(policy: SmsPolicy, conversation: Conversation, word: Word) -> str:
    own = {Word.STOP: policy.opt_out_answer, Word.START: policy.opt_in_answer, Word.HELP: policy.help_answer}[word]
    if own:
        return own
    with override(conversation.contact.language or conversation.organization.language):
        return gettext(_SENTENCES[word]) % {"organization": conversation.organization.name}


def _store(
    heard: Message,
    conversation: Conversation,
    sender: PhoneNumber,
    body: str,
    now: datetime,
    *,
    answers: Message | None = None,
) -> Message:
    segmentation = count(body)
    # After what it answers in every list, whatever the clocks of two processes say.
    created_at = max(now, heard.created_at + timedelta(microseconds=1))
    message = Message.all_orgs.create(
        organization_id=heard.organization_id,
        conversation=conversation,
        direction=Direction.OUTBOUND,
        from_address=sender.address,
        to_address=heard.from_address,
        body=body,
        encoding=segmentation.encoding,
        segments=segmentation.segments,
        message_class=MessageClass.AUTOMATIC,
        answers=answers,
        status=MessageStatus.QUEUED,
        next_attempt_at=Now(),
        account=sender.account,
        provider=sender.provider,
        created_at=created_at,
    )
    transitions.touch_conversation(conversation.pk, message, preview=threads.preview_of(body))
    doorbell.wake("sms.tasks.send_due")
    return message
