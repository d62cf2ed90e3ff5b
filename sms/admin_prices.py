"""Prices of texts in the admin. What a text was accepted at stays, whatever changes here."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from contactcenter.core.admin.forms import OrgForm
from contactcenter.core.admin.tenancy import TenantAdmin
from sms.models import Price


class PriceForm(OrgForm):
    """A price that begins on a day."""

    sentences = {"one_price_begins_on_a_day": _("There is a price of this provider and country from this day on.")}


@admin.register(Price)
class PriceAdmin(TenantAdmin):
    """What a segment costs at a provider, by country and day."""

    form = PriceForm
    can_delete = True
    list_display = ("provider", "country", "amount", "currency", "valid_from")
    list_filter = ("provider", "country")
    fields = ("organization", "provider", "country", ("amount", "mms_amount", "currency"), "valid_from")
    ordering = ("provider", "country", "-valid_from")
