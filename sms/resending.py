"""Sending again what an organization wants to have sent again: texts of which two are better than none.

By default no class of texts is: a person decides. For one-time codes a second, newer one does no harm.
"""

import logging

from django.conf import settings
from django.db import connection

from contactcenter.core import engine
from contactcenter.core.engine import Crew, Loop
from contactcenter.core.models import Organization
from contactcenter.core.phone import InvalidNumber
from sms import deciding, transitions
from sms.enums import HoldReason, MessageStatus
from sms.models import Message
from sms.refusals import Refusal

logger = logging.getLogger(__name__)

RESENDING = "sms-resending"
_BATCH = 50
# Organizations that want it are few, and so are doubts.
_DUE = """
SELECT m.id
FROM sms_message AS m JOIN sms_smspolicy AS p ON p.organization_id = m.organization_id
WHERE m.status = 'uncertain' AND p.resend_uncertain_classes ? m.message_class
    AND m.uncertain_at <= now() - make_interval(secs => p.resend_uncertain_seconds)
ORDER BY m.uncertain_at LIMIT %s
"""


def resend_due() -> int:
    """Send again what is due; return how many. Two workers at once make one new text."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [_BATCH])
        rows = cursor.fetchall()
    return sum(_resend(Message.all_orgs.get(pk=pk)) for (pk,) in rows)


def _resend(message: Message) -> bool:
    org = Organization.objects.get(pk=message.organization_id)
    try:
        deciding.resend_uncertain(org=org, actor=None, message=message)
    except deciding.NothingToDecide:
        return False
    except (Refusal, InvalidNumber) as refusal:
        # It may not go again (a limit, an opt-out): a person shall know, and no machine tries for ever.
        logger.info("a text in doubt was not sent again: %s", type(refusal).__name__)
        transitions.hold(message, HoldReason.UNCERTAIN, only_from=MessageStatus.UNCERTAIN)
        return False
    return True


def _crew() -> Crew:
    return Crew(loops=[Loop(RESENDING, lambda: resend_due() >= _BATCH, settings.SWEEP_INTERVAL_SECONDS)])


engine.register(RESENDING, _crew)
