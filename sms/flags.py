"""Flags on sentences that may be opt-outs ("please stop texting me"): a machine must not decide about them."""

from typing import Any

from sms import transitions
from sms.enums import ConsentFlag
from sms.models import Conversation, Message


def put_up(message: Message) -> None:
    """Flag a text from outside, and its conversation, for a person. Must run in a transaction."""
    Message.all_orgs.filter(pk=message.pk).update(consent_flag=ConsentFlag.OPEN)
    message.consent_flag = ConsentFlag.OPEN
    Conversation.all_orgs.filter(pk=message.conversation_id).update(is_flagged=True)


def obey(org_id: Any, address: str) -> None:
    """Take down every flag of an address that is opted out now. Must run in a transaction."""
    flagged = Conversation.all_orgs.filter(organization_id=org_id, address=address, is_flagged=True)
    for conversation_id in list(flagged.values_list("pk", flat=True)):
        open_ones = Message.all_orgs.filter(conversation_id=conversation_id, consent_flag=ConsentFlag.OPEN)
        open_ones.update(consent_flag=ConsentFlag.OBEYED)
        flagged.filter(pk=conversation_id).update(is_flagged=False)
        transitions.announce(org_id, conversation_id)


def dismiss(message: Message) -> bool:
    """Say that a flagged text is no opt-out; False when its flag was down already. Must run in a transaction."""
    open_ones = Message.all_orgs.filter(consent_flag=ConsentFlag.OPEN)
    if not open_ones.filter(pk=message.pk).update(consent_flag=ConsentFlag.DISMISSED):
        return False
    if not open_ones.filter(conversation_id=message.conversation_id).exists():
        Conversation.all_orgs.filter(pk=message.conversation_id).update(is_flagged=False)
    transitions.announce(message.organization_id, message.conversation_id)
    return True
