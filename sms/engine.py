"""The crew of texts: senders, receipts, attachments, sweep, and those who ask the providers."""

from threading import BoundedSemaphore

from django.conf import settings

from contactcenter.core import engine
from contactcenter.core.engine import Crew, Dispatcher, Loop
from contactcenter.providers import registry
from sms import (
    assigning,
    budget_warnings,
    checking,
    claiming,
    delivery,
    doubts,
    inbound,
    media_store,
    missed,
    reconciling,
    sender_health,
    sending,
)
from sms.sweep import sweep

SENDER, RECEIPTS, MEDIA, SWEEP = "sms-sender", "sms-receipts", "sms-media", "sms-sweep"
PAUSES = "sms-pauses"
DOUBTS, CHECKS, MISSED, REPORTS = "sms-doubts", "sms-checks", "sms-missed", "sms-reconciliation"
BUDGETS, ASSIGNMENT = "sms-budgets", "sms-assignment"
# Questions to the providers at the same time, of each kind.
_ASKERS = 2
_ASKING_INTERVAL = 15.0


class _Senders:
    """Sends the texts of the providers whose SDK is loaded, so that no lease waits for an import."""

    def __init__(self) -> None:
        self._warm: set[str] = set()
        lines = settings.SENDER_CONCURRENCY
        self._lines = BoundedSemaphore(lines)
        # More hands than lines: while one writes down an answer, another's text is on the wire (decision 0023).
        hands = lines + max(1, lines // 2)
        self.dispatcher = Dispatcher(SENDER, hands, claim=self._claim, run=self._send, keeps_connections=True)

    def _send(self, claimed: claiming.Claim) -> None:
        sending.send_claimed(claimed, line=self._lines)

    def _claim(self, free: int) -> list[claiming.Claim]:
        if not self._warm:
            return []
        found = claiming.look(free, providers=sorted(self._warm))
        # Texts that wait for their sender's rate ring no bell: the next look is when there is room again.
        interval = settings.SWEEP_INTERVAL_SECONDS
        self.dispatcher.loop.seconds = interval if found.again_in is None else min(interval, found.again_in)
        return found.taken

    def warm_up(self) -> None:
        """Load the SDKs; texts of a provider are claimed only afterwards."""
        for provider in registry.names():
            registry.get(provider).warm_up()
            self._warm.add(provider.value)
            self.dispatcher.loop.bell.set()


def _crew() -> Crew:
    senders = _Senders()
    interval = settings.SWEEP_INTERVAL_SECONDS
    assignment = Loop(ASSIGNMENT, lambda: assigning.assign_waiting() < 0, max(interval, 2.0))
    return Crew(
        loops=[
            Loop(RECEIPTS, lambda: _process_receipts(assignment), interval),
            assignment,
            Loop(MEDIA, lambda: media_store.fetch_due() > 0, max(interval, 2.0)),
            Loop(MISSED, lambda: missed.look_everywhere() < 0, _ASKING_INTERVAL),
            Loop(REPORTS, lambda: reconciling.run_due() > 0, 4 * _ASKING_INTERVAL),
            Loop(PAUSES, lambda: sender_health.pause_burning() < 0, 4 * _ASKING_INTERVAL),
            Loop(BUDGETS, lambda: budget_warnings.warn_due() < 0, settings.BUDGET_CHECK_SECONDS),
            Loop(SWEEP, lambda: _sweep(senders.dispatcher.loop), interval),
        ],
        dispatchers=[
            senders.dispatcher,
            Dispatcher(DOUBTS, _ASKERS, claim=doubts.claim, run=doubts.look_into),
            Dispatcher(CHECKS, _ASKERS, claim=checking.claim, run=checking.ask),
        ],
        warm_up=senders.warm_up,
    )


def _process_receipts(assignment: Loop) -> bool:
    reports, texts = delivery.process_due(), inbound.process_due()
    if texts:
        assignment.bell.set()
    return reports + texts > 0


def _sweep(sender: Loop) -> bool:
    swept = sweep()
    if swept and (swept.requeued or swept.released or swept.resumed):
        sender.bell.set()
    return False


engine.register("sms", _crew)
