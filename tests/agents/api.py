"""What the tests of agents share."""

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

from agents.models import Agent
from contactcenter.core.models import User
from tests.factories import Tenant, make_user

AGENTS = "/api/agents"
COUNT = "/api/agents/available/count"
KEYS = {
    "id",
    "user_id",
    "status",
    "max_capacity",
    "current_load",
    "skills",
    "language",
    "metadata",
    "is_available",
    "capacity_percentage",
    "created_at",
    "updated_at",
}


def one(agent: Agent) -> str:
    return f"{AGENTS}/{agent.pk}"


def put(client: Client, url: str, body: Any, *, method: str = "PUT") -> HttpResponse:
    content = body if isinstance(body, str) else json.dumps(body)
    return client.generic(method, url, content, content_type="application/json")  # type: ignore[return-value]


def profile(user: User) -> Agent:
    return Agent.all_orgs.get(user=user)


def another_agent(tenant: Tenant, name: str, **fields: Any) -> Agent:
    user = make_user(tenant.org, "AGENT", email=f"{name}@{tenant.org.slug}.example", first_name=name)
    return Agent.all_orgs.create(organization=tenant.org, user=user, **fields)


def z(at: Any) -> str:
    return str(at.isoformat(timespec="milliseconds").replace("+00:00", "Z"))
