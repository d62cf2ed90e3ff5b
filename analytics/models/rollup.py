"""Figures that were counted once. They are only ever replaced by counting their rows again (`analytics.rollups`)."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from analytics.enums import Dimension, Grain, Subject
from contactcenter.core.models import OrgOwned

_GRAINS = {
    Grain.HOUR.value: pgettext_lazy("length of time", "hour"),
    Grain.DAY.value: pgettext_lazy("length of time", "day"),
    Grain.MONTH.value: pgettext_lazy("length of time", "month"),
}
_DIMENSIONS = {
    Dimension.ALL.value: pgettext_lazy("told apart by", "nothing"),
    Dimension.AGENT.value: pgettext_lazy("told apart by", "agent"),
    Dimension.CAMPAIGN.value: pgettext_lazy("told apart by", "campaign"),
    Dimension.NUMBER.value: pgettext_lazy("told apart by", "number"),
    Dimension.PROVIDER.value: pgettext_lazy("told apart by", "provider"),
    Dimension.COUNTRY.value: pgettext_lazy("told apart by", "country"),
}
_SUBJECTS = {
    Subject.CALLS.value: pgettext_lazy("figures about", "calls"),
    Subject.TEXTS.value: pgettext_lazy("figures about", "texts"),
}


class Rollup(OrgOwned):
    """The stored figures of one hour, day or month (UTC) of an organization, in one currency.

    `key` says which agent, campaign, number, provider or country, `whose` which agent's part of it: words and ids,
    never references, so that nothing has to be counted again when a person or a campaign goes.
    """

    grain = models.CharField(_("length of time"), max_length=8, choices=_GRAINS)
    starts_at = models.DateTimeField(_("beginning"))
    dimension = models.CharField(_("told apart by"), max_length=16, choices=_DIMENSIONS)
    key = models.CharField(_("of"), max_length=64, blank=True)
    whose = models.CharField(_("whose"), max_length=64, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    figures = ArrayField(models.BigIntegerField(), verbose_name=_("figures"))

    class Meta(OrgOwned.Meta):
        abstract = True

    def __str__(self) -> str:
        return str(self.pk)


_ONE_ROW = ["organization", "grain", "dimension", "starts_at", "key", "whose", "currency"]


class CallRollup(Rollup):
    """Figures of calls, by when they began."""

    class Meta(Rollup.Meta):
        verbose_name = _("figures of calls")
        verbose_name_plural = _("figures of calls")
        constraints = [
            # Serves every figure about calls: one dimension, and a stretch of time.
            models.UniqueConstraint(fields=_ONE_ROW, name="calls_are_counted_once"),
        ]


class TextRollup(Rollup):
    """Figures of texts, by when they were accepted."""

    class Meta(Rollup.Meta):
        verbose_name = _("figures of texts")
        verbose_name_plural = _("figures of texts")
        constraints = [
            # Serves every figure about texts: one dimension, and a stretch of time.
            models.UniqueConstraint(fields=_ONE_ROW, name="texts_are_counted_once"),
        ]


class RollupState(OrgOwned):
    """How far an organization's rollups of calls or of texts reach, and which definitions they were counted by.

    `version` is another one after every change of the rollups, and never one that was there before: what was read from
    rollups of a version may be kept. A random one, so that a restored database does not come to an old one again.
    """

    subject = models.CharField(_("about"), max_length=8, choices=_SUBJECTS)
    definition = models.CharField(_("definitions"), max_length=64)
    rolled_until = models.DateTimeField(_("counted until"), null=True)
    version = models.UUIDField(_("version"), db_default=RandomUUID())
    changed_at = models.DateTimeField(_("changed at"), db_default=Now())

    class Meta(OrgOwned.Meta):
        verbose_name = _("state of figures")
        verbose_name_plural = _("states of figures")
        constraints = [
            models.UniqueConstraint(fields=["organization", "subject"], name="figures_have_one_state"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class StaleHour(OrgOwned):
    """A mark: a row of this hour was added, changed or deleted after the hour. Triggers set it, a worker takes it."""

    subject = models.CharField(_("about"), max_length=8, choices=_SUBJECTS)
    starts_at = models.DateTimeField(_("hour"))
    marked_at = models.DateTimeField(_("marked at"))

    class Meta(OrgOwned.Meta):
        verbose_name = _("hour to be counted again")
        verbose_name_plural = _("hours to be counted again")
        indexes = [
            # Serves every figure: which hours of the organization may not be read from the rollups?
            models.Index(fields=["organization", "subject", "starts_at"], name="stale_hour_of_organization"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
