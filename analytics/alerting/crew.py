"""The crew of alerts: figures are looked at, and mails go out."""

from django.conf import settings

from analytics.alerting import evaluating, mailing
from contactcenter.core import engine
from contactcenter.core.engine import Crew, Loop

ALERTS, ALERT_MAILS = "analytics-alerts", "analytics-alert-mails"


def _crew() -> Crew:
    mails = Loop(ALERT_MAILS, lambda: mailing.mail_due() > 0, settings.ALERT_SECONDS)
    return Crew(loops=[Loop(ALERTS, lambda: _evaluate(mails), settings.ALERT_SECONDS), mails])


def _evaluate(mails: Loop) -> bool:
    found = evaluating.evaluate()
    if found is not None and found.raised:
        mails.bell.set()
    return False


def register() -> None:
    """Let every worker have this crew."""
    engine.register("alerts", _crew)
