"""Signs of life of background processes, in PostgreSQL so that they are seen while the broker is down."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Heartbeat(models.Model):
    """The last sign of life of one process."""

    name = models.CharField(_("process"), max_length=120, primary_key=True)
    kind = models.CharField(_("kind"), max_length=20)
    beat_at = models.DateTimeField(_("last seen at"))

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return self.name
