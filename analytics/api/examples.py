"""Examples for the schema; the numbers are kept for fiction."""

AGENT = "019a0f6e-8000-7d10-8b11-3a4b5c6d7e8f"
_OUTLINE = {"total_calls": 8, "completed_calls": 6, "avg_duration": 184, "completion_rate": 75.0}
DASHBOARD = {
    "total_calls_24h": 8,
    "active_calls": 1,
    "completed_calls_24h": 6,
    "avg_call_duration": 184,
    "active_campaigns": 2,
    "completion_rate": 75.0,
}
CALLS = {
    "summary": _OUTLINE,
    "metrics": [
        {
            "period": "2026-01-31",
            "total": 8,
            "inbound": 5,
            "outbound": 3,
            "completed": 6,
            "failed": 1,
            "total_duration": 1104,
            "avg_duration": 184,
            "completion_rate": 75.0,
        }
    ],
}
# One row each: the description makes it a list.
AGENT_FIGURES = {"agent_id": AGENT, "agent_name": "Elena García", **_OUTLINE}
CAMPAIGN_FIGURES = {
    "campaign_id": "019a0f6e-8b40-7a52-8c1f-5d2e9a7b6c31",
    "campaign_name": "Spring sale",
    "total_calls": 8,
    "completed_calls": 6,
    "active": True,
    "completion_rate": 75.0,
}
_CALL = {
    "id": "019a0f6e-8b5e-7c11-9d0a-0f6f2b1c3d4e",
    "fromNumber": "+12025550123",
    "toNumber": "+12025550100",
    "status": "IN_PROGRESS",
    "startTime": "2026-01-31T08:00:00.000Z",
    "agentId": AGENT,
    "direction": "INBOUND",
}
OVERVIEW = {
    "activeCalls": [{**_CALL, "metadata": {}}],
    "recentCalls": [{**_CALL, "status": "COMPLETED", "endTime": "2026-01-31T08:03:10.000Z", "duration": 184}],
    "members": [
        {
            "id": AGENT,
            "email": "elena@voice.example",
            "firstName": "Elena",
            "lastName": "García",
            "role": "AGENT",
            "status": "available",
            "department": "Orders",
            "phoneExtension": "12",
            "isOnCall": True,
            "updatedAt": "2026-01-31T08:00:00.000Z",
            "lastLoginAt": "2026-01-31T07:58:00.000Z",
        }
    ],
    "stats": {
        "totalCalls": 8,
        "completedCalls": 6,
        "missedCalls": 1,
        "agentHandledCalls": 7,
        "averageDuration": 184,
        "availableMembers": 1,
        "onCallMembers": 1,
        "onBreakMembers": 0,
    },
}
STATS = {
    "period": "last_1_days",
    "summary": {
        "totalCalls": 8,
        "completedCalls": 6,
        "missedCalls": 1,
        "averageDuration": 184,
        "completionRate": 75.0,
    },
    "daily": [{"date": "2026-01-31", "total": 8, "completed": 6, "missed": 1, "avgDuration": 184}],
}
PERFORMANCE = {
    "period": "last_7_days",
    "agents": [
        {"agentId": AGENT, "totalCalls": 8, "completedCalls": 6, "completionRate": 75.0, "averageDuration": 184}
    ],
}
