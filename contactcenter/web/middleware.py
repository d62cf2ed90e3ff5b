"""What requests get on their way: webhooks a short cut, browsers the person's language and time zone."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from contactcenter.core import logs
from contactcenter.core.zones import UTC_ZONE, zone_named

# Machines call these; nobody reads their language, and a session look-up would be a query for nothing.
_FOR_MACHINES = ("/hooks/", "/health", "/static/")
# Providers and load balancers may come with any Host header and scheme that a proxy in between has made up.
_FIRST = ("/hooks/", "/health")
_FIGURES = ("/metrics", "/metrics/")


class HooksFirstMiddleware:
    """Answer webhooks (and health) before what only browsers need; it stands first and costs others nothing.

    A webhook has no session, cookie, language or page; its signature is checked against PUBLIC_BASE_URL, not against
    the Host header; and a redirect to https would lose it. The rest of the chain costs more than storing it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(_FIRST) and request.path_info not in _FIGURES:
            return self.get_response(request)
        try:
            request.resolver_match = found = resolve(request.path_info)
        except Resolver404:
            return self.get_response(request)
        response: HttpResponse = found.func(request, *found.args, **found.kwargs)
        response.headers["Content-Length"] = str(len(response.content))
        return response


class PersonMiddleware:
    """Activate the language and time zone of the person who is logged in, else of the browser."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(_FOR_MACHINES):
            return self.get_response(request)
        language, zone = self._of(request)
        logs.bind(organization_id=str(getattr(request.user, "organization_id", None) or ""))
        with translation.override(language), timezone.override(zone):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
            patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response

    @staticmethod
    def _of(request: HttpRequest) -> tuple[str, ZoneInfo]:
        user = request.user
        if not user.is_authenticated:
            return translation.get_language_from_request(request), UTC_ZONE
        return user.language, zone_named(user.time_zone) or UTC_ZONE
