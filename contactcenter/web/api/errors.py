"""Errors of the API: one shape for all of them, RFC 9457 (application/problem+json)."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions

CONTENT_TYPE = "application/problem+json"
Sentence = str | Promise

# DRF's own errors: the stable word and the sentence.
_KNOWN: dict[type[Exception], tuple[int, str, Sentence]] = {
    exceptions.NotAuthenticated: (401, "NOT_AUTHENTICATED", _("Log in first.")),
    exceptions.AuthenticationFailed: (401, "NOT_AUTHENTICATED", _("Log in first.")),
    exceptions.PermissionDenied: (403, "PERMISSION_DENIED", _("You do not have the right to do this.")),
    PermissionDenied: (403, "PERMISSION_DENIED", _("You do not have the right to do this.")),
    exceptions.NotFound: (404, "NOT_FOUND", _("There is nothing here.")),
    Http404: (404, "NOT_FOUND", _("There is nothing here.")),
    exceptions.MethodNotAllowed: (405, "METHOD_NOT_ALLOWED", _("This address does not know this method.")),
    exceptions.NotAcceptable: (406, "NOT_ACCEPTABLE", _("This address answers in JSON only.")),
    RequestDataTooBig: (413, "BODY_TOO_LARGE", _("The body is too large.")),
    exceptions.UnsupportedMediaType: (415, "UNSUPPORTED_MEDIA_TYPE", _("Send the body as application/json.")),
    exceptions.ParseError: (400, "MALFORMED_BODY", _("The body is not valid JSON.")),
    exceptions.Throttled: (429, "RATE_LIMITED", _("Too many requests. Wait a little and repeat.")),
    MultiPartParserError: (400, "BAD_REQUEST", _("The request could not be read.")),
    UnreadablePostError: (400, "BAD_REQUEST", _("The request could not be read.")),
    SuspiciousOperation: (400, "BAD_REQUEST", _("The request could not be read.")),
    BadRequest: (400, "BAD_REQUEST", _("The request could not be read.")),
}


class Problem(Exception):
    """An expected error of an endpoint: raise it, and the answer has the contract's shape.

    `code` is the stable word for programs, `detail` the sentence for a person, `errors` what is wrong with which part
    of the input, `retry_after` whole seconds.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: Sentence,
        *,
        errors: list[dict[str, Any]] | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = errors
        self.retry_after = retry_after


class Unauthorized(Problem):
    """A 401 of an endpoint that takes its credentials in the body; it names how else one may come (RFC 9110)."""

    auth_header = 'Bearer realm="api"'

    def __init__(self, code: str, detail: Sentence) -> None:
        super().__init__(401, code, detail)


def invalid_parameter(name: str, value: str) -> Problem:
    """Return the 400 for a query parameter that says nothing we know."""
    return Problem(400, "INVALID_PARAMETER", f"Invalid {name}: {value[:100]}")


def not_found(what: str, pk: UUID) -> Problem:
    """Return the 404 for an object that is not there, or is another organization's."""
    return Problem(404, "NOT_FOUND", f"{what} {pk} not found")


def invalid_input(loc: tuple[str | int, ...], msg: Sentence, kind: str) -> Problem:
    """Return the 422 for one wrong part of the input; `loc` begins with body, query or header."""
    return invalid_inputs([{"loc": list(loc), "msg": str(msg), "type": kind}])


def invalid_inputs(errors: list[dict[str, Any]]) -> Problem:
    """Return the 422 that lists everything that is wrong."""
    return Problem(422, "VALIDATION_ERROR", _("Something in the request is not valid; see errors."), errors=errors)


def flattened(detail: Any, loc: tuple[str | int, ...]) -> Iterator[dict[str, Any]]:
    """Yield the contract's {loc, msg, type} for DRF's nested validation errors."""
    if isinstance(detail, Mapping):
        for field, inner in detail.items():
            yield from flattened(inner, loc if field == "non_field_errors" else (*loc, field))
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            yield from flattened(inner, (*loc, index) if isinstance(inner, Mapping | list) else loc)
    else:
        yield {"loc": list(loc), "msg": str(detail), "type": getattr(detail, "code", "invalid")}


def problem_response(error: Exception, _context: dict[str, Any]) -> JsonResponse | None:
    """Turn an exception of a view into an answer; None (a 500, logged) for one that nobody expected."""
    problem = _problem_of(error)
    if problem is None:
        return None
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": str(problem.detail),
        "code": problem.code,
    }
    if problem.errors is not None:
        body["errors"] = problem.errors
    response = JsonResponse(body, status=problem.status, content_type=CONTENT_TYPE)
    if problem.retry_after is not None:
        response["Retry-After"] = str(problem.retry_after)
    if header := getattr(error, "auth_header", None):
        response["WWW-Authenticate"] = header
    return response


def _problem_of(error: Exception) -> Problem | None:
    if isinstance(error, Problem):
        return error
    if isinstance(error, exceptions.ValidationError):
        return invalid_inputs(list(flattened(error.detail, ("body",))))
    wait = getattr(error, "wait", None)
    for family in type(error).__mro__:
        if family in _KNOWN:
            status, code, detail = _KNOWN[family]
            return Problem(status, code, detail, retry_after=int(wait) if wait is not None else None)
    if isinstance(error, exceptions.APIException):
        return Problem(error.status_code, "ERROR", str(error.detail))
    return None
