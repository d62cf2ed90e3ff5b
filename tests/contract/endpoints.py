"""The contract's table of endpoints: who may, what is answered, what it looks like."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from agents.models import Agent
from contactcenter.core.models import ApiKey
from contactcenter.core.roles import Role
from tests.contract.figures import (
    AGENT_FIGURES,
    CALL_FIGURES,
    CAMPAIGN_FIGURES,
    DASHBOARD,
    OVERVIEW,
    PERFORMANCE,
    STATS,
)
from tests.contract.shapes import (
    AGENT,
    ATTEMPT,
    CALL,
    CONVERSATION,
    EVENT,
    KEY,
    SMS,
    USER,
    Maybe,
    Shape,
    page,
    some_text,
    whole,
)
from tests.factories import make_user
from tests.world import World

TO = "+12025550199"
STAFF = frozenset({Role.ADMIN, Role.SUPERVISOR, Role.AGENT})
BOSSES = STAFF - {Role.AGENT}
EVERYBODY = STAFF | {Role.CUSTOMER}
Body = Callable[[World], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One row; `path` without a trailing slash, `body` what a client may post there, `no_such` the 404's sentence."""

    row: str
    method: str
    path: str
    answers: Shape = None
    status: int = 200
    may: frozenset[str] = STAFF
    body: Body | None = None
    other_body: Body | None = None
    no_such: str = ""
    parameters: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.row} {self.method} {self.path}"

    def path_in(self, world: World) -> str:
        """Return the address with the organization's objects in it."""
        return self.path.format(**ids(world))


def ids(world: World) -> dict[str, Any]:
    """Return the ids that addresses hold."""
    org = world.tenant.org
    return {
        "call": world.call.pk,
        "agent": Agent.objects.for_org(org).get(user=world.tenant.agent).pk,
        "conversation": world.conversation.pk,
        "message": world.message.pk,
        "key": ApiKey.objects.for_org(org).get().pk,
    }


def always(body: Any) -> Body:
    return lambda _world: body


def new_profile(world: World, **fields: Any) -> dict[str, Any]:
    """Return the body that makes a new user an agent."""
    user = make_user(world.tenant.org, Role.AGENT, email=f"new@{world.tenant.org.slug}.example")
    return {"user_id": str(user.pk), **fields}


CALL_BODY = always({"to_number": TO, "direction": "OUTBOUND"})
OTHER_CALL = always({"to_number": TO, "direction": "INBOUND", "from_number": TO})
SMS_BODY = always({"to_number": TO, "body": "Hello"})
OTHER_SMS = always({"to_number": TO, "body": "Other words"})
PAGES = ("page", "page_size")

ENDPOINTS = [
    Endpoint(row="1", method="GET", path="/api/calls", answers=page(CALL), parameters=PAGES),
    Endpoint(
        row="2", method="POST", path="/api/calls", answers=CALL, status=201, body=CALL_BODY, other_body=OTHER_CALL
    ),
    Endpoint(row="3", method="GET", path="/api/calls/{call}", answers=CALL, no_such="Call {} not found"),
    Endpoint(
        row="4",
        method="PUT",
        path="/api/calls/{call}",
        answers=CALL,
        body=always({"notes": "Called twice."}),
        no_such="Call {} not found",
    ),
    Endpoint(
        row="4",
        method="PATCH",
        path="/api/calls/{call}",
        answers=CALL,
        body=always({"disposition": "sold"}),
        no_such="Call {} not found",
    ),
    Endpoint(row="5", method="POST", path="/api/calls/{call}/end", answers=CALL, no_such="Call {} not found"),
    Endpoint(row="6", method="DELETE", path="/api/calls/{call}", status=204, may=BOSSES, no_such="Call {} not found"),
    Endpoint(row="7", method="GET", path="/api/agents", answers=[AGENT], parameters=("skip", "limit")),
    Endpoint(row="8", method="GET", path="/api/agents/available/count", answers={"available_agents": whole}),
    Endpoint(
        row="9",
        method="PUT",
        path="/api/agents/{agent}/status",
        answers=AGENT,
        body=always({"status": "AVAILABLE"}),
        no_such="Agent not found",
    ),
    Endpoint(
        row="9",
        method="PATCH",
        path="/api/agents/{agent}/status",
        answers=AGENT,
        body=always({"status": "WRAP_UP"}),
        no_such="Agent not found",
    ),
    Endpoint(
        row="10",
        method="POST",
        path="/api/agents",
        answers=AGENT,
        status=201,
        may=BOSSES,
        body=new_profile,
        other_body=lambda world: {"user_id": str(world.tenant.supervisor.pk), "skills": ["x"]},
    ),
    Endpoint(row="11", method="GET", path="/api/agents/{agent}", answers=AGENT, no_such="Agent not found"),
    Endpoint(
        row="12",
        method="PUT",
        path="/api/agents/{agent}",
        answers=AGENT,
        may=BOSSES,
        body=always({"max_capacity": 3, "skills": ["orders"], "language": "cs", "metadata": {"a": 1}}),
        no_such="Agent not found",
    ),
    Endpoint(row="13", method="GET", path="/api/analytics/dashboard", answers=DASHBOARD),
    Endpoint(row="14", method="GET", path="/api/analytics/calls", answers=CALL_FIGURES),
    Endpoint(row="15", method="GET", path="/api/analytics/agents", answers=[AGENT_FIGURES]),
    Endpoint(row="16", method="GET", path="/api/analytics/campaigns", answers=[CAMPAIGN_FIGURES]),
    Endpoint(row="17", method="GET", path="/api/dashboard/overview", answers=OVERVIEW),
    Endpoint(row="18", method="GET", path="/api/dashboard/stats", answers=STATS, parameters=("days",)),
    Endpoint(
        row="19", method="GET", path="/api/dashboard/agent-performance", answers=PERFORMANCE, parameters=("days",)
    ),
    Endpoint(row="20", method="GET", path="/api/sms/inbox", answers=page(SMS), parameters=PAGES),
    Endpoint(
        row="21", method="POST", path="/api/sms/send", answers=SMS, status=201, body=SMS_BODY, other_body=OTHER_SMS
    ),
    Endpoint(row="22", method="GET", path="/api/sms/conversations", answers=[CONVERSATION], parameters=PAGES),
    Endpoint(
        row="beside",
        method="GET",
        path="/api/sms/conversations/{conversation}/messages",
        answers=page(SMS, next_cursor=Maybe(some_text)),
        no_such="Conversation {} not found",
        parameters=PAGES,
    ),
    Endpoint(
        row="beside",
        method="POST",
        path="/api/sms/conversations/{conversation}/read",
        answers=CONVERSATION,
        no_such="Conversation {} not found",
    ),
    Endpoint(
        row="beside",
        method="GET",
        path="/api/sms/messages/{message}",
        answers={**SMS, "attempts": [ATTEMPT], "events": [EVENT]},
        no_such="Message {} not found",
    ),
    Endpoint(row="who", method="GET", path="/api/auth/me", answers=USER, may=EVERYBODY),
    Endpoint(row="who", method="GET", path="/api/auth/keys", answers=[KEY], may=EVERYBODY),
    Endpoint(
        row="who",
        method="POST",
        path="/api/auth/keys",
        answers={**KEY, "key": some_text},
        status=201,
        may=EVERYBODY,
        body=always({"name": "shop", "scopes": ["calls.read"]}),
    ),
]
OF_AN_OBJECT = [one for one in ENDPOINTS if one.no_such]
WITH_BODY = [one for one in ENDPOINTS if one.body is not None]
PAGED = [(one, name) for one in ENDPOINTS for name in one.parameters]
CREATING = [one for one in ENDPOINTS if one.other_body is not None]
