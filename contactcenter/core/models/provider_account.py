"""Accounts at Twilio and Telnyx, and the numbers rented there."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from contactcenter.core import crypto
from contactcenter.core.models.base import OrgOwned, same_org_unique
from contactcenter.core.models.contact import AddressKind
from contactcenter.providers.base import Credentials


class Provider(models.TextChoices):
    TWILIO = "TWILIO", "Twilio"
    TELNYX = "TELNYX", "Telnyx"


class ProviderAccount(OrgOwned):
    """One account at one provider. The secret parts are encrypted and never shown again."""

    provider = models.CharField(_("provider"), max_length=8, choices=Provider.choices)
    name = models.CharField(_("name"), max_length=80)
    account_id = models.CharField(
        _("account id"),
        max_length=64,
        blank=True,
        help_text=_("Twilio: the Account SID. Telnyx: the organization id, if known."),
    )
    messaging_service_id = models.CharField(
        _("messaging service"),
        max_length=64,
        blank=True,
        help_text=_(
            "Twilio: MessagingServiceSid. Telnyx: messaging profile id. Webhooks that name it are known to be yours."
        ),
    )
    public_key = models.CharField(
        _("public key"),
        max_length=64,
        blank=True,
        help_text=_("Telnyx: the key that its webhooks are signed with (base64)."),
    )
    connection_id = models.CharField(
        _("voice connection"),
        max_length=64,
        blank=True,
        default="",
        db_default="",
        help_text=_("Telnyx: the id of the Call Control application that calls are made with. Empty: no calls."),
    )
    secrets_encrypted = models.TextField(editable=False, default="")
    is_active = models.BooleanField(_("active"), default=True)
    # Until when the rate of the account is used up.
    paced_until = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("provider account")
        verbose_name_plural = _("provider accounts")
        constraints = [
            same_org_unique("provider_account"),
            # A webhook names only the provider's account: two tenants on one would make its owner a guess.
            models.UniqueConstraint(
                fields=["provider", "account_id"],
                condition=~models.Q(account_id=""),
                name="provider_account_belongs_to_one_organization",
            ),
            models.CheckConstraint(
                condition=~models.Q(provider="TWILIO") | ~models.Q(account_id=""),
                name="twilio_account_has_its_sid",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_provider_display()})"

    def set_secrets(self, *, secret: str, next_secret: str = "") -> None:
        """Encrypt the auth token or API key (and the token that follows it during a rotation)."""
        self.secrets_encrypted = crypto.encrypt(
            {"secret": secret, "next_secret": next_secret}, owner=str(self.organization_id)
        )

    def credentials(self) -> Credentials:
        """Return what an adapter needs to act for this account. Raises CredentialsUnreadable."""
        secrets: dict[str, Any] = crypto.decrypt(self.secrets_encrypted, owner=str(self.organization_id))
        base_url = settings.TWILIO_API_BASE_URL if self.provider == Provider.TWILIO else settings.TELNYX_API_BASE_URL
        return Credentials(
            account_id=self.account_id,
            secret=secrets["secret"],
            next_secret=secrets.get("next_secret", ""),
            public_key=self.public_key,
            messaging_service_id=self.messaging_service_id,
            base_url=base_url,
        )


class PhoneNumber(OrgOwned):
    """A sender of ours: a phone number, a short code or an alphanumeric name."""

    account = models.ForeignKey(
        ProviderAccount,
        on_delete=models.PROTECT,
        related_name="phone_numbers",
        verbose_name=_("provider account"),
    )
    provider = models.CharField(_("provider"), max_length=8, choices=Provider.choices, editable=False)
    address = models.CharField(_("number"), max_length=20, help_text=_("E.164, for example +420910055501."))
    kind = models.CharField(_("kind"), max_length=12, choices=AddressKind.choices, default=AddressKind.PHONE)
    label = models.CharField(_("label"), max_length=80, blank=True)
    is_default = models.BooleanField(_("default sender"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    is_discovered = models.BooleanField(
        _("discovered"),
        default=False,
        help_text=_("A genuine webhook of the account named it (for example a Messaging Service's pool)."),
    )
    texts_per_second = models.DecimalField(
        _("texts a second"),
        max_digits=6,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("Empty: what numbers of its kind are usually allowed."),
    )
    # Until when its rate is used up.
    paced_until = models.DateTimeField(null=True, editable=False)
    paused_until = models.DateTimeField(_("paused until"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("phone number")
        verbose_name_plural = _("phone numbers")
        constraints = [
            same_org_unique("phone_number"),
            models.UniqueConstraint(
                fields=["provider", "address"],
                condition=models.Q(kind=AddressKind.PHONE),
                name="number_is_rented_once_per_provider",
            ),
            models.UniqueConstraint(fields=["account", "address"], name="sender_is_listed_once_per_account"),
            models.UniqueConstraint(
                fields=["organization"],
                condition=models.Q(is_default=True),
                name="organization_has_one_default_sender",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind=AddressKind.PHONE) | models.Q(address__regex=r"^\+[1-9][0-9]{6,14}$"),
                name="our_phone_number_is_e164",
            ),
            models.CheckConstraint(
                condition=models.Q(texts_per_second__isnull=True) | models.Q(texts_per_second__gt=0),
                name="number_sends_some_texts_a_second",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.address}".strip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.provider = self.account.provider
        super().save(*args, **kwargs)
