"""The answers of the analytics and dashboard groups, as the contract has them."""

import re
from typing import Any

from tests.contract.shapes import (
    ACTIVE,
    CALL_DIRECTIONS,
    CALL_STATUSES,
    Maybe,
    Shape,
    day,
    flag,
    json_object,
    number,
    one_of,
    percent,
    some_text,
    text,
    time,
    uuid,
    whole,
)


def period(value: Any) -> bool:
    return isinstance(value, str) and bool(
        re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:00|\d{4}-\d\d-\d\d|\d{4}-W\d\d|\d{4}-\d\d", value)
    )


def last_seven_days(value: Any) -> bool:
    return bool(value == "last_7_days")


OUTLINE: Shape = {"total_calls": whole, "completed_calls": whole, "avg_duration": whole, "completion_rate": percent}
DASHBOARD: Shape = {
    "total_calls_24h": whole,
    "active_calls": whole,
    "completed_calls_24h": whole,
    "avg_call_duration": whole,
    "active_campaigns": whole,
    "completion_rate": percent,
}
CALL_FIGURES: Shape = {
    "summary": OUTLINE,
    "metrics": [
        {
            "period": period,
            "total": whole,
            "inbound": whole,
            "outbound": whole,
            "completed": whole,
            "failed": whole,
            "total_duration": whole,
            "avg_duration": whole,
            "completion_rate": percent,
        }
    ],
}
AGENT_FIGURES: Shape = {"agent_id": uuid, "agent_name": some_text, **OUTLINE}
CAMPAIGN_FIGURES: Shape = {
    "campaign_id": uuid,
    "campaign_name": some_text,
    "total_calls": whole,
    "completed_calls": whole,
    "active": flag,
    "completion_rate": percent,
}
_SHOWN_CALL: Shape = {
    "id": uuid,
    "fromNumber": number,
    "toNumber": number,
    "startTime": time,
    "agentId": Maybe(uuid),
    "direction": one_of(*CALL_DIRECTIONS),
}
MEMBER: Shape = {
    "id": uuid,
    "email": some_text,
    "firstName": text,
    "lastName": text,
    "role": one_of("ADMIN", "SUPERVISOR", "AGENT"),
    "status": one_of("available", "break", "offline"),
    "department": Maybe(some_text),
    "phoneExtension": Maybe(some_text),
    "isOnCall": flag,
    "updatedAt": time,
    "lastLoginAt": Maybe(time),
}
OVERVIEW: Shape = {
    "activeCalls": [{**_SHOWN_CALL, "status": one_of(*ACTIVE), "metadata": json_object}],
    "recentCalls": [
        {**_SHOWN_CALL, "status": one_of(*CALL_STATUSES), "endTime": Maybe(time), "duration": Maybe(whole)}
    ],
    "members": [MEMBER],
    "stats": {
        "totalCalls": whole,
        "completedCalls": whole,
        "missedCalls": whole,
        "agentHandledCalls": whole,
        "averageDuration": whole,
        "availableMembers": whole,
        "onCallMembers": whole,
        "onBreakMembers": whole,
    },
}
STATS: Shape = {
    "period": last_seven_days,
    "summary": {
        "totalCalls": whole,
        "completedCalls": whole,
        "missedCalls": whole,
        "averageDuration": whole,
        "completionRate": percent,
    },
    "daily": [{"date": day, "total": whole, "completed": whole, "missed": whole, "avgDuration": whole}],
}
PERFORMANCE: Shape = {
    "period": last_seven_days,
    "agents": [
        {
            "agentId": uuid,
            "totalCalls": whole,
            "completedCalls": whole,
            "completionRate": percent,
            "averageDuration": whole,
        }
    ],
}
