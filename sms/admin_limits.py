"""The limits in the admin: what a day has cost, and the pauses of numbers, which people may end."""

import re
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from contactcenter.core.admin.tenancy import ReadOnlyAdmin
from sms import sender_health
from sms.models import DailySpending, SenderPause

_COUNTRY = re.compile(r"[A-Z]{2}|001")


class CountriesField(forms.CharField):
    """Countries as people write them, "CZ, sk de", and as they are stored, a list."""

    def prepare_value(self, value: Any) -> Any:
        """Write the stored list for people."""
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        """Return the countries. Raises ValidationError for what is none."""
        words = re.split(r"[\s,;]+", value.strip().upper()) if value else []
        if not all(_COUNTRY.fullmatch(word) for word in words):
            raise forms.ValidationError(_("Write the two letters of ISO 3166 for each country, for example CZ, SK."))
        return sorted(set(words))

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare countries, not ways to write them."""
        try:
            return sorted(initial or []) != self.to_python(data)
        except forms.ValidationError:
            return True


@admin.register(DailySpending)
class DailySpendingAdmin(ReadOnlyAdmin):
    """What each day's texts will cost, by their estimates."""

    list_display = ("day", "amount")
    ordering = ("-day", "id")
    fields = ("organization", "day", "amount")


@admin.register(SenderPause)
class SenderPauseAdmin(ReadOnlyAdmin):
    """When numbers had to rest, and why."""

    list_display = ("began_at", "phone_number", "until", "ended_at", "failures", "texts", "provider_error_code")
    list_select_related = ("phone_number",)
    ordering = ("-began_at", "id")
    actions = ("resume",)
    fields = (
        "organization",
        "phone_number",
        ("began_at", "until"),
        ("ended_at", "ended_by"),
        ("failures", "texts"),
        "provider_error_code",
    )

    @admin.action(description=_("Use the number again now"), permissions=["view"])
    def resume(self, request: HttpRequest, queryset: QuerySet[SenderPause]) -> None:
        """End the chosen pauses."""
        actor: Any = request.user
        count = sum(sender_health.resume(pause, actor=actor) for pause in queryset)
        words = ngettext("%(count)d pause was ended.", "%(count)d pauses were ended.", count)
        messages.success(request, words % {"count": count})
