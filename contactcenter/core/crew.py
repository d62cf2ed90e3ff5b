"""The kernel's own crew: events go out, files of contacts are taken over, and what is old goes away."""

from django.conf import settings

from contactcenter.core import engine, pushing
from contactcenter.core.engine import Crew, Dispatcher, Loop
from contactcenter.core.imports import working
from contactcenter.core.publishing import Publisher, forget_old

EVENTS, EVENT_RETENTION = "events", "event-retention"
IMPORTS, IMPORT_RETENTION = "imports", "import-retention"
PUSHES, PUSH_RETENTION = "notifications", "notification-retention"
_PUSHES_AT_ONCE = 2
_RETENTION_SECONDS = 600.0


def _crew() -> Crew:
    return Crew(
        loops=[
            Loop(EVENTS, Publisher().publish_due, settings.SWEEP_INTERVAL_SECONDS),
            Loop(EVENT_RETENTION, lambda: forget_old() > 0, _RETENTION_SECONDS),
            Loop(IMPORTS, working.take_over_next, settings.SWEEP_INTERVAL_SECONDS),
            Loop(IMPORT_RETENTION, lambda: working.forget_old() > 0, _RETENTION_SECONDS),
            Loop(PUSH_RETENTION, lambda: pushing.forget_old() > 0, _RETENTION_SECONDS),
        ],
        dispatchers=[Dispatcher(PUSHES, _PUSHES_AT_ONCE, claim=pushing.claim, run=pushing.send)],
    )


engine.register("core", _crew)
