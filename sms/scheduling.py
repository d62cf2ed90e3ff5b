"""What people do with texts that wait for their time."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from contactcenter.core import clock, doorbell, events
from contactcenter.core.models import Organization, User
from sms import policies, quiet, timing
from sms.enums import MessageStatus
from sms.models import Message


class UnableToSendNow(Exception):
    """The text waits no longer: it is on its way, or finished."""


class QuietNow(Exception):
    """Quiet hours hold where the recipient is; `until` says how long."""

    def __init__(self, until: datetime) -> None:
        super().__init__("quiet hours")
        self.until = until


def send_now(*, org: Organization, actor: User, message: Message, now: datetime | None = None) -> None:
    """Send a scheduled text at once. Raises UnableToSendNow, QuietNow."""
    now = now or clock.now()
    waiting = Q(status=MessageStatus.SCHEDULED, awaiting_until__isnull=True)
    with transaction.atomic():
        rows = Message.objects.for_org(org).filter(waiting, pk=message.pk).select_for_update(of=("self",))
        found = rows.select_related("organization", "conversation__contact").first()
        if found is None:
            raise UnableToSendNow
        hours = quiet.hours_of(found, policy=policies.of(org), at=now)
        if hours.sendable_from is not None:
            raise QuietNow(hours.sendable_from)
        timing.queue(found, hours, due_at=Now(), only_from=waiting)
        events.audit(org_id=org.pk, actor=actor, action="message.sent_early", target=found)
    doorbell.wake("sms.tasks.send_due")
