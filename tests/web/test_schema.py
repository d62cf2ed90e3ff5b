"""The OpenAPI document."""

import json
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from contactcenter.core.roles import Right
from contactcenter.web.api.requests import ApiRequest
from contactcenter.web.api.routes import PK, endpoint
from contactcenter.web.api.schema import ID, IDEMPOTENCY_KEY, PAGE_PARAMETERS, problems
from contactcenter.web.api.views import ObjectView, PublicApiView
from contactcenter.web.auth.serializers import UserSerializer


def test_it_is_valid_and_complete(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--format", "openapi-json")
    document = json.loads(capsys.readouterr().out)
    assert document["openapi"].startswith("3.1.")
    operations = {
        (path.rstrip("/"), method): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    assert operations.keys() >= {
        ("/api/sms/send", "post"),
        ("/api/sms/inbox", "get"),
        ("/api/sms/conversations", "get"),
        ("/api/auth/login", "post"),
        ("/api/auth/me", "get"),
        ("/api/sms/conversations/{id}/messages", "get"),
        ("/api/sms/conversations/{id}/read", "post"),
        ("/api/sms/messages/{id}", "get"),
        ("/api/agents", "get"),
        ("/api/agents", "post"),
        ("/api/agents/available/count", "get"),
        ("/api/agents/{id}", "get"),
        ("/api/agents/{id}", "put"),
        ("/api/agents/{id}", "patch"),
        ("/api/agents/{id}/status", "put"),
        ("/api/agents/{id}/status", "patch"),
        ("/api/analytics/dashboard", "get"),
        ("/api/analytics/calls", "get"),
        ("/api/analytics/agents", "get"),
        ("/api/analytics/campaigns", "get"),
        ("/api/dashboard/overview", "get"),
        ("/api/dashboard/stats", "get"),
        ("/api/dashboard/agent-performance", "get"),
    }
    # Nothing in their address or body can be wrong in a way that a 422 names.
    simple = {
        *{"sms_message", "calls_detail", "calls_delete", "calls_recording"},
        *{"agents_detail", "agents_available_count"},
        *{"analytics_dashboard", "analytics_campaigns", "dashboard_overview"},
    }
    public = {"auth_login", "auth_refresh", "auth_logout", "auth_register", "auth_jwks", "events_schema"}
    for (path, _method), operation in operations.items():
        if operation["operationId"] in public:
            assert operation.get("security", []) == []
            continue
        assert operation["responses"].keys() >= {"401", "403"}
        assert operation["security"] == [{"bearer": []}, {"apiKey": []}, {"session": []}]
        assert "422" in operation["responses"] or "/auth/" in path or operation["operationId"] in simple
    schemes = document["components"]["securitySchemes"]
    assert {name: scheme["type"] for name, scheme in schemes.items()} == {
        "bearer": "http",
        "apiKey": "apiKey",
        "session": "apiKey",
    }
    content = operations["/api/sms/send", "post"]["responses"]["201"]["content"]
    assert "examples" in content["application/json"]


def test_in_platform_mode_it_shows_the_platforms_headers(capsys: pytest.CaptureFixture[str], settings: Any) -> None:
    settings.PLATFORM_MODE = True
    call_command("spectacular", "--validate", "--fail-on-warn", "--format", "openapi-json")
    document = json.loads(capsys.readouterr().out)
    platform = {name: [] for name in ("platformSecret", "platformOrganization", "platformUser")}
    assert platform in document["paths"]["/api/sms/send/"]["post"]["security"]
    headers = {name: document["components"]["securitySchemes"][name]["name"] for name in platform}
    assert set(headers.values()) == {"X-Platform-Secret", "X-Organization-Id", "X-User-Id"}


@pytest.mark.parametrize("url", ["/api/schema/", "/api/schema"])
@pytest.mark.parametrize("query", ["", "?format=yaml", "?version=%0d%0aX:1", "?lang=%00", "?format=json"])
def test_anybody_may_read_it(db: None, url: str, query: str) -> None:
    answer = Client().get(url + query)
    assert answer.status_code == 200
    assert b"/api/sms/send" in answer.content


def test_an_unknown_format_is_not_found(db: None) -> None:
    answer = Client().get("/api/schema/?format=%00")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


class Widget(ObjectView):
    """An endpoint as somebody may add it tomorrow, who said nothing about errors."""

    rights = {"GET": Right.READ_SMS, "POST": Right.READ_SMS}
    find = None  # type: ignore[assignment]

    @extend_schema(parameters=[ID], responses={200: UserSerializer})
    def get(self, request: ApiRequest, pk: UUID) -> Response:
        raise NotImplementedError

    @extend_schema(parameters=[ID, IDEMPOTENCY_KEY], request=None, responses={201: UserSerializer, **problems(503)})
    def post(self, request: ApiRequest, pk: UUID) -> Response:
        raise NotImplementedError


class PublicList(PublicApiView):
    @extend_schema(parameters=PAGE_PARAMETERS, responses={200: UserSerializer(many=True)})
    def get(self, request: ApiRequest) -> Response:
        raise NotImplementedError


def test_an_endpoint_that_says_nothing_of_errors_has_the_usual_ones() -> None:
    patterns = [endpoint(f"widgets/{PK}", Widget, name="widget"), endpoint("list", PublicList, name="list")]
    document = SchemaGenerator(patterns=patterns).get_schema(public=True)
    answers = {
        f"{method} {path}": operation["responses"]
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    assert {name: " ".join(found) for name, found in answers.items()} == {
        "get /widgets/{id}/": "200 400 401 403 404 429",
        "post /widgets/{id}/": "201 400 401 403 404 409 413 415 422 429 503",
        "get /list/": "200 400 422 429",
    }
    problem = answers["get /list/"]["429"]
    assert problem["content"].keys() == {"application/problem+json"}
    assert problem["headers"].keys() == {"Retry-After"}
