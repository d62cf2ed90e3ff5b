"""What the processes of the installation have counted together since it was installed."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Tally(models.Model):
    """One figure that only grows: a counter, or a histogram of seconds. Every process adds what it has counted."""

    # A name and labels as Prometheus writes them, for instance voice_api_throttled_total{caller="person"}.
    key = models.TextField(_("figure"), primary_key=True)
    count = models.BigIntegerField(_("count"))
    # Of a histogram: the sum in seconds, and how many fell into each bucket (not into it and those below).
    total = models.FloatField(_("sum"), default=0.0)
    buckets = ArrayField(models.BigIntegerField(), verbose_name=_("buckets"), default=list, blank=True)

    class Meta:
        verbose_name = _("tally")
        verbose_name_plural = _("tallies")

    def __str__(self) -> str:
        return self.key
