"""What the tests of the API share: JSON in, JSON out, problems checked for their whole shape."""

import json
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.test import Client

from contactcenter.core.models import User

SEND = "/api/sms/send"
INBOX = "/api/sms/inbox"
CONVERSATIONS = "/api/sms/conversations"
TO = "+12025550199"
JSON = {"content_type": "application/json"}
_TOKEN = "a" * 32


def browser(user: User) -> Client:
    """Return a browser that is logged in and sends the CSRF token, which Django checks as it does in production."""
    client = Client(enforce_csrf_checks=True, headers={"X-CSRFToken": _TOKEN})
    client.force_login(user)
    client.cookies["csrftoken"] = _TOKEN
    return client


def post(client: Client, body: Any = None, *, url: str = SEND, key: str | None = None, **headers: str) -> HttpResponse:
    """POST `body` as JSON (bytes and strings as they are)."""
    content = body if isinstance(body, bytes | str) else json.dumps(body)
    if key is not None:
        headers["HTTP_IDEMPOTENCY_KEY"] = key
    return client.post(url, content, content_type="application/json", **headers)  # type: ignore[arg-type]


def send(client: Client, *, key: str | None = None, **fields: Any) -> HttpResponse:
    """POST a text that is fine but for what `fields` change."""
    return post(client, {"to_number": TO, "body": "Hello", **fields}, key=key)


def problem(response: HttpResponse, status: int, code: str) -> dict[str, Any]:
    """Check the shape of a problem and return it."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body = json.loads(response.content)
    assert {name: body[name] for name in ("type", "title", "status", "code")} == {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
    }
    assert body["detail"]
    assert body.keys() - {"type", "title", "status", "code", "detail"} == ({"errors"} if status == 422 else set())
    return body  # type: ignore[no-any-return]


def wrong_parts(response: HttpResponse) -> list[tuple[list[Any], str]]:
    """Return (loc, type) of everything that a 422 names."""
    found = problem(response, 422, "VALIDATION_ERROR")["errors"]
    assert all(error["msg"] for error in found)
    return [(error["loc"], error["type"]) for error in found]
