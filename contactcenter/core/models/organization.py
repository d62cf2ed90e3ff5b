"""The tenant."""

from zoneinfo import ZoneInfo

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from contactcenter.core.ids import new_id
from contactcenter.core.zones import UTC_ZONE, zone_named


class Organization(models.Model):
    """A customer of this installation; everything else belongs to exactly one of these."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    is_active = models.BooleanField(_("active"), default=True)
    default_country = models.CharField(
        _("default country"),
        max_length=2,
        default="US",
        validators=[RegexValidator(r"^[A-Z]{2}$", _("Use the two capital letters of ISO 3166, for example CZ."))],
        help_text=_("A number without + is read as a number of this country."),
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    language = models.CharField(
        _("language"),
        max_length=5,
        choices=[("en", "English"), ("cs", "Čeština"), ("es", "Español")],
        default="en",
        db_default="en",
        help_text=_("What callers hear sentences in when nobody is there."),
    )
    record_calls = models.BooleanField(
        _("record calls"), default=False, db_default=False, help_text=_("Tell your callers, where the law asks for it.")
    )
    transcribe_calls = models.BooleanField(_("transcribe calls"), default=False, db_default=False)
    calls_fail_over = models.BooleanField(
        _("calls may use the other account"),
        default=True,
        db_default=True,
        help_text=_("After a certain refusal; the person called then sees the other account's number."),
    )
    sms_hourly_limit = models.PositiveIntegerField(
        _("texts an hour"), null=True, blank=True, help_text=_("Empty: the installation's limit.")
    )
    sms_daily_limit = models.PositiveIntegerField(
        _("texts a day"), null=True, blank=True, help_text=_("Empty: the installation's limit.")
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """The time zone whose days and months are the organization's; UTC where its name is none any more."""
        return zone_named(self.time_zone) or UTC_ZONE
