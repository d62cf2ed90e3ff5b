"""Users: administrators make and close the accounts of their own people."""

from typing import Any

from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, BaseUserCreationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from contactcenter.core.admin.forms import OrgForm
from contactcenter.core.admin.tenancy import TenantAdmin
from contactcenter.core.models import User
from contactcenter.core.roles import Role

_PERSON = (
    *("organization", "email", "first_name", "last_name", "role", "language", "time_zone"),
    *("department", "phone_extension"),
)


class _EmailInLowerCase:
    cleaned_data: dict[str, Any]

    def clean_email(self) -> str:
        """Log-in ignores letter case, so it is stored in one."""
        return str(self.cleaned_data["email"]).strip().lower()


class UserForm(_EmailInLowerCase, OrgForm):
    """Changes of a person. Nobody can lock themselves out of the admin by mistake."""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.instance.pk == self.actor.pk and not self.actor.is_superuser:
            if not self.cleaned_data.get("is_active", True):
                self.add_error("is_active", _("You cannot close your own account."))
            if self.cleaned_data.get("role", Role.ADMIN) != Role.ADMIN:
                self.add_error("role", _("You cannot take the administrator's role from yourself."))
        return cleaned

    def clean_is_superuser(self) -> bool:
        """Only superusers see this field; this is the second lock."""
        if self.cleaned_data["is_superuser"] and not self.actor.is_superuser:
            raise ValidationError(_("Only superusers make superusers."))
        return bool(self.cleaned_data["is_superuser"])


class UserAddForm(_EmailInLowerCase, OrgForm, BaseUserCreationForm):
    """A new person with a first password."""

    class Meta:
        model = User
        fields = ("email",)


class PasswordForm(AdminPasswordChangeForm):
    """Django's, with its warning in the person's language: Django puts it together at import, in English."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if field := self.fields.get("usable_password"):
            field.help_text = format_html(
                '{}<ul id="id_unusable_warning" class="messagelist"><li class="warning">{}</li></ul>',
                _("Whether this person can log in with a password. If not, they need another way in."),
                _("If disabled, the current password of this person will be lost."),
            )


@admin.register(User)
class UserAdmin(TenantAdmin, DjangoUserAdmin):
    """People of the organization. Accounts are closed, not deleted: their deeds stay theirs."""

    form = UserForm
    add_form = UserAddForm
    change_password_form = PasswordForm
    list_display = ("email", "first_name", "last_name", "role", "language", "is_active", "last_login")
    list_filter = ("role", "is_active", "language")
    search_fields = ("email", "first_name", "last_name")
    ordering = ("email",)
    filter_horizontal = ()
    fieldsets = None
    add_fieldsets = ((None, {"classes": ("wide",), "fields": (*_PERSON, "password1", "password2")}),)
    readonly_fields = ("password_page", "last_login", "date_joined")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the fields of the change page; superusers decide about superusers."""
        power = ("is_superuser",) if request.user.is_superuser else ()
        fields = (*_PERSON, "is_active", *power, "password_page", "last_login", "date_joined")
        return self._without_organization(request, fields)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None:
            return ((None, {"fields": self.get_fields(request, obj)}),)
        fields = self._without_organization(request, self.add_fieldsets[0][1]["fields"])
        return ((None, {"classes": ("wide",), "fields": fields}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave a superuser without an organization the chance to get one."""
        fixed = super().get_readonly_fields(request, obj)
        if obj is not None and obj.organization_id is None:
            return tuple(name for name in fixed if name != "organization")
        return fixed

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Save; an address that was replaced must not open the account any more."""
        super().save_model(request, obj, form, change)
        if change and "email" in form.changed_data:
            EmailAddress.objects.filter(user=obj).exclude(email__iexact=obj.email).delete()

    @admin.display(description=_("password"))
    def password_page(self, user: User) -> SafeString:
        """Link to the page that sets a new password; nothing of the stored one is shown."""
        link = reverse("admin:auth_user_password_change", args=[user.pk])
        return format_html('<a href="{}">{}</a>', link, _("Set a new password"))
