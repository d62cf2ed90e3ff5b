"""Contacts with their numbers."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from contactcenter.core.admin.forms import OrgForm
from contactcenter.core.admin.tenancy import OrgInline, ReadOnlyAdmin, TenantAdmin
from contactcenter.core.models import (
    AddressKind,
    AttributeKind,
    Contact,
    ContactAttribute,
    ContactImport,
    ContactLabel,
    ContactNote,
    ContactNumber,
    Label,
    Organization,
    RefusedRow,
)
from contactcenter.core.phone import InvalidNumber, address_kind, to_e164


class ContactNumberForm(OrgForm):
    """A number of a contact: E.164, or typed as people of the organization's country do."""

    sentences = {"address_belongs_to_one_contact_per_organization": _("Another contact has this number.")}

    def clean_address(self) -> str:
        """Accept a phone number in any usual spelling, a short code or an alphanumeric sender."""
        typed: str = self.cleaned_data["address"].strip()
        kind = address_kind(typed)
        if kind in (AddressKind.SHORT_CODE, AddressKind.ALPHANUMERIC) and len(typed) < 7:
            return typed
        org = Organization.objects.filter(pk=self.instance.organization_id).first()
        try:
            return to_e164(typed, country=org.default_country if org else "ZZ")
        except InvalidNumber as error:
            if kind is not None:
                return typed
            raise forms.ValidationError(_("This cannot be read as a phone number.")) from error

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if address := self.cleaned_data.get("address"):
            self.instance.kind = address_kind(address) or AddressKind.ALPHANUMERIC
        return cleaned


class ContactNumberInline(OrgInline):
    model = ContactNumber
    form = ContactNumberForm
    fields = ("address", "kind", "delivery_state", "delivery_since", "delivery_code", "created_at")
    readonly_fields = ("kind", "delivery_state", "delivery_since", "delivery_code", "created_at")
    can_delete = True


@admin.register(Contact)
class ContactAdmin(TenantAdmin):
    """People and businesses. Those with conversations cannot be deleted."""

    can_delete = True
    list_display = ("name", "email", "language", "created_at")
    list_display_links = ("name",)
    search_fields = ("name", "email", "numbers__address__endswith")
    search_help_text = _("Name, e-mail address, or the last digits of a number")
    ordering = ("-id",)
    inlines = (ContactNumberInline,)
    fields = ("organization", "name", "email", "language", "time_zone")


class LabelForm(OrgForm):
    """A label of the organization."""

    sentences = {"label_name_is_unique_in_its_organization": _("There is a label of this name.")}


@admin.register(Label)
class LabelAdmin(TenantAdmin):
    """The organization's own words for conversations and contacts."""

    can_delete = True
    form = LabelForm
    list_display = ("name", "color", "created_at")
    ordering = ("-id",)
    fields = ("organization", "name", "color")


class ContactAttributeForm(OrgForm):
    """A field that the organization adds to its contacts."""

    sentences = {"attribute_key_is_unique_in_its_organization": _("There is a field with this key.")}

    def clean(self) -> dict[str, Any] | None:
        """Demand choices where one has to choose."""
        cleaned = super().clean()
        kind, choices = self.cleaned_data.get("kind"), self.cleaned_data.get("choices")
        if kind == AttributeKind.CHOICE and not choices:
            self.add_error("choices", _("Write what can be chosen."))
        return cleaned


@admin.register(ContactAttribute)
class ContactAttributeAdmin(TenantAdmin):
    """The organization's own fields of contacts. The values of a deleted one stay, unseen, with the contacts."""

    can_delete = True
    form = ContactAttributeForm
    list_display = ("name", "key", "kind", "position")
    ordering = ("position", "id")
    fields = ("organization", "name", "key", "kind", "choices", "position")

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        """The key stays: values are kept under it."""
        return (*super().get_readonly_fields(request, obj), *(("key",) if obj is not None else ()))


@admin.register(ContactNote)
class ContactNoteAdmin(ReadOnlyAdmin):
    """Notes are written and read on the contact's page."""

    list_display = ("created_at", "contact", "author")
    list_select_related = ("contact", "author")
    fields = ("organization", "contact", "author", "body", "created_at")


@admin.register(ContactLabel)
class ContactLabelAdmin(ReadOnlyAdmin):
    """Which contact carries which label."""

    list_display = ("contact", "label")
    list_select_related = ("contact", "label")
    fields = ("organization", "contact", "label")


@admin.register(ContactImport)
class ContactImportAdmin(ReadOnlyAdmin):
    """Files of contacts. What stands in them is not shown here."""

    list_display = ("created_at", "file_name", "state", "row_count", "refused_count", "author")
    list_select_related = ("author",)
    fields = (
        *("organization", "file_name", "author", "state", "encoding", "delimiter", "headings", "mapping", "duplicates"),
        *("row_count", "next_row", "created_count", "updated_count", "skipped_count", "refused_count"),
        *("created_at", "worked_at", "finished_at"),
    )


@admin.register(RefusedRow)
class RefusedRowAdmin(ReadOnlyAdmin):
    """Rows that an import refused; the file with them is on the import's page."""

    list_display = ("source", "number", "reason")
    list_select_related = ("source",)
    fields = ("organization", "source", "number", "reason")
