"""The daily comparison with the providers in the admin: to read."""

from django.contrib import admin

from contactcenter.core.admin.tenancy import ReadOnlyAdmin, ReadOnlyInline
from sms.models import ReconciliationReport, ReconciliationRow

_ROW = (
    "difference",
    "message",
    "provider_message_id",
    "our_status",
    "their_status",
    "our_cost",
    "their_cost",
    "currency",
)


class ReconciliationRowInline(ReadOnlyInline):
    model = ReconciliationRow
    fields = readonly_fields = _ROW
    ordering = ("difference", "id")


@admin.register(ReconciliationReport)
class ReconciliationReportAdmin(ReadOnlyAdmin):
    """One account's day, and where the two books disagree."""

    list_display = (
        "day",
        "account",
        "finished_at",
        "compared",
        "ours_not_theirs",
        "theirs_not_ours",
        "different",
        "inserted",
        "is_complete",
    )
    list_filter = ("day", "is_complete")
    list_select_related = ("account",)
    inlines = (ReconciliationRowInline,)
    fields = (
        "organization",
        ("account", "day"),
        ("finished_at", "covered_until", "is_complete"),
        "error",
        ("compared", "inserted"),
        ("ours_not_theirs", "theirs_not_ours", "different"),
    )


@admin.register(ReconciliationRow)
class ReconciliationRowAdmin(ReadOnlyAdmin):
    """Every difference, to search through."""

    list_display = ("report", "difference", "provider_message_id", "our_status", "their_status")
    list_filter = ("difference",)
    list_select_related = ("report", "report__account")
    fields = ("organization", "report", *_ROW)
