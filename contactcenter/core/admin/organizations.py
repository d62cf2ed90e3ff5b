"""The organization itself."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from contactcenter.core.admin.tenancy import TenantAdmin
from contactcenter.core.models import Organization

_OPERATORS_ONLY = ("slug", "is_active", "sms_hourly_limit", "sms_daily_limit")


@admin.register(Organization)
class OrganizationAdmin(TenantAdmin):
    """Administrators name their organization and say where it is; limits are the operator's."""

    list_display = ("name", "slug", "default_country", "time_zone", "is_active")
    fields = (
        *("name", "slug", "is_active", "default_country", "language", "time_zone"),
        *("record_calls", "transcribe_calls", "calls_fail_over", "sms_hourly_limit", "sms_daily_limit"),
    )
    ordering = ("name",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser) and super().has_add_permission(request)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show the operator's fields without letting administrators change them."""
        return () if request.user.is_superuser else _OPERATORS_ONLY

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return {"slug": ("name",)} if obj is None else {}
