"""The crew of calls: placers, commands, receipts, recordings, checks, sweep."""

from django.conf import settings

from calls import checks, commanding, placing, recordings, reporting
from calls.sweep import sweep
from contactcenter.core import engine
from contactcenter.core.engine import Crew, Dispatcher, Loop
from contactcenter.providers import registry

PLACER, COMMANDS, RECEIPTS = "calls-placer", "calls-commands", "calls-receipts"
RECORDINGS, CHECKS, SWEEP = "calls-recordings", "calls-checks", "calls-sweep"
_CHECK_INTERVAL = 5.0


class _Placers:
    """Dials calls through the providers whose SDK is loaded, so that no lease waits for an import."""

    def __init__(self) -> None:
        self._warm: set[str] = set()
        size = settings.SENDER_CONCURRENCY
        self.dispatcher = Dispatcher(PLACER, size, claim=self._claim, run=placing.place_claimed)
        self.commands = Dispatcher(COMMANDS, size, claim=commanding.take, run=commanding.carry_out)

    def _claim(self, free: int) -> list[placing.Claim]:
        warm = sorted(self._warm)
        return placing.claim(free, providers=warm) if warm else []

    def warm_up(self) -> None:
        """Load the SDKs; calls of a provider are claimed only afterwards."""
        for provider in registry.names():
            registry.voice(provider).warm_up()
            self._warm.add(provider.value)
            self.dispatcher.loop.bell.set()


def _crew() -> Crew:
    placers = _Placers()
    interval = settings.SWEEP_INTERVAL_SECONDS
    return Crew(
        loops=[
            Loop(RECEIPTS, lambda: reporting.process_due() > 0, interval),
            Loop(RECORDINGS, lambda: recordings.fetch_due() > 0, max(interval, 2.0)),
            Loop(CHECKS, lambda: checks.check_due() > 0, max(interval, _CHECK_INTERVAL)),
            Loop(SWEEP, lambda: _sweep(placers.dispatcher.loop), interval),
        ],
        dispatchers=[placers.dispatcher, placers.commands],
        warm_up=placers.warm_up,
    )


def _sweep(placer: Loop) -> bool:
    swept = sweep()
    if swept and swept.requeued:
        placer.bell.set()
    return False


engine.register("calls", _crew)
