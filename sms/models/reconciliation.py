"""The daily comparison of our books with the provider's."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from contactcenter.core.models import OrgOwned, ProviderAccount, same_org_unique
from sms.enums import Difference
from sms.models.message import Message


class ReconciliationReport(OrgOwned):
    """One account's texts of one day (UTC): ours, theirs, and where they disagree. Its row is also the claim on it."""

    account = models.ForeignKey(ProviderAccount, on_delete=models.PROTECT, related_name="+", verbose_name=_("account"))
    day = models.DateField(_("day"))
    lease_token = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    covered_until = models.DateTimeField(_("covers texts until"), null=True, blank=True)
    is_complete = models.BooleanField(
        _("complete"), default=False, help_text=_("No: the provider listed more than was read.")
    )
    error = models.CharField(_("what went wrong last"), max_length=200, blank=True, default="")
    compared = models.PositiveIntegerField(_("compared"), default=0)
    ours_not_theirs = models.PositiveIntegerField(_("ours, not theirs"), default=0)
    theirs_not_ours = models.PositiveIntegerField(_("theirs, not ours"), default=0)
    different = models.PositiveIntegerField(_("different"), default=0)
    inserted = models.PositiveIntegerField(_("texts from outside that were missing"), default=0)

    class Meta(OrgOwned.Meta):
        verbose_name = _("reconciliation report")
        verbose_name_plural = _("reconciliation reports")
        constraints = [
            same_org_unique("reconciliation_report"),
            models.UniqueConstraint(fields=["account", "day"], name="account_is_reconciled_once_a_day"),
        ]
        indexes = [
            # Serves the last reports of an organization, on its page of sending.
            models.Index(fields=["organization", "-day"], name="reconciliation_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.day}"


class ReconciliationRow(OrgOwned):
    """One text about which the books disagree."""

    report = models.ForeignKey(
        ReconciliationReport, on_delete=models.CASCADE, related_name="rows", verbose_name=_("report")
    )
    difference = models.CharField(_("difference"), max_length=16, choices=Difference.choices)
    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("message")
    )
    provider_message_id = models.CharField(_("the provider's id"), max_length=64)
    our_status = models.CharField(_("our status"), max_length=12, blank=True)
    their_status = models.CharField(_("their word"), max_length=60, blank=True)
    our_cost = models.DecimalField(_("our cost"), max_digits=12, decimal_places=6, null=True, blank=True)
    their_cost = models.DecimalField(_("their cost"), max_digits=12, decimal_places=6, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("difference")
        verbose_name_plural = _("differences")
        constraints = [
            models.UniqueConstraint(
                fields=["report", "provider_message_id", "difference"], name="difference_is_listed_once"
            ),
        ]

    def __str__(self) -> str:
        return self.provider_message_id
