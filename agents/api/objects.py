"""The contract's Agent, made from rows."""

from typing import Any

from agents.enums import AgentStatus
from contactcenter.web.api.values import time_text

Row = dict[str, Any]


def agent(row: Row) -> Row:
    """Return the Agent object for a row of `selectors.FIELDS`."""
    load, capacity = row["current_load"], row["max_capacity"]
    may_work = row["user__is_active"] and row["status"] == AgentStatus.AVAILABLE
    return {
        "id": str(row["id"]),
        "user_id": str(row["user_id"]),
        "status": row["status"],
        "max_capacity": capacity,
        "current_load": load,
        "skills": row["skills"],
        "language": row["language"],
        "metadata": row["metadata"],
        "is_available": may_work and load < capacity,
        "capacity_percentage": round(100 * load / capacity, 2),
        "created_at": time_text(row["created_at"]),
        "updated_at": time_text(row["updated_at"]),
    }
