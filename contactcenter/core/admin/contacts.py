"""Contacts with their numbers."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from contactcenter.core.admin.forms import OrgForm
from contactcenter.core.admin.tenancy import OrgInline, TenantAdmin
from contactcenter.core.models import AddressKind, Contact, ContactNumber, Label, Organization
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
