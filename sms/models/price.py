"""What an organization pays its providers for a text."""

from decimal import Decimal

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from contactcenter.core.models import OrgOwned, Provider

# ISO 4217.
CURRENCY = RegexValidator(r"\A[A-Z]{3}\Z", _("Use the three capital letters of ISO 4217, for example USD."))


class Price(OrgOwned):
    """The price of one segment, by provider and country, from a day on (the organization's day).

    Estimates come from it; what the provider says or bills counts more. No row: the installation's price.
    """

    provider = models.CharField(_("provider"), max_length=8, choices=Provider.choices)
    country = models.CharField(
        _("country"),
        max_length=2,
        blank=True,
        default="",
        validators=[RegexValidator(r"\A[A-Z]{2}\Z", _("Use the two capital letters of ISO 3166, for example CZ."))],
        help_text=_("Where the recipient's number is from. Empty: every country without a price of its own."),
    )
    amount = models.DecimalField(
        _("price of a segment"), max_digits=10, decimal_places=6, validators=[MinValueValidator(Decimal(0))]
    )
    mms_amount = models.DecimalField(
        _("price of a text with files"),
        max_digits=10,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
        help_text=_("Whatever its length and the number of files. Empty: the installation's price."),
    )
    currency = models.CharField(_("currency"), max_length=3, default="USD", validators=[CURRENCY])
    valid_from = models.DateField(_("valid from"))

    class Meta(OrgOwned.Meta):
        verbose_name = _("price of texts")
        verbose_name_plural = _("prices of texts")
        constraints = [
            # Its index also finds the price that holds on a day.
            models.UniqueConstraint(
                fields=["organization", "provider", "country", "valid_from"], name="one_price_begins_on_a_day"
            ),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="price_of_a_segment_is_not_negative"),
            models.CheckConstraint(condition=models.Q(mms_amount__gte=0), name="price_of_a_text_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.get_provider_display()} {self.country} {self.amount} {self.currency}"
