"""Exports and reports in the admin: to read. What people do with them, they do on the pages of figures."""

from django.contrib import admin

from analytics.models import Export, ReportMail, ReportRecipient, ScheduledReport
from contactcenter.core.admin.records import NewestFirst
from contactcenter.core.admin.tenancy import ReadOnlyAdmin


@admin.register(Export)
class ExportAdmin(NewestFirst):
    """Which files were asked for. The files themselves are fetched on their page."""

    list_display = ("created_at", "title", "file_format", "state", "done_count", "author")
    list_select_related = ("author",)
    fields = (
        *("organization", "title", "author", "words", "file_format", "is_of_everybody", "state", "failed_because"),
        *("row_count", "done_count", "size", "claims", "created_at", "finished_at"),
    )


@admin.register(ScheduledReport)
class ScheduledReportAdmin(ReadOnlyAdmin):
    """Which figures are mailed when."""

    list_display = ("created_at", "tab", "cadence", "is_paused", "next_at", "author")
    list_select_related = ("author",)
    fields = (
        *("organization", "tab", "cadence", "hour", "weekday", "month_day", "is_paused", "next_at", "author"),
        "created_at",
    )


@admin.register(ReportRecipient)
class ReportRecipientAdmin(ReadOnlyAdmin):
    """Who gets which report."""

    list_display = ("report", "user")
    list_select_related = ("report", "user")
    fields = ("organization", "report", "user")


@admin.register(ReportMail)
class ReportMailAdmin(ReadOnlyAdmin):
    """What became of each mail."""

    list_display = ("created_at", "report", "user", "first_day", "last_day", "state", "tries")
    list_select_related = ("report", "user")
    fields = (
        *("organization", "report", "user", "first_day", "last_day", "is_asked_for", "state", "tries", "due_at"),
        *("created_at", "sent_at"),
    )
