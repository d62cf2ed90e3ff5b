"""Every request has an id, one line in the log, and counts in /metrics."""

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from contactcenter.core import logs, tallies
from contactcenter.web import signs

logger = logging.getLogger(__name__)

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# Probes every few seconds, and files: they count, and are no lines.
_UNTOLD = ("/health", "/metrics", "/static/")


class MeasuringMiddleware:
    """Stands first, so that nothing is left out: hooks and refused hosts neither.

    X-Request-ID of a proxy in front is kept when it is a plain id; the answer names the id that the log lines have.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.monotonic()
        request_id = logs.id_for(request.headers.get("X-Request-ID", ""))
        logs.begin(request_id=request_id)
        try:
            response = self.get_response(request)
            _tell(request, response.status_code, time.monotonic() - began)
        finally:
            logs.end()
        response.headers["X-Request-ID"] = request_id
        return response


def _tell(request: HttpRequest, status: int, seconds: float) -> None:
    signs.serving()
    found = request.resolver_match
    # A path that is no page's may hold anything.
    route = found.view_name if found else "static" if request.path_info.startswith("/static/") else "none"
    method = request.method if request.method in _METHODS else "OTHER"
    tallies.HTTP_REQUESTS.observe(seconds, route, method, f"{status // 100}xx")
    if not request.path_info.startswith(_UNTOLD):
        fields = {"route": route, "method": method, "status": status, "duration_ms": round(seconds * 1000, 1)}
        logger.info("request", extra=fields)
