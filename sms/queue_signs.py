"""When the last sweep ended, in PostgreSQL so that everybody sees it. Every worker sweeps; one row is enough."""

from django.db.models.functions import Now

from contactcenter.core.models import Heartbeat

SWEEP = "sms-sweep"


def swept() -> None:
    """Write that a sweep has done its work, in its transaction and by the database's clock."""
    if not Heartbeat.objects.filter(name=SWEEP).update(beat_at=Now()):
        Heartbeat.objects.bulk_create([Heartbeat(name=SWEEP, kind="sweep", beat_at=Now())], ignore_conflicts=True)
