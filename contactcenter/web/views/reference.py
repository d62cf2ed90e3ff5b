"""The API's description as pages: one to try it on, one to read. Their programs come with drf-spectacular-sidecar."""

from typing import Any

from csp.constants import NONCE
from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from contactcenter.web.access import Access, register


@register(Access.PUBLIC)
@require_safe
@ensure_csrf_cookie  # Trying out an endpoint that writes sends the token.
def docs(request: HttpRequest) -> HttpResponse:
    """Swagger UI, which keeps the project's policy as it is."""
    return render(request, "api/docs.html", _context())


# Redoc builds its style sheets in the browser: with the nonce its own are let in, and nothing else is.
@register(Access.PUBLIC)
@require_safe
@csp_update({"style-src": [NONCE]})
def redoc(request: HttpRequest) -> HttpResponse:
    """Redoc."""
    return render(request, "api/redoc.html", _context())


def _context() -> dict[str, Any]:
    return {
        "title": settings.SPECTACULAR_SETTINGS["TITLE"],
        "schema_url": f"{reverse('schema')}?format=json",
    }
