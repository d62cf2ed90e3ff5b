"""The figures of calls for operators: how far the dialling is, and how many go on."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Min, Q

from calls.enums import CallStatus, Placing
from calls.models import Call
from contactcenter.core import metrics
from contactcenter.core.metrics import Figure, age, by_label, gauge

# One arm for each partial index (call_due, call_leased), so that the finished rows are not read.
_DIALLING = Q(placing=Placing.DUE) | Q(placing__in=[Placing.CLAIMED, Placing.DIALLING, Placing.UNCERTAIN])
_ACTIVE = (CallStatus.RINGING, CallStatus.IN_PROGRESS, CallStatus.ON_HOLD)


def register() -> None:
    """Show these figures at /metrics."""
    metrics.register("calls", _calls)


def _calls(now: datetime) -> Iterator[Figure]:
    counted = Call.all_orgs.filter(_DIALLING).values_list("placing").annotate(Count("pk")).order_by()
    words = (Placing.DUE, Placing.CLAIMED, Placing.DIALLING, Placing.UNCERTAIN)
    dialling = {word.value: 0 for word in words} | dict(counted)
    yield by_label("voice_calls_dialling", "Outbound calls that no provider has, or may not have.", "state", dialling)
    due = Call.all_orgs.filter(placing=Placing.DUE, status=CallStatus.QUEUED, next_attempt_at__lte=now)
    oldest = age(due.aggregate(oldest=Min("next_attempt_at"))["oldest"], now) or 0
    yield gauge("voice_calls_oldest_due_seconds", "How long the first call that could be dialled has waited.", oldest)
    active = Call.all_orgs.filter(deleted_at__isnull=True, status__in=_ACTIVE).count()
    yield gauge("voice_calls_active", "Calls that ring, talk or are on hold.", active)
