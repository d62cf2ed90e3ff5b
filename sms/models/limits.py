"""What the limits remember: what a day has cost, and which senders had to rest."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from contactcenter.core.models import OrgOwned, PhoneNumber, User


class DailySpending(OrgOwned):
    """What the texts that were accepted on one day of the organization will cost, by their estimates, in USD."""

    day = models.DateField(_("day"))
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=6)

    class Meta(OrgOwned.Meta):
        verbose_name = _("spending of a day")
        verbose_name_plural = _("spending by day")
        constraints = [
            # Serves the check of the spending limit, too.
            models.UniqueConstraint(fields=["organization", "day"], name="a_day_is_counted_once"),
        ]

    def __str__(self) -> str:
        return str(self.day)


class SenderPause(OrgOwned):
    """A time in which one of our numbers takes no texts, because too many of its texts failed."""

    phone_number = models.ForeignKey(
        PhoneNumber, on_delete=models.CASCADE, related_name="+", verbose_name=_("phone number")
    )
    began_at = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("ended by")
    )
    texts = models.PositiveIntegerField(_("texts with an end"))
    failures = models.PositiveIntegerField(_("failed because of the sender"))
    provider_error_code = models.CharField(_("most frequent error code"), max_length=40, blank=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("pause of a number")
        verbose_name_plural = _("pauses of numbers")
        constraints = [
            models.UniqueConstraint(
                fields=["phone_number"],
                condition=models.Q(ended_at__isnull=True),
                name="number_has_one_pause_at_a_time",
            ),
        ]
        indexes = [
            # Serves the panel and the check: the last pauses of a number.
            models.Index(fields=["phone_number", "-began_at"], name="pause_of_number"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
