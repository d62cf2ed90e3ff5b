"""The OpenAPI document."""

import json
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client


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
    }
    public = {"auth_login", "auth_refresh", "auth_logout", "auth_register", "auth_jwks", "events_schema"}
    for (path, _method), operation in operations.items():
        if operation["operationId"] in public:
            assert operation.get("security", []) == []
            continue
        assert operation["responses"].keys() >= {"401", "403"}
        assert operation["security"] == [{"bearer": []}, {"apiKey": []}, {"session": []}]
        assert "422" in operation["responses"] or "/auth/" in path or operation["operationId"] == "sms_message"
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
