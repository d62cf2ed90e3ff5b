"""The crew of figures: rollups."""

from django.conf import settings

from analytics import rollups
from contactcenter.core import engine
from contactcenter.core.engine import Crew, Loop

ROLLUPS = "analytics-rollups"


def _crew() -> Crew:
    interval = max(settings.SWEEP_INTERVAL_SECONDS, settings.ROLLUP_INTERVAL_SECONDS)
    return Crew(loops=[Loop(ROLLUPS, lambda: rollups.has_more(rollups.refresh()), interval)])


engine.register("analytics", _crew)
