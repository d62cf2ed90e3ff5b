"""The analytics group's answers, made from figures."""

from typing import Any

from analytics.selectors.campaigns import CampaignFigures
from analytics.selectors.courses import Period
from analytics.selectors.people import Handled
from analytics.values import Values

Row = dict[str, Any]


def dashboard(day: Values, *, active_calls: int, active_campaigns: int) -> Row:
    """Return what is going on, and the last 24 hours."""
    return {
        "total_calls_24h": day["total"],
        "active_calls": active_calls,
        "completed_calls_24h": day["completed"],
        "avg_call_duration": average(day),
        "active_campaigns": active_campaigns,
        "completion_rate": completion_rate(day),
    }


def outline(figures: Values) -> Row:
    """Return the figures of some calls in short."""
    return {
        "total_calls": figures["total"],
        "completed_calls": figures["completed"],
        "avg_duration": average(figures),
        "completion_rate": completion_rate(figures),
    }


def period(one: Period) -> Row:
    """Return the figures of one period."""
    figures = one.values
    return {
        "period": one.label,
        "total": figures["total"],
        "inbound": figures["inbound"],
        "outbound": figures["outbound"],
        "completed": figures["completed"],
        "failed": figures["failed"],
        "total_duration": figures["talked"],
        "avg_duration": average(figures),
        "completion_rate": completion_rate(figures),
    }


def agent(handled: Handled) -> Row:
    """Return one agent's figures; `agent_id` is a user's id, as in calls."""
    return {"agent_id": str(handled.user_id), "agent_name": handled.name, **outline(handled.figures)}


def campaign(one: CampaignFigures) -> Row:
    """Return one campaign's figures."""
    return {
        "campaign_id": str(one.id),
        "campaign_name": one.name,
        "total_calls": one.figures["total"],
        "completed_calls": one.figures["completed"],
        "active": one.is_active,
        "completion_rate": completion_rate(one.figures),
    }


def average(figures: Values) -> int:
    """Return the mean duration of a completed call in whole seconds; 0 without any, as the contract has it."""
    return int(figures["average_duration"] or 0)


def completion_rate(figures: Values) -> float:
    """Return completed calls in percent of all; 0 without any, as the contract has it."""
    return float(figures["completion_rate"] or 0)
