"""The kernel's own figures for operators: what was counted, events, webhooks, breakers and processes."""

from collections.abc import Iterator
from datetime import datetime
from itertools import accumulate

from django.conf import settings
from django.db import connection
from django.db.models import Count, Sum

from contactcenter.core import metrics, receipts, tally
from contactcenter.core.metrics import Figure, Sample, age, by_label, gauge
from contactcenter.core.models import (
    CircuitState,
    Heartbeat,
    OutboxEvent,
    Provider,
    ProviderCircuit,
    Tally,
    WebhookRefusal,
)
from contactcenter.core.tally import Counter, labels_of

# Nobody needs to know how many more there are.
_COUNTED = 100_000
_WAITING = f"""
SELECT count(*) FROM (SELECT FROM core_outboxevent WHERE published_at IS NULL LIMIT {_COUNTED}) AS waiting
"""  # noqa: S608 - a number of ours


def register() -> None:
    """Show these figures at /metrics."""
    metrics.register("counted", _counted)
    metrics.register("events", _events)
    metrics.register("webhooks", _webhooks)
    metrics.register("circuits", _circuits)
    metrics.register("processes", _processes)


def _counted(_now: datetime) -> Iterator[Figure]:
    rows: dict[str, list[Tally]] = {}
    for row in Tally.objects.order_by("key"):
        rows.setdefault(row.key.partition("{")[0], []).append(row)
    for each in tally.defined():
        found = rows.get(each.name, [])
        samples = [sample for row in found for sample in _samples(each, row)]
        yield Figure(each.name, each.kind, each.meaning, tuple(samples))


def _samples(counter: Counter, row: Tally) -> Iterator[Sample]:
    labels = row.key.removeprefix(counter.name)
    if not counter.bounds:
        yield Sample(row.count, labels)
        return
    bounds = [*(f"{bound:g}" for bound in counter.bounds), "+Inf"]
    for bound, below in zip(bounds, accumulate(row.buckets), strict=False):
        yield Sample(below, f'{labels.removesuffix("}")},le="{bound}"}}', "_bucket")
    yield Sample(row.total, labels, "_sum")
    yield Sample(row.count, labels, "_count")


def _events(now: datetime) -> Iterator[Figure]:
    """Without a bus nobody waits for an event, and there is no lag."""
    waiting, oldest = 0, None
    if settings.EVENT_BUS_URL:
        with connection.cursor() as cursor:
            cursor.execute(_WAITING)
            (waiting,) = cursor.fetchone()
        unpublished = OutboxEvent.all_orgs.filter(published_at__isnull=True).order_by("position")
        oldest = unpublished.values_list("created_at", flat=True).first()
    yield gauge("voice_outbox_unpublished", f"Events that the bus has not taken yet, up to {_COUNTED}.", waiting)
    yield gauge(
        "voice_outbox_oldest_seconds", "How long the oldest of them has waited; 0: none.", age(oldest, now) or 0
    )


def _webhooks(now: datetime) -> Iterator[Figure]:
    counted = (
        WebhookRefusal.objects.values_list("provider", "reason").annotate(Sum("count")).order_by("provider", "reason")
    )
    samples = (Sample(total, labels_of({"provider": who, "reason": why})) for who, why, total in counted)
    meaning = "Webhooks that were not believed, by provider and reason."
    yield Figure("voice_webhooks_refused_total", "counter", meaning, tuple(samples))
    found = receipts.unread(None, now=now)
    yield gauge("voice_webhooks_waiting", "Stored webhooks that could be processed, and are not yet.", found.due)
    oldest = age(found.due_since, now) or 0
    yield gauge("voice_webhooks_oldest_seconds", "For how long the first of them could have been; 0: none.", oldest)
    meaning = (
        "Stored webhooks that are tried again later: about nothing of ours yet (unknown), or an exception (failed)."
    )
    yield by_label("voice_webhooks_postponed", meaning, "reason", {"unknown": found.unknown, "failed": found.failed})


def _circuits(_now: datetime) -> Iterator[Figure]:
    in_service = ProviderCircuit.all_orgs.filter(account__is_active=True)  # What a person switched off fails nobody.
    counted = in_service.values_list("account__provider", "state").annotate(Count("pk"))
    found = {(provider, state): number for provider, state, number in counted.order_by()}
    samples = [
        Sample(found.get((provider, state), 0), labels_of({"provider": provider, "state": state}))
        for provider in Provider.values
        for state in (CircuitState.OPEN.value, CircuitState.HALF_OPEN.value)
    ]
    yield Figure("voice_circuits", "gauge", "Provider accounts that are not in use, or being tried.", tuple(samples))


def _processes(now: datetime) -> Iterator[Figure]:
    found = Heartbeat.objects.serving(now=now).aggregate(number=Count("name"), streams=Sum("streams"))
    alive = {"web": found["number"], "worker": Heartbeat.objects.alive(now=now).count()}
    yield by_label("voice_processes", "Processes that gave a sign of life lately.", "kind", alive)
    yield gauge("voice_live_streams", "Open pages that are told of changes (SSE connections).", found["streams"] or 0)
