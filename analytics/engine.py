"""The crew of figures: rollups, exports that are written, reports that are mailed; and what is old goes away."""

from django.conf import settings

from analytics import rollups
from analytics.exporting import scratch, writing
from analytics.reporting import mailing
from contactcenter.core import engine
from contactcenter.core.engine import Crew, Dispatcher, Loop

ROLLUPS = "analytics-rollups"
EXPORTS, EXPORT_RETENTION = "analytics-exports", "analytics-export-retention"
REPORTS, MAILS, MAIL_RETENTION = "analytics-reports", "analytics-mails", "analytics-mail-retention"
_RETENTION_SECONDS = 600.0
_PLANNING_SECONDS = 20.0


def _crew() -> Crew:
    interval = max(settings.SWEEP_INTERVAL_SECONDS, settings.ROLLUP_INTERVAL_SECONDS)
    return Crew(
        loops=[
            Loop(ROLLUPS, lambda: rollups.has_more(rollups.refresh()), interval),
            Loop(EXPORT_RETENTION, lambda: writing.forget_old() + scratch.sweep() > 0, _RETENTION_SECONDS),
            Loop(REPORTS, mailing.plan_due, _PLANNING_SECONDS),
            Loop(MAIL_RETENTION, lambda: mailing.forget_old() > 0, _RETENTION_SECONDS),
        ],
        dispatchers=[
            # One at a time in each process: writing is work for the processor, of which sending needs its share.
            Dispatcher(EXPORTS, 1, claim=writing.claim, run=writing.write),
            Dispatcher(MAILS, 1, claim=mailing.claim, run=mailing.send),
        ],
    )


engine.register("analytics", _crew)
