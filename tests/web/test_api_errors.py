"""Errors below /api/: one shape for programs, whoever raises them."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404
from django.test import Client
from rest_framework import exceptions

from contactcenter.web.api.errors import Problem, flattened, problem_response
from sms.api import views
from tests.conftest import LogIn
from tests.factories import Tenant
from tests.sms.api import INBOX, problem

UNKNOWN = ["/api/", "/api", "/api/nothing", "/api/sms", "/api/sms/send/more", "/api/%00", "/api/sms/inbox//", "/api/💬"]


@pytest.mark.parametrize("path", UNKNOWN)
@pytest.mark.parametrize("method", ["get", "post", "delete", "options"])
def test_unknown_addresses(db: None, path: str, method: str) -> None:
    problem(getattr(Client(), method)(path), 404, "NOT_FOUND")


def test_the_sentence_is_for_a_person(aurora: Tenant, log_in: LogIn) -> None:
    aurora.customer.language = "en"
    aurora.customer.save()
    detail = problem(log_in(aurora.customer).get(INBOX), 403, "PERMISSION_DENIED")["detail"]
    assert detail == "You do not have the right to do this."


def test_what_nobody_expected_is_a_500_without_its_words(
    aurora: Tenant, log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("secret words")

    monkeypatch.setattr(views.selectors, "inbox", fail)
    client = log_in(aurora.agent)
    client.raise_request_exception = False
    answer = client.get(INBOX)
    problem(answer, 500, "SERVER_ERROR")
    assert b"secret" not in answer.content


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (exceptions.NotAuthenticated(), 401, "NOT_AUTHENTICATED"),
        (exceptions.AuthenticationFailed(), 401, "NOT_AUTHENTICATED"),
        (exceptions.PermissionDenied(), 403, "PERMISSION_DENIED"),
        (PermissionDenied("words"), 403, "PERMISSION_DENIED"),
        (exceptions.NotFound("words"), 404, "NOT_FOUND"),
        (Http404("No Message matches the given query."), 404, "NOT_FOUND"),
        (exceptions.MethodNotAllowed("FOO"), 405, "METHOD_NOT_ALLOWED"),
        (exceptions.NotAcceptable(), 406, "NOT_ACCEPTABLE"),
        (exceptions.UnsupportedMediaType("text/plain"), 415, "UNSUPPORTED_MEDIA_TYPE"),
        (exceptions.ParseError("words"), 400, "MALFORMED_BODY"),
        (SuspiciousOperation("words"), 400, "BAD_REQUEST"),
        (exceptions.ValidationError({"a": ["words"]}), 422, "VALIDATION_ERROR"),
        (Problem(409, "OPTED_OUT", "Words."), 409, "OPTED_OUT"),
    ],
)
def test_every_error_has_the_shape(error: Exception, status: int, code: str) -> None:
    answer = problem_response(error, {})
    assert answer is not None
    body = problem(answer, status, code)
    assert status in {409, 422} or "words" not in body["detail"].casefold()


def test_too_many_says_when() -> None:
    answer = problem_response(exceptions.Throttled(wait=12.2), {})
    assert answer is not None
    problem(answer, 429, "RATE_LIMITED")
    assert answer["Retry-After"] == "13"


def test_an_unknown_error_is_not_ours() -> None:
    assert problem_response(RuntimeError("words"), {}) is None


def test_nested_errors_are_laid_out_flat() -> None:
    nested = {
        "name": [exceptions.ErrorDetail("Blank.", "blank")],
        "items": {3: [exceptions.ErrorDetail("Bad.", "invalid")]},
        "non_field_errors": [exceptions.ErrorDetail("Both.", "both")],
        "rows": [{}, {"x": [exceptions.ErrorDetail("Odd.", "odd")]}],
    }
    assert list(flattened(nested, ("body",))) == [
        {"loc": ["body", "name"], "msg": "Blank.", "type": "blank"},
        {"loc": ["body", "items", 3], "msg": "Bad.", "type": "invalid"},
        {"loc": ["body"], "msg": "Both.", "type": "both"},
        {"loc": ["body", "rows", 1, "x"], "msg": "Odd.", "type": "odd"},
    ]
