"""Templates in the admin, and that drafts exist: what stands in one is its author's."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from contactcenter.core.admin.forms import OrgForm
from contactcenter.core.admin.tenancy import ReadOnlyAdmin, TenantAdmin
from sms import variables
from sms.answer_forms import unknown_variables
from sms.models import CannedAnswer, Draft


class CannedAnswerAdminForm(OrgForm):
    """A template whose variables exist."""

    sentences: ClassVar[dict[str, Any]] = {
        "shortcut_is_unique_in_its_organization": _("Another template has this shortcut. Choose another one."),
    }

    def clean_body(self) -> str:
        """Return the text. Raises ValidationError for variables that nobody could fill in."""
        body: str = self.cleaned_data["body"]
        try:
            variables.check(body)
        except variables.UnknownVariable as problem:
            raise forms.ValidationError(unknown_variables(problem.names)) from problem
        return body


@admin.register(CannedAnswer)
class CannedAnswerAdmin(TenantAdmin):
    """Texts that people send again and again."""

    form = CannedAnswerAdminForm
    can_delete = True
    list_display = ("shortcut", "title", "team", "language")
    list_filter = ("language",)
    list_select_related = ("team",)
    fields = ("organization", ("shortcut", "title"), "body", ("team", "language"))
    ordering = ("shortcut", "id")


@admin.register(Draft)
class DraftAdmin(ReadOnlyAdmin):
    """Who has begun to write what is not sent; never the words."""

    list_display = ("user", "conversation", "updated_at")
    list_select_related = ("user",)
    fields = ("organization", "user", "conversation", "updated_at")
    ordering = ("-id",)
