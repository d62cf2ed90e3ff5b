"""Provider accounts, whose secrets can be written and never read, and our numbers."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from contactcenter.core import circuits, credentials, senders, webhook_accounts
from contactcenter.core.admin.forms import OrgForm
from contactcenter.core.admin.tenancy import TenantAdmin
from contactcenter.core.credentials import MalformedValue
from contactcenter.core.crypto import CredentialsUnreadable
from contactcenter.core.models import (
    AddressKind,
    CircuitState,
    PhoneNumber,
    Provider,
    ProviderAccount,
)
from contactcenter.core.phone import InvalidNumber, address_kind, to_e164

_INBOUND = {Provider.TWILIO: "/hooks/twilio/sms/inbound", Provider.TELNYX: "/hooks/telnyx/sms"}
_VOICE = {Provider.TWILIO: "/hooks/twilio/voice/inbound", Provider.TELNYX: "/hooks/telnyx/voice"}


def _secret_field(label: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password", "class": "vTextField"}, render_value=False)
    return forms.CharField(label=label, required=False, strip=True, widget=widget)


class ProviderAccountForm(OrgForm):
    """An account with its secrets, which travel in one direction only."""

    secret = _secret_field(_("Auth token / API key"))
    next_secret = _secret_field(_("Next token"))
    forget_next_secret = forms.BooleanField(label=_("Forget the next token"), required=False)
    sentences = {
        "provider_account_belongs_to_one_organization": _("This account is in use already."),
        "twilio_account_has_its_sid": _("Enter the Account SID."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_new = self.instance._state.adding
        keep = "" if is_new else _("One is stored. Leave empty to keep it.")
        self.fields["secret"].required = is_new
        self.fields["secret"].help_text = keep
        self.fields["next_secret"].help_text = _(
            "While a token is being rotated, webhooks signed with either are believed. Leave empty to keep it."
        )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        provider = self.cleaned_data.get("provider") or self.instance.provider
        self._check("account_id", lambda value: credentials.account_id(provider, value))
        self._check("messaging_service_id", lambda value: credentials.messaging_service_id(provider, value))
        self._check("connection_id", lambda value: credentials.connection_id(provider, value))
        self._check("public_key", credentials.public_key)
        self._check("secret", credentials.secret)
        self._check("next_secret", credentials.secret)
        if self._changes_secrets() and not self.cleaned_data.get("secret"):
            self._demand_readable()
        return cleaned

    def _check(self, name: str, check: Callable[[str], str]) -> None:
        value = self.cleaned_data.get(name)
        if value is None or (not value and name in ("secret", "next_secret")):
            return
        try:
            self.cleaned_data[name] = check(value)
        except MalformedValue as error:
            self.add_error(name, str(error.sentence))

    def _changes_secrets(self) -> bool:
        return any(self.cleaned_data.get(name) for name in ("secret", "next_secret", "forget_next_secret"))

    def _demand_readable(self) -> None:
        try:
            self.instance.credentials()
        except CredentialsUnreadable:
            self.add_error("secret", _("The stored one cannot be read any more: enter it again."))

    def save(self, commit: bool = True) -> Any:
        """Encrypt what was entered; what was left empty stays as it is."""
        if self._changes_secrets():
            self._write_secrets()
        return super().save(commit)

    def _write_secrets(self) -> None:
        entered = self.cleaned_data
        secret, following = entered["secret"], entered["next_secret"]
        try:
            known = self.instance.credentials()
            secret = secret or known.secret
            following = following or ("" if entered["forget_next_secret"] else known.next_secret)
        except CredentialsUnreadable:
            pass  # A new account, or one whose secret was entered again.
        self.instance.set_secrets(secret=secret, next_secret="" if following == secret else following)


@admin.register(ProviderAccount)
class ProviderAccountAdmin(TenantAdmin):
    """Accounts at the providers. They are switched off, not deleted: texts refer to them."""

    form = ProviderAccountForm
    list_display = ("name", "provider", "account_id", "has_secret", "is_active", "breaker", "updated_at")
    actions = ("use_again",)
    list_filter = ("provider", "is_active")
    ordering = ("provider", "name", "id")
    readonly_fields = ("has_secret", "has_next_secret", "inbound_address", "voice_address", "breaker")
    fields = (
        "organization",
        "provider",
        "name",
        "is_active",
        "account_id",
        "messaging_service_id",
        "connection_id",
        "public_key",
        "secret",
        "has_next_secret",
        "next_secret",
        "forget_next_secret",
        "inbound_address",
        "voice_address",
        "breaker",
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*super().get_readonly_fields(request, obj), *(() if obj is None else ("provider",)))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask for a next token only where there is a first one."""
        fields = super().get_fields(request, obj)
        later = ("has_next_secret", "next_secret", "forget_next_secret", "inbound_address", "voice_address", "breaker")
        return fields if obj is not None else [name for name in fields if name not in later]

    def save_model(self, request: HttpRequest, obj: ProviderAccount, form: Any, change: bool) -> None:
        """Save, and let webhooks be checked with what is true now."""
        super().save_model(request, obj, form, change)
        transaction.on_commit(webhook_accounts.forget)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("circuits")

    @admin.display(description=_("breaker"))
    def breaker(self, account: ProviderAccount) -> str:
        """Whether the account is used now; if not, why, since when, and when it is tried again."""
        circuit = next(iter(account.circuits.all()), None)
        if circuit is None or circuit.state == CircuitState.CLOSED:
            return str(CircuitState.CLOSED.label)
        return _("%(state)s since %(since)s: %(reason)s %(words)s (%(code)s). Next trial: %(next)s") % {
            "state": circuit.get_state_display(),
            "since": date_format(localtime(circuit.changed_at), "SHORT_DATETIME_FORMAT"),
            "reason": circuit.get_reason_display(),
            "words": circuit.error_message,
            "code": circuit.provider_error_code,
            "next": date_format(localtime(circuit.probe_at), "SHORT_DATETIME_FORMAT"),
        }

    @admin.action(description=_("Use again now (close the breaker)"), permissions=["change"])
    def use_again(self, request: HttpRequest, queryset: QuerySet[ProviderAccount]) -> None:
        """Close the breakers of the chosen accounts, which are the person's own."""
        user: Any = request.user
        for account in queryset.prefetch_related("circuits"):
            for circuit in account.circuits.all():
                circuits.close(circuit, actor=user)
        self.message_user(request, _("These accounts are used again from now on."), messages.SUCCESS)

    @admin.display(description=_("token stored"), boolean=True)
    def has_secret(self, account: ProviderAccount) -> bool:
        """Whether a secret is stored."""
        return bool(account.secrets_encrypted)

    @admin.display(description=_("next token stored"), boolean=True)
    def has_next_secret(self, account: ProviderAccount) -> bool | None:
        """Whether a second token is stored; None when the stored ones cannot be decrypted."""
        try:
            return bool(account.credentials().next_secret)
        except CredentialsUnreadable:
            return None

    @admin.display(description=_("address for incoming texts"))
    def inbound_address(self, account: ProviderAccount) -> str:
        """The address to enter at the provider."""
        return settings.PUBLIC_BASE_URL + _INBOUND[Provider(account.provider)] if account.provider else ""

    @admin.display(description=_("address for incoming calls"))
    def voice_address(self, account: ProviderAccount) -> str:
        """The address to enter at the provider for calls."""
        return settings.PUBLIC_BASE_URL + _VOICE[Provider(account.provider)] if account.provider else ""


class PhoneNumberForm(OrgForm):
    """A sender. Its kind follows from how it is written."""

    sentences = {
        "number_is_rented_once_per_provider": _("This number is in use already."),
        "sender_is_listed_once_per_account": _("This account has this number already."),
        "number_sends_some_texts_a_second": _("Enter a number above 0, or nothing."),
    }

    def clean_address(self) -> str:
        """Accept a number in E.164 (with spaces, if you like), a short code or an alphanumeric sender."""
        typed: str = self.cleaned_data["address"].strip()
        if typed.startswith(("+", "00", "(")):
            try:
                return to_e164(typed, country="ZZ")
            except InvalidNumber as error:
                raise forms.ValidationError(_("Write the number in E.164, for example +420910055501.")) from error
        if address_kind(typed) is None:
            raise forms.ValidationError(
                _("Write a number in E.164, a short code of 3 to 8 digits, or a name of at most 11 letters and digits.")
            )
        return typed

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        address, account = self.cleaned_data.get("address"), self.cleaned_data.get("account")
        if address:
            self.instance.kind = address_kind(address) or AddressKind.ALPHANUMERIC
        if account is not None:
            self.instance.provider = account.provider
        return cleaned


@admin.register(PhoneNumber)
class PhoneNumberAdmin(TenantAdmin):
    """Our senders. Conversations hang on them, so a used one can be switched off but not deleted."""

    form = PhoneNumberForm
    can_delete = True
    list_display = ("address", "kind", "label", "account", "is_default", "is_active", "paused_until")
    list_filter = ("provider", "kind", "is_active")
    list_select_related = ("account",)
    ordering = ("-is_default", "address", "id")
    actions = ("make_default",)
    readonly_fields = ("kind", "is_default", "is_discovered", "paused_until")
    fields = (
        "organization",
        "account",
        "address",
        "kind",
        "label",
        ("is_active", "is_default", "is_discovered"),
        "texts_per_second",
        "paused_until",
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*super().get_readonly_fields(request, obj), *(() if obj is None else ("address",)))

    def save_model(self, request: HttpRequest, obj: PhoneNumber, form: Any, change: bool) -> None:
        """Save, and let webhooks be checked with what is true now."""
        super().save_model(request, obj, form, change)
        transaction.on_commit(webhook_accounts.forget)

    @admin.action(description=_("Make it the default sender"), permissions=["change"])
    def make_default(self, request: HttpRequest, queryset: QuerySet[PhoneNumber]) -> None:
        """Make the one chosen number the default sender of its organization."""
        chosen = list(queryset.select_related("account")[:2])
        if len(chosen) != 1 or not (chosen[0].is_active and chosen[0].account.is_active):
            self.message_user(request, _("Choose exactly one active number of an active account."), messages.ERROR)
            return
        user: Any = request.user
        senders.make_default(chosen[0], actor=user)
        self.message_user(request, _("This number is the default sender now."), messages.SUCCESS)
