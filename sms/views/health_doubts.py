"""The panels of the page of sending about doubts, held texts and the comparison with the providers' books."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from contactcenter.core.models import Organization
from contactcenter.core.phone import pretty
from sms import backlog, reconciling
from sms.enums import HoldReason, MessageStatus
from sms.models import Message
from sms.views.marks import mark_of

_MOST = 20
_LIST = "admin:sms_message_changelist"


def doubts(org: Organization) -> dict[str, Any]:
    """Return the texts that wait for a proof or for a person, the oldest first."""
    found = backlog.of(org)
    rows = (
        Message.objects.for_org(org)
        .filter(status__in=[MessageStatus.UNCERTAIN, MessageStatus.HELD])
        .order_by("created_at", "id")[:_MOST]
    )
    return {
        "uncertain": found.uncertain,
        "held": found.held,
        "rows": [_row(message) for message in rows],
        "uncertain_url": f"{reverse(_LIST)}?status__exact={MessageStatus.UNCERTAIN}",
        "held_url": f"{reverse(_LIST)}?status__exact={MessageStatus.HELD}",
    }


def _row(message: Message) -> dict[str, Any]:
    reason = HoldReason(message.hold_reason).label if message.hold_reason else HoldReason.UNCERTAIN.label
    since = message.uncertain_at or message.created_at
    return {
        "url": reverse("sms:conversation", kwargs={"pk": message.conversation_id}),
        "to": pretty(message.to_address),
        "mark": mark_of(message.status),
        "reason": reason,
        "since": timezone.localtime(since),
    }


def reconciliation(org: Organization) -> dict[str, Any]:
    """Return the last report of each account."""
    reports = reconciling.latest(org.pk)
    return {
        "reports": [
            {"report": report, "url": reverse("admin:sms_reconciliationreport_change", args=[report.pk])}
            for report in reports
        ]
    }
