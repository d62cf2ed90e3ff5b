"""Alerts in the admin, to be looked at: rules are made where alerts are shown."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from analytics.alerting.written import figure_name
from analytics.models import AlertEvent, AlertRule
from contactcenter.core.admin.tenancy import ReadOnlyAdmin


class _OfFigure(ReadOnlyAdmin):
    @admin.display(description=_("figure"))
    def figure_name(self, row: AlertRule | AlertEvent) -> str:
        """Name the figure; one that is none any more by its key."""
        return figure_name(row.figure)


@admin.register(AlertRule)
class AlertRuleAdmin(_OfFigure):
    """Rules, also those that were removed."""

    list_display = ("name", "figure_name", "comparison", "threshold", "is_active", "removed_at")
    ordering = ("-id",)
    fields = (
        *("organization", "name", "figure_name", "window_minutes", "comparison", "threshold"),
        *("clear_threshold", "clear_minutes", "only_when_open", "by_mail", "is_active", "created_at", "removed_at"),
    )


@admin.register(AlertEvent)
class AlertEventAdmin(_OfFigure):
    """The log of alerts."""

    list_display = ("raised_at", "name", "value", "cleared_at", "seen_by")
    list_select_related = ("seen_by",)
    fields = (
        *("organization", "rule", "name", "figure_name", "comparison", "threshold", "value", "last_value"),
        *("raised_at", "calm_since", "cleared_at", "seen_by", "seen_at"),
    )

    def get_ordering(self, request: HttpRequest) -> Any:
        """Newest first, through the index that fits the scope."""
        return ("-id",) if request.user.is_superuser else ("-raised_at", "-id")
