"""Tables of figures: rollups and which of their hours no longer hold; exports, reports by mail, alerts."""

from analytics.models.alert import AlertEvent, AlertRule, Comparison
from analytics.models.export import Export, ExportFormat, ExportState, FailedBecause
from analytics.models.report import Cadence, MailState, ReportMail, ReportRecipient, ReportTab, ScheduledReport
from analytics.models.rollup import CallRollup, RollupState, StaleHour, TextRollup

__all__ = [
    "AlertEvent",
    "AlertRule",
    "Cadence",
    "CallRollup",
    "Comparison",
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
