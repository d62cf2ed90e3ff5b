"""A person knows better: texts to a number that could not get any are tried again."""

from django.db import transaction

from contactcenter.core import events
from contactcenter.core.models import Organization, User
from sms import reachability, transitions
from sms.models import Conversation


def try_again(*, org: Organization, actor: User, conversation: Conversation) -> bool:
    """Allow texts to the number of a conversation again; False when nothing spoke against it."""
    with transaction.atomic():
        if not reachability.restore(org.pk, conversation.address):
            return False
        events.audit(org_id=org.pk, actor=actor, action="number.tried_again", target=conversation)
        transitions.announce(org.pk, conversation.pk)
    return True
