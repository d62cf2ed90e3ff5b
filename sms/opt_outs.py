"""What people of the organization do about consent: opt a number out, judge a flagged sentence, bring a proof."""

from django.db import transaction

from contactcenter.core import clock, events
from contactcenter.core.models import Organization, User
from sms import consent, flags, transitions
from sms.enums import ConsentFlag, ConsentSource, ConsentState
from sms.models import Conversation, Message

_LONGEST_PROOF = 500


class ProofMissing(Exception):
    """Nobody may be opted in without a word of what proves that they want it."""


def opt_out(*, org: Organization, actor: User, conversation: Conversation) -> None:
    """Stop all texts to the number of a conversation. Only its owner, or a proof, allows them again."""
    with transaction.atomic():
        _write(org, actor, conversation.address, ConsentState.OPTED_OUT, ConsentSource.AGENT)
        events.audit(org_id=org.pk, actor=actor, action="consent.opted_out", target=conversation)
        transitions.announce(org.pk, conversation.pk)


def opt_in(*, org: Organization, actor: User, conversation: Conversation, proof: str) -> None:
    """Allow texts to the number of a conversation again, because of `proof`: what shows that its owner wants them.

    The provider may block the number still; its refusal opts it out again. Raises ProofMissing.
    """
    proof = " ".join(proof.split())[:_LONGEST_PROOF]
    if not proof:
        raise ProofMissing
    with transaction.atomic():
        _write(org, actor, conversation.address, ConsentState.OPTED_IN, ConsentSource.PROOF, note=proof)
        events.audit(org_id=org.pk, actor=actor, action="consent.opted_in", target=conversation)
        transitions.announce(org.pk, conversation.pk)


def obey_flag(*, org: Organization, actor: User, message: Message) -> bool:
    """Take a flagged sentence as the opt-out that it is; False when somebody has judged it already."""
    with transaction.atomic():
        rows = Message.objects.for_org(org).filter(pk=message.pk, consent_flag=ConsentFlag.OPEN)
        if not rows.select_for_update().exists():
            return False
        _write(org, actor, message.from_address, ConsentState.OPTED_OUT, ConsentSource.AGENT, message=message)
        events.audit(org_id=org.pk, actor=actor, action="consent.flag_obeyed", target=message)
    return True


def dismiss_flag(*, org: Organization, actor: User, message: Message) -> bool:
    """Say that a flagged sentence is no opt-out; False when somebody has judged it already."""
    with transaction.atomic():
        if not flags.dismiss(message):
            return False
        events.audit(org_id=org.pk, actor=actor, action="consent.flag_dismissed", target=message)
    return True


def _write(
    org: Organization,
    actor: User,
    address: str,
    state: ConsentState,
    source: ConsentSource,
    *,
    message: Message | None = None,
    note: str = "",
) -> None:
    consent.write(
        org_id=org.pk,
        address=address,
        state=state,
        source=source,
        message=message,
        now=clock.now(),
        actor=actor,
        note=note,
    )
