"""The kernel's own crew: events go out, and old ones go away."""

from django.conf import settings

from contactcenter.core import engine, pushing
from contactcenter.core.engine import Crew, Dispatcher, Loop
from contactcenter.core.publishing import Publisher, forget_old

EVENTS, EVENT_RETENTION = "events", "event-retention"
PUSHES, PUSH_RETENTION = "notifications", "notification-retention"
_PUSHES_AT_ONCE = 2
_RETENTION_SECONDS = 600.0


def _crew() -> Crew:
    return Crew(
        loops=[
            Loop(EVENTS, Publisher().publish_due, settings.SWEEP_INTERVAL_SECONDS),
            Loop(EVENT_RETENTION, lambda: forget_old() > 0, _RETENTION_SECONDS),
            Loop(PUSH_RETENTION, lambda: pushing.forget_old() > 0, _RETENTION_SECONDS),
        ],
        dispatchers=[Dispatcher(PUSHES, _PUSHES_AT_ONCE, claim=pushing.claim, run=pushing.send)],
    )


engine.register("core", _crew)
