"""How people and programs come in: invitations, API keys, log-ins of API clients, and the keys that sign tokens."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from contactcenter.core import api_keys, invitations
from contactcenter.core.admin.forms import OrgForm
from contactcenter.core.admin.tenancy import ReadOnlyAdmin, TenantAdmin
from contactcenter.core.models import ApiKey, Invitation, SigningKey, TokenFamily, User


class _Revocable(TenantAdmin):
    """Rows that are made and revoked, but not changed."""

    actions = ("revoke",)
    can_change = False

    @admin.action(description=_("Revoke"), permissions=["view"])
    def revoke(self, request: HttpRequest, queryset: Any) -> None:
        """Revoke the chosen rows; the queryset holds only those that the person may see."""
        with transaction.atomic():
            rows = list(queryset.select_for_update().filter(revoked_at__isnull=True))
            queryset.filter(pk__in=[row.pk for row in rows]).update(revoked_at=timezone.now())
            for row in rows:
                self.log_change(request, row, [{"changed": {"fields": ["revoked_at"]}}])
        messages.success(request, _("Revoked. They are refused from now on."))


class InvitationForm(OrgForm):
    """Whom to invite."""

    def clean_email(self) -> str:
        """Refuse people who are here already."""
        email = str(self.cleaned_data["email"]).strip().lower()
        if User.objects.filter(email__iexact=email).exists():
            raise forms.ValidationError(_("There is an account with this e-mail address already."))
        return email


@admin.register(Invitation)
class InvitationAdmin(_Revocable):
    """Invited people make their account themselves; the code is in the mail only."""

    form = InvitationForm
    list_display = ("email", "role", "created_at", "expires_at", "accepted_at", "revoked_at")
    list_filter = ("role",)
    ordering = ("-id",)
    fields = ("organization", "email", "role", "created_at", "expires_at", "accepted_at", "revoked_at")
    readonly_fields = ("created_at", "expires_at", "accepted_at", "revoked_at")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_fields(request, obj)
        return fields if obj is not None else [name for name in fields if name not in self.readonly_fields]

    def save_model(self, request: HttpRequest, obj: Invitation, form: Any, change: bool) -> None:
        """Save the new invitation; its mail goes out when it is stored."""
        token = invitations.fill_in(obj)
        super().save_model(request, obj, form, change)
        language = get_language() or "en"

        def send() -> None:
            if not invitations.send(obj, token, language=language):
                messages.error(request, _("The invitation could not be mailed. Revoke it, and invite again later."))

        transaction.on_commit(send)


class ApiKeyForm(OrgForm):
    """A key for oneself."""

    scopes = forms.MultipleChoiceField(
        label=_("scopes"),
        choices=[(scope, scope) for scope in api_keys.SCOPES],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What the key may do, at most."),
    )


@admin.register(ApiKey)
class ApiKeyAdmin(_Revocable):
    """Everybody's keys can be seen and revoked; a new one is one's own, for a key acts in its person's name."""

    form = ApiKeyForm
    list_display = ("name", "prefix", "user", "scopes", "last_used_at", "expires_at", "revoked_at")
    list_select_related = ("user",)
    ordering = ("-id",)
    fields = ("organization", "user", "name", "prefix", "scopes", "created_at", *list_display[4:])
    readonly_fields = ("user", "prefix", "created_at", "last_used_at", "revoked_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return getattr(request.user, "organization_id", None) is not None and super().has_add_permission(request)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return super().get_fields(request, obj) if obj is not None else ("name", "scopes", "expires_at")

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        """Save the new key and show it, this one time."""
        user: Any = request.user
        obj.user = user
        obj.organization_id = user.organization_id
        secret = api_keys.fill_in(obj)
        super().save_model(request, obj, form, change)
        messages.warning(request, _("This is the key. Copy it now, it is not shown again: %(key)s") % {"key": secret})


@admin.register(TokenFamily)
class TokenFamilyAdmin(_Revocable):
    """Who is logged in through the API; revoking ends it at once."""

    can_add = False
    ordering = ("-id",)
    list_display = ("created_at", "user", "expires_at", "revoked_at")
    list_select_related = ("user",)
    fields = ("organization", "user", "created_at", "expires_at", "revoked_at")


@admin.register(SigningKey)
class SigningKeyAdmin(ReadOnlyAdmin):
    """The public halves; `manage.py rotate_signing_key` makes the next one."""

    for_superusers = True
    list_display = ("kid", "not_before", "retire_at")
    fields = ("kid", "public_key", "not_before", "retire_at", "created_at")
    ordering = ("-not_before",)
