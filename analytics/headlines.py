"""Which figures are shown large, and stand in the tables: of each page, by what its rows are."""

from collections.abc import Sequence
from typing import Final

from analytics.enums import Subject
from analytics.metric import Metric
from analytics.metrics import by_key
from analytics.models import ReportTab

HEADLINES: Final[dict[tuple[ReportTab, Subject], tuple[str, ...]]] = {
    (ReportTab.CALLS, Subject.CALLS): (
        *("total", "inbound", "outbound", "completed", "missed"),
        *("completion_rate", "service_level", "average_handle_time"),
    ),
    (ReportTab.TEXTS, Subject.TEXTS): (
        *("received", "written", "delivered", "undelivered", "delivery_rate"),
        *("replies", "first_response_time", "cost"),
    ),
    (ReportTab.AGENTS, Subject.CALLS): (
        *("handled", "handled_completed", "missed", "handle_time", "average_handle_time"),
    ),
    (ReportTab.AGENTS, Subject.TEXTS): ("replies", "first_responses", "first_response_time", "delivery_rate"),
    (ReportTab.CAMPAIGNS, Subject.CALLS): (
        *("total", "completed", "missed", "failed", "completion_rate", "average_duration"),
    ),
}


def subjects(tab: ReportTab) -> list[Subject]:
    """Return what a page can be about, the usual one first."""
    return [subject for of, subject in HEADLINES if of is tab]


def headline(tab: ReportTab, subject: Subject, readable: Sequence[Metric]) -> list[Metric]:
    """Return the large figures of a page, as far as its reader may read them."""
    found = (by_key(subject)[key] for key in HEADLINES[tab, subject])
    return [metric for metric in found if metric in readable]
