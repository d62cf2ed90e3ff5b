"""The product's lists by one hand-written statement each, which lets PostgreSQL write the JSON.

Who calls is checked as the product does, and answered 401 otherwise; nothing else is.
"""

import json
from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from bench.floor import api_statements
from contactcenter.core import tokens
from contactcenter.core.jwts import TokenRefused
from sms.explanations import CLASSES

View = Callable[..., HttpResponse]
_SENTENCES = json.dumps({code.value: str(explanation.sentence) for code, explanation in CLASSES.items()})


def listing(statement: str) -> View:
    """Return a view that answers what `statement` says to the organization of whoever calls."""

    def answer(request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
        try:
            user = tokens.caller(request.headers.get("Authorization", "").removeprefix("Bearer "))
        except TokenRefused:
            return HttpResponse(status=401)
        size = int(request.GET.get("page_size") or request.GET.get("limit") or 20)
        given = {"org": user.organization_id, "size": size, "more": size + 1, "pk": pk}
        given |= {"base": settings.PUBLIC_BASE_URL, "sentences": _SENTENCES}
        with connection.cursor() as cursor:
            cursor.execute(statement, given)
            (text,) = cursor.fetchone()
        return HttpResponse(text, content_type="application/json")

    return answer


def either(name: str, *, with_name: str, without: str) -> View:
    """Return a view that answers one way when the query has a parameter of this name, and another way otherwise."""
    views = {True: listing(with_name), False: listing(without)}

    def answer(request: HttpRequest) -> HttpResponse:
        return views[name in request.GET](request)

    return answer


urlpatterns = [
    path(
        "api/calls/",
        either("cursor", with_name=api_statements.CALLS_BY_CURSOR, without=api_statements.CALLS),
    ),
    path("api/agents/", listing(api_statements.AGENTS)),
    path("api/sms/inbox", listing(api_statements.INBOX)),
    path(
        "api/sms/conversations",
        either("page_size", with_name=api_statements.CONVERSATION_PAGE, without=api_statements.CONVERSATIONS),
    ),
    path("api/sms/conversations/<uuid:pk>/messages", listing(api_statements.THREAD)),
]
