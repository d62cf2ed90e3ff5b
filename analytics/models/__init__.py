"""Tables of figures: rollups, how far they reach, which of their hours no longer hold; exports and reports by mail."""

from analytics.models.export import Export, ExportFormat, ExportState, FailedBecause
from analytics.models.report import Cadence, MailState, ReportMail, ReportRecipient, ReportTab, ScheduledReport
from analytics.models.rollup import CallRollup, RollupState, StaleHour, TextRollup

__all__ = [
    "Cadence",
    "CallRollup",
    "Export",
    "ExportFormat",
    "ExportState",
    "FailedBecause",
    "MailState",
    "ReportMail",
    "ReportRecipient",
    "ReportTab",
    "RollupState",
    "ScheduledReport",
    "StaleHour",
    "TextRollup",
]
