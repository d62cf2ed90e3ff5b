"""Rollups in the admin: to look at, when a figure is doubted."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from analytics import admin_alerts, admin_exports  # noqa: F401 - they register their pages
from analytics.models import CallRollup, RollupState, StaleHour, TextRollup
from contactcenter.core.admin.records import exact_time
from contactcenter.core.admin.tenancy import ReadOnlyAdmin


@admin.register(CallRollup, TextRollup)
class RollupAdmin(ReadOnlyAdmin):
    """What was counted of an hour, a day or a month; docs/metrics.md tells the figures in their order."""

    list_display = ("starts_at", "grain", "dimension", "key", "currency")
    list_filter = ("grain", "dimension")
    fields = (
        "organization",
        (exact_time("starts_at", _("beginning")), "grain"),
        ("dimension", "key", "whose"),
        ("currency", "figures"),
    )
    ordering = ("-starts_at", "dimension", "key")


@admin.register(RollupState)
class RollupStateAdmin(ReadOnlyAdmin):
    """How far the rollups reach."""

    list_display = ("subject", "rolled_until")
    fields = ("organization", "subject", exact_time("rolled_until", _("counted until")), "definition")
    ordering = ("subject",)


@admin.register(StaleHour)
class StaleHourAdmin(ReadOnlyAdmin):
    """Which hours are read from their rows until a worker has counted them again."""

    list_display = ("starts_at", "subject", "marked_at")
    list_filter = ("subject",)
    fields = ("organization", ("subject", exact_time("starts_at", _("hour"))), exact_time("marked_at", _("marked at")))
    ordering = ("-id",)
