"""What analytics keeps of its own."""

from analytics.models.export import Export, ExportFormat, ExportState, FailedBecause
from analytics.models.report import Cadence, MailState, ReportMail, ReportRecipient, ReportTab, ScheduledReport

__all__ = [
    "Cadence",
    "Export",
    "ExportFormat",
    "ExportState",
    "FailedBecause",
    "MailState",
    "ReportMail",
    "ReportRecipient",
    "ReportTab",
    "ScheduledReport",
]
