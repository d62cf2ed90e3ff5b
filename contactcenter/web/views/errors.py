"""Error pages: JSON for programs, a page for people; never a stack trace, never another tenant's words."""

import sys
from http import HTTPStatus

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

_CODES = {400: "BAD_REQUEST", 403: "PERMISSION_DENIED", 404: "NOT_FOUND", 500: "SERVER_ERROR", 503: "UNAVAILABLE"}


def _answer(request: HttpRequest, status: int, detail: str) -> HttpResponse:
    if f"{request.path}/".startswith("/api/"):
        title = HTTPStatus(status).phrase
        body = {"type": "about:blank", "title": title, "status": status, "detail": detail, "code": _CODES[status]}
        return JsonResponse(body, status=status, content_type="application/problem+json")
    return render(request, f"{min(status, 500)}.html", status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return _answer(request, 400, _("The request could not be read."))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return _answer(request, 403, _("You do not have the right to do this."))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return _answer(request, 404, _("There is nothing here."))


def _database_is_away() -> bool:
    return isinstance(sys.exc_info()[1], OperationalError | InterfaceError)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 while the database is away: rendered without the database."""
    if _database_is_away():
        response = _answer(request, 503, _("The service is not available for the moment. Try again soon."))
        response["Retry-After"] = "5"
        return response
    return _answer(request, 500, _("Something went wrong on our side. It was logged."))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that came without its token (an old tab, usually)."""
    return _answer(request, 403, _("This page is too old. Load it again and repeat."))
