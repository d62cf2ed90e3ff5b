"""Examples for the schema."""

NEW = {
    "user_id": "019a0f6e-8000-7d10-8b11-3a4b5c6d7e8f",
    "max_capacity": 2,
    "skills": ["orders", "returns"],
    "language": "cs",
}
CHANGES = {"max_capacity": 3, "skills": ["orders", "returns", "technical"]}
STATUS = {"status": "AVAILABLE"}
AGENT = {
    "id": "019a0f6e-8b5e-7c11-9d0a-0f6f2b1c3d4e",
    "user_id": "019a0f6e-8000-7d10-8b11-3a4b5c6d7e8f",
    "status": "AVAILABLE",
    "max_capacity": 2,
    "current_load": 1,
    "skills": ["orders", "returns"],
    "language": "cs",
    "metadata": {},
    "is_available": True,
    "capacity_percentage": 50.0,
    "created_at": "2026-01-31T08:00:00.000Z",
    "updated_at": "2026-01-31T08:05:00.000Z",
}
CREATED = {**AGENT, "status": "OFFLINE", "current_load": 0, "is_available": False, "capacity_percentage": 0.0}
AVAILABLE = {"available_agents": 3}
