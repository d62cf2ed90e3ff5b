"""The analytics group's answers, made from figures."""

from typing import Any

from analytics.selectors.calls import Period
from analytics.selectors.campaigns import CampaignFigures
from analytics.selectors.figures import Figures
from analytics.selectors.people import Handled

Row = dict[str, Any]


def dashboard(day: Figures, *, active_calls: int, active_campaigns: int) -> Row:
    """Return what is going on, and the last 24 hours."""
    return {
        "total_calls_24h": day.total,
        "active_calls": active_calls,
        "completed_calls_24h": day.completed,
        "avg_call_duration": day.average,
        "active_campaigns": active_campaigns,
        "completion_rate": day.completion_rate,
    }


def calls(periods: list[Period]) -> Row:
    """Return the figures of every period and of all of them together."""
    return {
        "summary": _outline(Figures.sum([period.figures for period in periods])),
        "metrics": [_metric(period.label, period.figures) for period in periods],
    }


def agent(handled: Handled) -> Row:
    """Return one agent's figures; `agent_id` is a user's id, as in calls."""
    return {"agent_id": str(handled.user_id), "agent_name": handled.name, **_outline(handled.figures)}


def campaign(one: CampaignFigures) -> Row:
    """Return one campaign's figures."""
    return {
        "campaign_id": str(one.id),
        "campaign_name": one.name,
        "total_calls": one.figures.total,
        "completed_calls": one.figures.completed,
        "active": one.is_active,
        "completion_rate": one.figures.completion_rate,
    }


def _outline(figures: Figures) -> Row:
    return {
        "total_calls": figures.total,
        "completed_calls": figures.completed,
        "avg_duration": figures.average,
        "completion_rate": figures.completion_rate,
    }


def _metric(label: str, figures: Figures) -> Row:
    return {
        "period": label,
        "total": figures.total,
        "inbound": figures.inbound,
        "outbound": figures.outbound,
        "completed": figures.completed,
        "failed": figures.failed,
        "total_duration": figures.talked,
        "avg_duration": figures.average,
        "completion_rate": figures.completion_rate,
    }
