"""The crew of figures: exports are written, reports are mailed, and what is old goes away."""

from django.conf import settings

from analytics.exporting import writing
from contactcenter.core import engine
from contactcenter.core.engine import Crew, Dispatcher, Loop

EXPORTS, EXPORT_RETENTION = "analytics-exports", "analytics-export-retention"
_RETENTION_SECONDS = 600.0


def _crew() -> Crew:
    return Crew(
        loops=[Loop(EXPORT_RETENTION, lambda: writing.forget_old() > 0, _RETENTION_SECONDS)],
        # One at a time in each process: writing is work for the processor, of which sending needs its share.
        dispatchers=[Dispatcher(EXPORTS, 1, claim=writing.claim, run=writing.write)],
    )


engine.register("analytics", _crew)
