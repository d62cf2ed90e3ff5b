"""Rows of analytics for the world of tests."""

from datetime import date

from django.core.files.base import ContentFile
from django.utils import timezone

from analytics.models import (
    Cadence,
    Export,
    ExportFormat,
    ExportState,
    ReportMail,
    ReportRecipient,
    ReportTab,
    ScheduledReport,
)
from tests.factories import Tenant


def rows_of_analytics(tenant: Tenant) -> None:
    """Make exports that are there to be fetched, and reports with a recipient and a mail."""
    org, slug, now = tenant.org, tenant.org.slug, timezone.now()
    export = Export(
        organization=org,
        author=tenant.agent,
        title=f"{slug} export",
        words={"kind": "table", "tab": slug},
        file_format=ExportFormat.CSV,
        is_of_everybody=False,
        state=ExportState.DONE,
        finished_at=now,
    )
    export.file.save("a.csv", ContentFile(f"{slug} export".encode()))
    # Two, because one of them is deleted by whoever tries every address.
    for number in range(2):
        report = ScheduledReport.all_orgs.create(
            organization=org,
            author=tenant.supervisor,
            tab=ReportTab.CALLS,
            cadence=Cadence.DAILY,
            hour=7,
            next_at=now,
            is_paused=bool(number),
        )
        ReportRecipient.all_orgs.create(organization=org, report=report, user=tenant.supervisor)
        ReportMail.all_orgs.create(
            organization=org,
            report=report,
            user=tenant.supervisor,
            first_day=date(2026, 1, 1),
            last_day=date(2026, 1, 1),
            is_asked_for=False,
            due_at=now,
        )
