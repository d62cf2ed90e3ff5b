"""The endpoints of agents."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from agents import selectors, services
from agents.api import examples, objects
from agents.api.serializers import (
    AgentChangesSerializer,
    AgentSerializer,
    AgentStatusSerializer,
    AvailableAgentsSerializer,
    NewAgentSerializer,
)
from agents.enums import AgentStatus, StatusSource
from agents.models import Agent
from contactcenter.core.models import Organization
from contactcenter.core.roles import Right
from contactcenter.web.api.errors import Problem, invalid_input
from contactcenter.web.api.idempotency import idempotent
from contactcenter.web.api.permissions import grants
from contactcenter.web.api.query import MAX_PAGE_SIZE, number, word
from contactcenter.web.api.requests import ApiRequest
from contactcenter.web.api.schema import ID, IDEMPOTENCY_KEY, problems
from contactcenter.web.api.views import ApiView, ObjectView

Handler = Callable[..., Response]
_MOST_SKIPPED = 1_000_000
_LIST_PARAMETERS = [
    OpenApiParameter("status", enum=AgentStatus.values),
    OpenApiParameter("skip", {"type": "integer", "minimum": 0, "maximum": _MOST_SKIPPED, "default": 0}),
    OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE, "default": 20}),
]


def _example(value: Any, status: str = "200") -> list[OpenApiExample]:
    return [OpenApiExample("Answer", value=value, response_only=True, status_codes=[status])]


def _body(value: Any) -> list[OpenApiExample]:
    return [OpenApiExample("Body", value=value, request_only=True)]


def _changing(
    operation_id: str, *, summary: str, body: type[Serializer[Any]], example: Any
) -> Callable[[Handler], Handler]:
    """Return the description of an operation that changes one agent."""
    described: Callable[[Handler], Handler] = extend_schema(
        operation_id=operation_id,
        summary=summary,
        tags=["agents"],
        parameters=[ID],
        request=body,
        responses={200: AgentSerializer, **problems(400, 404, 413, 415, 422)},
        examples=[*_body(example), *_example(examples.AGENT)],
    )
    return described


def _not_found() -> Problem:
    return Problem(404, "NOT_FOUND", "Agent not found")


class Agents(ApiView):
    """List and make profiles."""

    rights = {"GET": Right.READ_AGENTS, "POST": Right.MANAGE_AGENTS}

    @extend_schema(
        operation_id="agents_list",
        summary="List agents",
        tags=["agents"],
        parameters=_LIST_PARAMETERS,
        responses={200: AgentSerializer(many=True), **problems(400, 422)},
        examples=_example(examples.AGENT),  # The description makes it a list.
    )
    def get(self, request: ApiRequest) -> Response:
        """List the organization's agents, a bare list in the order in which they were made."""
        params = request.query_params
        status = word(params, "status", AgentStatus.values, called="agent status")
        skip = number(params, "skip", default=0, least=0, most=_MOST_SKIPPED)
        limit = number(params, "limit", default=20, least=1, most=MAX_PAGE_SIZE)
        rows = selectors.agents(request.org, status=status).values(*selectors.FIELDS)[skip : skip + limit]
        return Response([objects.agent(row) for row in rows])

    @extend_schema(
        operation_id="agents_create",
        summary="Make a user an agent",
        tags=["agents"],
        parameters=[IDEMPOTENCY_KEY],
        request=NewAgentSerializer,
        responses={201: AgentSerializer, **problems(400, 409, 413, 415, 422)},
        examples=[*_body(examples.NEW), *_example(examples.CREATED, "201")],
    )
    @idempotent
    def post(self, request: ApiRequest) -> Response:
        """Make somebody of the organization an agent. Each user has at most one profile."""
        given = NewAgentSerializer(data=request.json)
        given.is_valid(raise_exception=True)
        try:
            agent = services.create_agent(org=request.org, actor=request.user, profile=given.profile())
        except services.UnknownUser as error:
            sentence = _("This is nobody who works in your organization.")
            raise invalid_input(("body", "user_id"), sentence, "unknown_user") from error
        except services.AlreadyAnAgent as error:
            raise Problem(400, "AGENT_EXISTS", "User already has an agent profile") from error
        return Response(objects.agent(selectors.agent_row(request.org, agent.pk)), status=201)


class AvailableCount(ApiView):
    """Count who is free."""

    rights = {"GET": Right.READ_AGENTS}

    @extend_schema(
        operation_id="agents_available_count",
        summary="Count available agents",
        tags=["agents"],
        responses={200: AvailableAgentsSerializer, **problems(400)},
        examples=_example(examples.AVAILABLE),
    )
    def get(self, request: ApiRequest) -> Response:
        """Count the agents who are AVAILABLE and hold fewer calls than they can."""
        return Response({"available_agents": selectors.available(request.org).count()})


class AgentView(ObjectView):
    """An endpoint about one agent."""

    def find(self, org: Organization, pk: UUID) -> selectors.Row:
        try:
            return selectors.agent_row(org, pk)
        except Agent.DoesNotExist:
            raise _not_found() from None


class Detail(AgentView):
    """Show and change one profile."""

    rights = {"GET": Right.READ_AGENTS, "PUT": Right.MANAGE_AGENTS, "PATCH": Right.MANAGE_AGENTS}

    @extend_schema(
        operation_id="agents_detail",
        summary="Show an agent",
        tags=["agents"],
        parameters=[ID],
        responses={200: AgentSerializer, **problems(400, 404)},
        examples=_example(examples.AGENT),
    )
    def get(self, request: ApiRequest, pk: UUID) -> Response:
        """Show one agent."""
        return Response(objects.agent(self.find(request.org, pk)))

    @_changing("agents_change", summary="Change an agent", body=AgentChangesSerializer, example=examples.CHANGES)
    def put(self, request: ApiRequest, pk: UUID) -> Response:
        """Change what the body names; everything else stays as it is. PATCH does the same."""
        self.find(request.org, pk)
        given = AgentChangesSerializer(data=request.json)
        given.is_valid(raise_exception=True)
        try:
            services.change_agent(org=request.org, actor=request.user, agent_id=pk, changes=given.changes())
        except services.UnknownAgent as error:  # Deleted since we looked.
            raise _not_found() from error
        return Response(objects.agent(self.find(request.org, pk)))

    @_changing("agents_patch", summary="Change an agent", body=AgentChangesSerializer, example=examples.CHANGES)
    def patch(self, request: ApiRequest, pk: UUID) -> Response:
        """Change what the body names, as PUT does."""
        return self.put(request, pk)


class Status(AgentView):
    """Say whether an agent is there."""

    rights = {"PUT": Right.SET_STATUS, "PATCH": Right.SET_STATUS}

    @_changing("agents_status", summary="Set an agent's status", body=AgentStatusSerializer, example=examples.STATUS)
    def put(self, request: ApiRequest, pk: UUID) -> Response:
        """Set the status: agents their own, supervisors and admins everybody's. PATCH does the same."""
        if self.find(request.org, pk)["user_id"] != request.user.pk and not grants(request, Right.MANAGE_AGENTS):
            raise PermissionDenied
        given = AgentStatusSerializer(data=request.json)
        given.is_valid(raise_exception=True)
        status = AgentStatus(given.validated_data["status"])
        try:
            services.set_status(
                org=request.org, actor=request.user, agent_id=pk, status=status, source=StatusSource.API
            )
        except services.UnknownAgent as error:  # Deleted since we looked.
            raise _not_found() from error
        return Response(objects.agent(self.find(request.org, pk)))

    @_changing(
        "agents_status_patch", summary="Set an agent's status", body=AgentStatusSerializer, example=examples.STATUS
    )
    def patch(self, request: ApiRequest, pk: UUID) -> Response:
        """Set the status, as PUT does."""
        return self.put(request, pk)
