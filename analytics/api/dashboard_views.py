"""The endpoints of the dashboard group."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.response import Response

from analytics.api import asked, dashboard_objects, examples, writing
from analytics.api.dashboard_serializers import OverviewSerializer, PerformanceSerializer, StatsSerializer
from analytics.api.views import FiguresView
from analytics.enums import GroupBy, Subject
from analytics.selectors import calls, lists, people, report
from analytics.selectors.report import Span
from contactcenter.web.api.requests import ApiRequest
from contactcenter.web.api.schema import problems

_DAY, _MICROSECOND = timedelta(hours=24), timedelta(microseconds=1)
_DAYS = OpenApiParameter(
    "days",
    {"type": "integer", "minimum": 1, "maximum": 365, "default": 7},
    description="How many days, today the last.",
)


def _example(value: Any) -> list[OpenApiExample]:
    return [OpenApiExample("Answer", value=value, response_only=True, status_codes=["200"])]


class Overview(FiguresView):
    """Show calls and people now."""

    @extend_schema(
        operation_id="dashboard_overview",
        summary="Show calls and people now",
        tags=["dashboard"],
        responses={200: OverviewSerializer, **problems(400)},
        examples=_example(examples.OVERVIEW),
    )
    def get(self, request: ApiRequest) -> Response:
        """Show the calls that are going on, the newest ones, the people, and the last 24 hours in figures."""
        org, only = request.org, asked.whose(request)
        active, recent = lists.listed(org, only=only)
        answer = dashboard_objects.overview(
            active=active,
            recent=recent,
            members=people.members(org, only=only),
            day=calls.since(org, timezone.now() - _DAY, only=only),
        )
        return Response(answer)


class Stats(FiguresView):
    """Show calls by day."""

    @extend_schema(
        operation_id="dashboard_stats",
        summary="Show calls by day",
        tags=["dashboard"],
        parameters=[_DAYS, asked.ZONE_PARAMETER],
        responses={200: StatsSerializer, **problems(400, 422)},
        examples=_example(examples.STATS),
    )
    def get(self, request: ApiRequest) -> HttpResponse:
        """Show the calls of the last days, day by day, oldest first."""
        params, now = request.query_params, timezone.now()
        days, tz = asked.days(params), asked.zone(params)
        span = Span(asked.first_of_days(days, now, tz), now + _MICROSECOND)
        only = asked.whose(request)
        course = report.course(request.org, span, GroupBy.DAY, Subject.CALLS, tz=tz, only=only)
        return writing.answer(dashboard_objects.stats(days, course.total), "daily", course, dashboard_objects.day)


class AgentPerformance(FiguresView):
    """Show who handled how many calls."""

    @extend_schema(
        operation_id="dashboard_agent_performance",
        summary="Show who handled how many calls",
        tags=["dashboard"],
        parameters=[_DAYS, asked.ZONE_PARAMETER],
        responses={200: PerformanceSerializer, **problems(400, 422)},
        examples=_example(examples.PERFORMANCE),
    )
    def get(self, request: ApiRequest) -> Response:
        """Show everybody who handled a call in the last days, most calls first."""
        params = request.query_params
        days, tz = asked.days(params), asked.zone(params)
        span = Span(asked.first_of_days(days, timezone.now(), tz), report.END)
        ranking = people.ranking(request.org, span, only=asked.whose(request))
        return Response(dashboard_objects.performance(days, ranking))
