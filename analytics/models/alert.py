"""Alerts: which figure must not go where, and what happened."""

from datetime import timedelta
from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contactcenter.core.models import OrgOwned, User, same_org_unique

MOST_MINUTES = 1440


class Comparison(models.TextChoices):
    """On which side of the threshold an alert is raised."""

    AT_LEAST = "ge", _("at least")
    AT_MOST = "le", _("at most")


class AlertRule(OrgOwned):
    """One figure that supervisors are told of when it reaches a threshold.

    `window_minutes` is the time that the figure is counted over, up to now; none for figures that are so at a moment.
    An alert ends when its figure has been past `clear_threshold` (without one: back over `threshold`) for
    `clear_minutes`: a figure that wavers around the threshold raises one alert, not many.
    """

    name = models.CharField(_("name"), max_length=80, blank=True)
    figure = models.CharField(_("figure"), max_length=40)
    comparison = models.CharField(_("is"), max_length=2, choices=Comparison.choices)
    threshold = models.DecimalField(_("threshold"), max_digits=14, decimal_places=4)
    window_minutes = models.PositiveSmallIntegerField(_("minutes counted"), null=True, blank=True)
    clear_threshold = models.DecimalField(_("ends at"), max_digits=14, decimal_places=4, null=True, blank=True)
    clear_minutes = models.PositiveSmallIntegerField(_("ends after minutes"), default=0)
    only_when_open = models.BooleanField(_("only in business hours"), default=False)
    by_mail = models.BooleanField(_("by e-mail too"), default=True)
    is_active = models.BooleanField(pgettext_lazy("alert", "active"), default=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    removed_at = models.DateTimeField(_("removed at"), null=True, blank=True, editable=False)

    class Meta(OrgOwned.Meta):
        verbose_name = _("rule for alerts")
        verbose_name_plural = _("rules for alerts")
        constraints = [
            same_org_unique("alert_rule"),
            models.CheckConstraint(
                condition=models.Q(clear_threshold__isnull=True)
                | models.Q(comparison=Comparison.AT_LEAST, clear_threshold__lte=models.F("threshold"))
                | models.Q(comparison=Comparison.AT_MOST, clear_threshold__gte=models.F("threshold")),
                name="alert_ends_on_the_calm_side",
            ),
            models.CheckConstraint(
                condition=models.Q(window_minutes__isnull=True)
                | models.Q(window_minutes__gte=1, window_minutes__lte=MOST_MINUTES),
                name="alert_counts_a_day_at_most",
            ),
            models.CheckConstraint(
                condition=models.Q(clear_minutes__lte=MOST_MINUTES), name="alert_ends_within_a_day_of_calm"
            ),
        ]
        indexes = [
            # Serves the worker: which rules are looked at?
            models.Index(
                fields=["organization"],
                condition=models.Q(is_active=True, removed_at__isnull=True),
                name="alert_rule_in_force",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.figure

    def is_reached(self, value: Decimal | None) -> bool:
        """Whether a figure raises this alert; one that says nothing raises none."""
        if value is None:
            return False
        return value >= self.threshold if self.comparison == Comparison.AT_LEAST else value <= self.threshold

    def is_calm(self, value: Decimal | None) -> bool:
        """Whether a figure lets this alert end."""
        if value is None or self.clear_threshold is None:
            return not self.is_reached(value)
        if self.comparison == Comparison.AT_LEAST:
            return value <= self.clear_threshold and not self.is_reached(value)
        return value >= self.clear_threshold and not self.is_reached(value)

    @property
    def calm_for(self) -> timedelta:
        """How long a figure has to be calm until the alert ends."""
        return timedelta(minutes=self.clear_minutes)


class AlertEvent(OrgOwned):
    """One alert: raised once, ended once. What the rule said then is kept, whatever becomes of the rule."""

    rule = models.ForeignKey(
        AlertRule, on_delete=models.PROTECT, related_name="events", db_index=False, verbose_name=_("rule")
    )
    name = models.CharField(_("name"), max_length=80, blank=True)
    figure = models.CharField(_("figure"), max_length=40)
    comparison = models.CharField(_("is"), max_length=2, choices=Comparison.choices)
    threshold = models.DecimalField(_("threshold"), max_digits=14, decimal_places=4)
    value = models.DecimalField(_("value"), max_digits=16, decimal_places=4)
    last_value = models.DecimalField(_("last value"), max_digits=16, decimal_places=4, null=True, blank=True)
    raised_at = models.DateTimeField(_("raised at"))
    calm_since = models.DateTimeField(_("calm since"), null=True, blank=True)
    cleared_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    mail_is_due = models.BooleanField(_("to be mailed"), default=False)
    # Whose mail is not due (any more) while that of others is: it went, may have gone, or was refused for good.
    mailed_to = ArrayField(
        models.UUIDField(), verbose_name=_("mailed to"), default=list, db_default=[], blank=True, editable=False
    )
    seen_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("seen by")
    )
    seen_at = models.DateTimeField(_("seen at"), null=True, blank=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        constraints = [
            same_org_unique("alert"),
            models.UniqueConstraint(
                fields=["rule"],
                condition=models.Q(cleared_at__isnull=True),
                name="alert_of_a_rule_is_raised_once_at_a_time",
            ),
        ]
        indexes = [
            # Serves the log, newest first.
            models.Index(fields=["organization", "-raised_at", "-id"], name="alert_newest"),
            # Serves the wallboard: what is the matter now?
            models.Index(
                fields=["organization", "-raised_at"],
                condition=models.Q(cleared_at__isnull=True),
                name="alert_now",
            ),
            # Serves the worker: what is to be mailed?
            models.Index(fields=["raised_at"], condition=models.Q(mail_is_due=True), name="alert_to_mail"),
        ]

    def __str__(self) -> str:
        return self.name or self.figure

    @property
    def is_over(self) -> bool:
        """Whether the alert has ended."""
        return self.cleared_at is not None
