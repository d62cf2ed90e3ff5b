"""The addresses of figures that `bench/analytics.py` measures, each with a query that counts the same from the rows."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

ADMIN, AGENT = "admin@aurora.example", "bench-1@aurora.example"
_OF_CALLS = "FROM calls_call WHERE organization_id = %(org)s AND deleted_at IS NULL"
_OF_TEXTS = "FROM sms_message WHERE organization_id = %(org)s"
_CALLS = """count(*), count(*) FILTER (WHERE direction = 'INBOUND'), count(*) FILTER (WHERE status = 'COMPLETED'),
    count(*) FILTER (WHERE status = 'FAILED'), sum(duration) FILTER (WHERE status = 'COMPLETED')"""
_TEXTS = """count(*), count(*) FILTER (WHERE direction = 'inbound'), count(*) FILTER (WHERE status = 'delivered'),
    sum(segments) FILTER (WHERE direction = 'outbound'), sum(cost)"""
_SINCE = "> now() - %(time)s::interval"
_ALL = f"SELECT {_CALLS} {_OF_CALLS} AND started_at {_SINCE}"
_DAYS = f"SELECT date_trunc('day', started_at), {_CALLS} {_OF_CALLS} AND started_at {_SINCE} GROUP BY 1"
_AGENTS = f"SELECT agent_id, {_CALLS} {_OF_CALLS} AND started_at {_SINCE} GROUP BY 1"
_CAMPAIGNS = f"SELECT campaign_id, {_CALLS} {_OF_CALLS} AND started_at {_SINCE} GROUP BY 1"
_TEXT_DAYS = f"SELECT date_trunc('day', created_at), {_TEXTS} {_OF_TEXTS} AND created_at {_SINCE} GROUP BY 1"
_AUTHORS = f"SELECT author_id, {_TEXTS} {_OF_TEXTS} AND created_at {_SINCE} GROUP BY 1"
_FAILED = f"SELECT count(*) {_OF_CALLS} AND started_at {_SINCE} AND status = 'FAILED'"
_BLOCKED = f"SELECT count(*) {_OF_TEXTS} AND created_at {_SINCE} AND status = 'blocked'"

_ENDPOINTS = (
    ("analytics/dashboard", _ALL, "1 day"),
    ("analytics/calls", _DAYS, "30 days"),
    ("analytics/calls?start_date={year}&group_by=month", _DAYS, "1 year"),
    ("analytics/calls?start_date={year}&tz=Europe/Prague", _DAYS, "1 year"),
    ("analytics/calls?start_date={year}&tz=Asia/Kolkata", _DAYS, "1 year"),
    ("analytics/agents", _AGENTS, "30 days"),
    ("analytics/agents?start_date={year}", _AGENTS, "1 year"),
    ("analytics/campaigns", _CAMPAIGNS, "1 year"),
    ("dashboard/overview", _ALL, "1 day"),
    ("dashboard/stats", _DAYS, "7 days"),
    ("dashboard/stats?days=365&tz=Asia/Kathmandu", _DAYS, "1 year"),
    ("dashboard/agent-performance", _AGENTS, "7 days"),
)
_ROWS = "analytics/rows?of=calls&since={month}T00:00:00Z&until={today}T00:00:00Z&metric"
# Few of many: one text of a year, and the forty newest.
_TEXT_ROWS = "analytics/rows?of=texts&since={year}T00:00:00Z&until={today}T00:00:00Z&metric"
_PAGES = (
    ("analytics", ADMIN, _DAYS, "14 days"),
    ("analytics?range=90&by=day", ADMIN, _DAYS, "180 days"),
    ("analytics?range=custom&first={year}&last={today}&by=month", ADMIN, _DAYS, "2 years"),
    ("analytics/texts", ADMIN, _TEXT_DAYS, "14 days"),
    ("analytics/texts?range=90&by=week", ADMIN, _TEXT_DAYS, "180 days"),
    ("analytics/agents", ADMIN, _AGENTS, "14 days"),
    ("analytics/agents?of=texts&range=90", ADMIN, _AUTHORS, "180 days"),
    ("analytics/campaigns", ADMIN, _CAMPAIGNS, "14 days"),
    ("analytics/costs", ADMIN, _TEXT_DAYS, "30 days"),
    ("analytics/costs?first={year}&last={today}&by=agent", ADMIN, _AUTHORS, "1 year"),
    ("analytics/costs?first={year}&last={today}&by=provider", ADMIN, _TEXT_DAYS, "1 year"),
    ("analytics/costs?first={year}&last={today}&by=country", ADMIN, _TEXT_DAYS, "1 year"),
    (f"{_ROWS}=total", ADMIN, _ALL, "30 days"),
    (f"{_ROWS}=failed", ADMIN, _FAILED, "30 days"),
    (f"{_TEXT_ROWS}=blocked", ADMIN, _BLOCKED, "1 year"),
    (f"{_TEXT_ROWS}=cost_estimated", ADMIN, _BLOCKED, "1 year"),
    ("analytics/exports/", ADMIN, "", ""),
    ("analytics/reports/", ADMIN, "", ""),
    ("analytics", AGENT, _DAYS, "14 days"),
    ("operator/", AGENT, _ALL, "1 day"),
    ("supervisor/", ADMIN, _ALL, "1 day"),
    ("alerts/", ADMIN, "", ""),
    ("help/metrics/", ADMIN, "", ""),
)


@dataclass(frozen=True, slots=True)
class Address:
    """Where to ask; `reader` logs in for a page, and is empty for an endpoint, which is asked with a token.

    `naive` counts the same from the rows of the last `time`; empty where nothing is counted.
    """

    name: str
    path: str
    reader: str
    naive: str
    time: str

    def floor(self, size: int) -> str:
        """Return where a constant of this size is."""
        return f"/bench/page/{size}/" if self.reader else f"/bench/constant/{size}/"


def addresses() -> Iterator[Address]:
    """Yield the endpoints, then the pages."""
    days = {name: _day(ago) for name, ago in (("year", 364), ("month", 30), ("today", 0))}
    for name, naive, span in _ENDPOINTS:
        yield Address(name, f"/api/{name.format(**days)}", "", naive, span)
    for name, reader, naive, span in _PAGES:
        whose = " of an agent" if (name, reader) == ("analytics", AGENT) else ""
        yield Address(f"/{name}{whose}", f"/{name.format(**days)}", reader, naive, span)


def _day(ago: int) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(time.time() - ago * 86_400))
