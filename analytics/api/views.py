"""The endpoints of the analytics group."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.response import Response

from analytics.api import asked, examples, objects, writing
from analytics.api.serializers import (
    AgentFiguresSerializer,
    CallFiguresSerializer,
    CampaignFiguresSerializer,
    DashboardSerializer,
)
from analytics.enums import GroupBy, Subject
from analytics.periods import TooManyPeriods
from analytics.selectors import calls, campaigns, people, report
from contactcenter.core.roles import Right
from contactcenter.web.api.errors import invalid_parameter
from contactcenter.web.api.query import word
from contactcenter.web.api.requests import ApiRequest
from contactcenter.web.api.schema import problems
from contactcenter.web.api.spans import SPAN_PARAMETERS
from contactcenter.web.api.views import ApiView

_DAY = timedelta(hours=24)


def _example(value: Any) -> list[OpenApiExample]:
    return [OpenApiExample("Answer", value=value, response_only=True, status_codes=["200"])]


class FiguresView(ApiView):
    """An endpoint that agents ask about their own calls, and supervisors and admins about everybody's."""

    rights = {"GET": Right.READ_ANALYTICS}


class Dashboard(FiguresView):
    """Show what is going on."""

    @extend_schema(
        operation_id="analytics_dashboard",
        summary="Show the last 24 hours in figures",
        tags=["analytics"],
        responses={200: DashboardSerializer, **problems(400)},
        examples=_example(examples.DASHBOARD),
    )
    def get(self, request: ApiRequest) -> Response:
        """Show what is going on, and the last 24 hours in figures."""
        org, only = request.org, asked.whose(request)
        answer = objects.dashboard(
            calls.since(org, timezone.now() - _DAY, only=only),
            active_calls=calls.active_count(org, only=only),
            active_campaigns=campaigns.active_count(org),
        )
        return Response(answer)


class Calls(FiguresView):
    """Show calls by period."""

    @extend_schema(
        operation_id="analytics_calls",
        summary="Show calls by hour, day, week or month",
        tags=["analytics"],
        parameters=[
            *SPAN_PARAMETERS,
            OpenApiParameter("group_by", enum=[by.value for by in GroupBy], default=GroupBy.DAY.value),
            asked.ZONE_PARAMETER,
        ],
        responses={200: CallFiguresSerializer, **problems(400, 422)},
        examples=_example(examples.CALLS),
    )
    def get(self, request: ApiRequest) -> HttpResponse:
        """Show the calls of some time by period, oldest first, by default of the last 30 days by day."""
        params = request.query_params
        tz = asked.zone(params)
        span = asked.stretch(params, timezone.now(), tz)
        by = GroupBy(word(params, "group_by", GroupBy, called="group by") or GroupBy.DAY)
        try:
            course = report.course(request.org, span, by, Subject.CALLS, tz=tz, only=asked.whose(request))
        except TooManyPeriods as error:
            raise asked.too_many_periods() from error
        except OverflowError as error:  # Where the calendar ends, a zone has days that UTC has not.
            raise invalid_parameter("start date", params.get("start_date", "")) from error
        return writing.answer({"summary": objects.outline(course.total)}, "metrics", course, objects.period)


class Agents(FiguresView):
    """Show calls by agent."""

    @extend_schema(
        operation_id="analytics_agents",
        summary="Show calls by agent",
        tags=["analytics"],
        parameters=[*SPAN_PARAMETERS, asked.ZONE_PARAMETER],
        responses={200: AgentFiguresSerializer(many=True), **problems(400, 422)},
        examples=_example(examples.AGENT_FIGURES),
    )
    def get(self, request: ApiRequest) -> Response:
        """Show every agent's calls of some time, by default of the last 30 days; most calls first."""
        params = request.query_params
        span = asked.stretch(params, timezone.now(), asked.zone(params))
        rows = people.agents(request.org, span, only=asked.whose(request))
        return Response([objects.agent(row) for row in rows])


class Campaigns(FiguresView):
    """Show calls by campaign."""

    @extend_schema(
        operation_id="analytics_campaigns",
        summary="Show calls by campaign",
        tags=["analytics"],
        responses={200: CampaignFiguresSerializer(many=True), **problems(400)},
        examples=_example(examples.CAMPAIGN_FIGURES),
    )
    def get(self, request: ApiRequest) -> Response:
        """Show every campaign's calls since it began, by the campaign's name."""
        rows = campaigns.campaigns(request.org, only=asked.whose(request))
        return Response([objects.campaign(row) for row in rows])
