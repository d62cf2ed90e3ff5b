"""Signs of life of background processes, in PostgreSQL so that they are seen while the broker is down."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

_ALIVE_SECONDS = 15.0
_WEB_ALIVE_SECONDS = 30.0


class HeartbeatQuerySet(models.QuerySet["Heartbeat"]):
    """Signs of life."""

    def alive(self, *, now: datetime) -> "HeartbeatQuerySet":
        """Return those of the workers that are at work."""
        since = now - timedelta(seconds=max(_ALIVE_SECONDS, 5 * settings.SWEEP_INTERVAL_SECONDS))
        return self.filter(kind="worker", beat_at__gte=since)

    def serving(self, *, now: datetime) -> "HeartbeatQuerySet":
        """Return those of the processes that answer requests; one that beats slowly may miss two beats."""
        since = now - timedelta(seconds=max(_WEB_ALIVE_SECONDS, 3 * settings.METRICS_FLUSH_SECONDS))
        return self.filter(kind="web", beat_at__gte=since)


class Heartbeat(models.Model):
    """The last sign of life of one process."""

    name = models.CharField(_("process"), max_length=120, primary_key=True)
    kind = models.CharField(_("kind"), max_length=20)
    beat_at = models.DateTimeField(_("last seen at"))
    # Of a web process: open live streams (SSE connections).
    streams = models.PositiveIntegerField(_("live streams"), default=0, db_default=0)

    objects = HeartbeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return self.name
