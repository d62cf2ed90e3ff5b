"""The dashboard group's answers, in camelCase, made from rows and figures."""

from typing import Any
from uuid import UUID

from analytics.api.objects import average, completion_rate
from analytics.enums import Presence
from analytics.selectors.courses import Period
from analytics.selectors.people import Member
from analytics.values import Values
from contactcenter.web.api.values import time_text

Row = dict[str, Any]


def overview(*, active: list[Row], recent: list[Row], members: list[Member], day: Values) -> Row:
    """Return calls, people, and the figures of the last 24 hours."""
    return {
        "activeCalls": [{**_call(row), "metadata": row["metadata"]} for row in active],
        "recentCalls": [
            {**_call(row), "endTime": time_text(row["ended_at"]), "duration": row["duration"]} for row in recent
        ],
        "members": [_member(member) for member in members],
        "stats": {
            "totalCalls": day["total"],
            "completedCalls": day["completed"],
            "missedCalls": day["missed"],
            "agentHandledCalls": day["handled"],
            "averageDuration": average(day),
            "availableMembers": sum(member.presence is Presence.AVAILABLE for member in members),
            "onCallMembers": sum(member.is_on_call for member in members),
            "onBreakMembers": sum(member.presence is Presence.BREAK for member in members),
        },
    }


def stats(days: int, whole: Values) -> Row:
    """Return the figures of all of the days together."""
    return {
        "period": _last(days),
        "summary": {
            "totalCalls": whole["total"],
            "completedCalls": whole["completed"],
            "missedCalls": whole["missed"],
            "averageDuration": average(whole),
            "completionRate": completion_rate(whole),
        },
    }


def day(one: Period) -> Row:
    """Return the figures of one day."""
    return {
        "date": one.label,
        "total": one.values["total"],
        "completed": one.values["completed"],
        "missed": one.values["missed"],
        "avgDuration": average(one.values),
    }


def performance(days: int, ranking: list[tuple[UUID, Values]]) -> Row:
    """Return who handled how many calls of these days."""
    return {
        "period": _last(days),
        "agents": [
            {
                "agentId": str(user_id),
                "totalCalls": figures["total"],
                "completedCalls": figures["completed"],
                "completionRate": completion_rate(figures),
                "averageDuration": average(figures),
            }
            for user_id, figures in ranking
        ],
    }


def _last(days: int) -> str:
    return f"last_{days}_days"


def _call(row: Row) -> Row:
    return {
        "id": str(row["id"]),
        "fromNumber": row["from_number"],
        "toNumber": row["to_number"],
        "status": row["status"],
        "startTime": time_text(row["started_at"]),
        "agentId": str(row["agent_id"]) if row["agent_id"] else None,
        "direction": row["direction"],
    }


def _member(member: Member) -> Row:
    return {
        "id": str(member.id),
        "email": member.email,
        "firstName": member.first_name,
        "lastName": member.last_name,
        "role": member.role,
        "status": member.presence.value,
        "department": member.department or None,
        "phoneExtension": member.phone_extension or None,
        "isOnCall": member.is_on_call,
        "updatedAt": time_text(member.updated_at),
        "lastLoginAt": time_text(member.last_login_at),
    }
