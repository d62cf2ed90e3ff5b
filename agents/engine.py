"""The crew of agents: the watchdog."""

from django.conf import settings

from agents.watching import watch
from contactcenter.core import engine
from contactcenter.core.engine import Crew, Loop

WATCHDOG = "agents-watchdog"
_LEAST_SECONDS = 2.0


def _crew() -> Crew:
    return Crew(loops=[Loop(WATCHDOG, _look, max(settings.SWEEP_INTERVAL_SECONDS, _LEAST_SECONDS))])


def _look() -> bool:
    watch()
    return False


engine.register("agents", _crew)
