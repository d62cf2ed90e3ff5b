"""What an organization decided about its texts."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from contactcenter.core.models import OrgOwned, ProviderAccount
from sms.enums import BudgetAction
from sms.models.price import CURRENCY


class SmsPolicy(OrgOwned):
    """One organization's rules for sending. No row: the installation's defaults, which are these fields' defaults."""

    resend_uncertain_classes = models.JSONField(
        _("send again by itself"),
        default=list,
        db_default=[],
        blank=True,
        help_text=_(
            "Classes of texts of which a second one is better than none, such as one-time codes: when nobody knows "
            "whether one arrived, it is closed and a new one is sent."
        ),
    )
    resend_uncertain_seconds = models.PositiveIntegerField(
        _("seconds until then"),
        default=180,
        db_default=180,
        help_text=_("How long a text of these classes may be in doubt before a new one is sent."),
    )
    quiet_start = models.TimeField(
        _("quiet from"), null=True, blank=True, help_text=_("By the clock of whoever gets the text.")
    )
    quiet_end = models.TimeField(_("quiet until"), null=True, blank=True)
    quiet_reply_minutes = models.PositiveSmallIntegerField(
        _("minutes in which an answer may go in quiet hours"),
        default=60,
        db_default=60,
        help_text=_("Counted from the last text of the person. 0: never."),
    )
    provider_answers_words = models.BooleanField(
        _("providers answer their own keywords"),
        default=True,
        db_default=True,
        help_text=_("Switch this off only where the provider's own handling of STOP, START and HELP is switched off."),
    )
    opt_out_answer = models.CharField(
        _("answer to STOP"), max_length=300, blank=True, default="", db_default="", help_text=_("Empty: our sentence.")
    )
    opt_in_answer = models.CharField(_("answer to START"), max_length=300, blank=True, default="", db_default="")
    help_answer = models.CharField(_("answer to HELP"), max_length=300, blank=True, default="", db_default="")
    primary_account = models.ForeignKey(
        ProviderAccount,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("primary account"),
        help_text=_("What new texts go through. Empty: the account of the default sender."),
    )
    fallback_account = models.ForeignKey(
        ProviderAccount,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("fallback account"),
        help_text=_("What takes over when the primary account certainly failed. Empty: the other active account."),
    )
    fails_over = models.BooleanField(
        _("fail over"),
        default=True,
        db_default=True,
        help_text=_("Texts may go through the other account, with a number of that account."),
    )
    allowed_countries = models.JSONField(
        _("countries that texts may go to"),
        default=list,
        db_default=[],
        blank=True,
        help_text=_("Empty: the default country and the countries of the organization's own numbers."),
    )
    number_hourly_limit = models.PositiveIntegerField(
        _("texts to one number an hour"), null=True, blank=True, help_text=_("Empty: the installation's limit.")
    )
    number_daily_limit = models.PositiveIntegerField(
        _("texts to one number a day"), null=True, blank=True, help_text=_("Empty: the installation's limit.")
    )
    range_hourly_limit = models.PositiveIntegerField(
        _("texts to one range of numbers an hour"),
        null=True,
        blank=True,
        help_text=_("A range: numbers that begin with the same seven digits. Empty: the installation's limit."),
    )
    daily_spending_cap = models.DecimalField(
        _("spending limit of a day"),
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("In USD, by the estimated prices; texts beyond it are held. Empty: the installation's limit."),
    )
    monthly_budget = models.DecimalField(
        _("budget of a month"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
        help_text=_("Costs of texts in a calendar month of the organization's time zone. Empty: no budget."),
    )
    budget_currency = models.CharField(
        _("its currency"),
        max_length=3,
        default="USD",
        db_default="USD",
        validators=[CURRENCY],
        help_text=_("Costs in other currencies do not count: nothing is converted."),
    )
    budget_action = models.CharField(
        _("when it is spent"),
        max_length=5,
        choices=BudgetAction.choices,
        default=BudgetAction.STOP,
        db_default=BudgetAction.STOP,
    )
    # The first day of the month that administrators were told about last.
    budget_warned_for = models.DateField(null=True, blank=True, editable=False)
    budget_spent_for = models.DateField(null=True, blank=True, editable=False)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("rules for texts")
        verbose_name_plural = _("rules for texts")
        constraints = [
            models.CheckConstraint(
                condition=(
                    models.Q(primary_account__isnull=True)
                    | models.Q(fallback_account__isnull=True)
                    | ~models.Q(primary_account=models.F("fallback_account"))
                ),
                name="fallback_is_another_account_than_the_primary",
            ),
            models.UniqueConstraint(fields=["organization"], name="organization_has_one_policy_for_texts"),
            models.CheckConstraint(
                condition=models.Q(quiet_start__isnull=True, quiet_end__isnull=True)
                | models.Q(quiet_start__isnull=False, quiet_end__isnull=False),
                name="quiet_hours_begin_and_end",
            ),
            models.CheckConstraint(
                condition=models.Q(quiet_start__isnull=True) | ~models.Q(quiet_start=models.F("quiet_end")),
                name="quiet_hours_are_not_the_whole_day",
            ),
            models.CheckConstraint(
                condition=models.Q(daily_spending_cap__isnull=True) | models.Q(daily_spending_cap__gte=0),
                name="spending_limit_is_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(monthly_budget__isnull=True) | models.Q(monthly_budget__gt=0),
                name="budget_of_a_month_is_more_than_nothing",
            ),
        ]

    def __str__(self) -> str:
        return str(_("Rules for texts"))
