"""Scheduled reports: figures that are mailed again and again, and every mail of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contactcenter.core.models import OrgOwned, User, same_org_unique
from contactcenter.core.roles import Right


class ReportTab(models.TextChoices):
    """What a page of figures, or a report, is about."""

    CALLS = "calls", _("Calls")
    TEXTS = "texts", _("Texts")
    AGENTS = "agents", _("Agents")
    CAMPAIGNS = "campaigns", _("Campaigns")
    COSTS = "costs", _("Costs")

    @property
    def right(self) -> Right:
        """What its reader may read: an agent reads figures of their own, but no costs."""
        return Right.READ_ALL_ANALYTICS if self is ReportTab.COSTS else Right.READ_ANALYTICS


class Cadence(models.TextChoices):
    """How often a report is mailed. It is always about the last period that is over."""

    DAILY = "daily", _("every day")
    WEEKLY = "weekly", _("every week")
    MONTHLY = "monthly", _("every month")


class MailState(models.TextChoices):
    """Where a mail stands. The mail server knows nothing of a claimed one, and may have one that is being sent."""

    DUE = "due", pgettext_lazy("mail", "due")
    CLAIMED = "claimed", pgettext_lazy("mail", "due")
    SENDING = "sending", pgettext_lazy("mail", "being sent")
    SENT = "sent", pgettext_lazy("mail", "sent")
    FAILED = "failed", pgettext_lazy("mail", "refused by the mail server")
    UNCERTAIN = "uncertain", pgettext_lazy("mail", "perhaps sent")
    DROPPED = "dropped", pgettext_lazy("mail", "not sent: the person may not read it")


class ScheduledReport(OrgOwned):
    """One report. `hour`, `weekday` (1 is Monday) and `month_day` are of the organization's time zone."""

    author = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("made by")
    )
    tab = models.CharField(_("report"), max_length=9, choices=ReportTab.choices)
    cadence = models.CharField(_("how often"), max_length=7, choices=Cadence.choices)
    hour = models.PositiveSmallIntegerField(_("hour"))
    weekday = models.PositiveSmallIntegerField(_("day of the week"), default=1)
    month_day = models.PositiveSmallIntegerField(_("day of the month"), default=1)
    is_paused = models.BooleanField(_("paused"), default=False)
    next_at = models.DateTimeField(_("next time"))
    # The time zone that the next time was worked out for.
    next_zone = models.CharField(max_length=64, db_default="", default="", editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("scheduled report")
        verbose_name_plural = _("scheduled reports")
        constraints = [
            same_org_unique("scheduled_report"),
            models.CheckConstraint(condition=models.Q(hour__lte=23), name="report_is_mailed_at_an_hour_of_the_day"),
            models.CheckConstraint(
                condition=models.Q(weekday__gte=1, weekday__lte=7), name="report_is_mailed_on_a_day_of_the_week"
            ),
            models.CheckConstraint(
                condition=models.Q(month_day__gte=1, month_day__lte=28),
                name="report_is_mailed_on_a_day_that_every_month_has",
            ),
        ]
        indexes = [
            # Serves the worker: which reports are due?
            models.Index(fields=["next_at"], condition=models.Q(is_paused=False), name="report_due"),
            # Serves the page of reports.
            models.Index(fields=["organization", "created_at"], name="report_of_organization"),
        ]

    def __str__(self) -> str:
        return f"{self.get_tab_display()}, {self.get_cadence_display()}"


class ReportRecipient(OrgOwned):
    """Who gets a report."""

    report = models.ForeignKey(
        ScheduledReport,
        on_delete=models.CASCADE,
        related_name="recipients",
        db_index=False,  # The constraint brings one.
        verbose_name=_("report"),
    )
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", verbose_name=_("person"))

    class Meta(OrgOwned.Meta):
        verbose_name = _("recipient of a report")
        verbose_name_plural = _("recipients of reports")
        constraints = [
            models.UniqueConstraint(fields=["report", "user"], name="person_gets_a_report_once"),
        ]

    def __str__(self) -> str:
        return str(self.user)


class ReportMail(OrgOwned):
    """One mail of a report to one person, about the days from `first_day` to `last_day`."""

    report = models.ForeignKey(
        ScheduledReport,
        on_delete=models.CASCADE,
        related_name="mails",
        db_index=False,  # The constraint brings one.
        verbose_name=_("report"),
    )
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", verbose_name=_("person"))
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    is_asked_for = models.BooleanField(_("asked for"), help_text=_("Somebody sent it by hand."))
    state = models.CharField(_("state"), max_length=9, choices=MailState.choices, default=MailState.DUE)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    due_at = models.DateTimeField(_("due at"))
    lease_token = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("mail of a report")
        verbose_name_plural = _("mails of reports")
        constraints = [
            models.UniqueConstraint(
                fields=["report", "user", "first_day", "last_day"],
                condition=models.Q(is_asked_for=False),
                name="report_is_mailed_once_for_a_period",
            ),
            # A second click while the first mail is on its way sends nothing.
            models.UniqueConstraint(
                fields=["report", "user"],
                condition=models.Q(is_asked_for=True, state__in=["due", "claimed", "sending"]),
                name="report_is_asked_for_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=(
                    models.Q(state__in=[MailState.CLAIMED, MailState.SENDING], lease_token__isnull=False)
                    | (~models.Q(state__in=[MailState.CLAIMED, MailState.SENDING]) & models.Q(lease_token__isnull=True))
                ),
                name="exactly_leased_mails_have_a_lease",
            ),
        ]
        indexes = [
            # Serves the worker's claim: which mails are due, or were left by a worker that died?
            models.Index(
                fields=["due_at"],
                condition=models.Q(state__in=["due", "claimed", "sending"]),
                name="report_mail_to_send",
            ),
            # Serves the page of reports: what became of the newest mails?
            models.Index(fields=["report", "-created_at"], name="report_mail_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.first_day} – {self.last_day}"
