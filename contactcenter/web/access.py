"""Who may reach a URL. Every view says it once; a test walks the URL conf and fails on one that says nothing."""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from hmac import compare_digest
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django_htmx.middleware import HtmxDetails

from contactcenter.core.models import Organization, User
from contactcenter.core.roles import Right

View = Callable[..., HttpResponseBase]
AnyView = TypeVar("AnyView", bound=Callable[..., Any])


class Access(StrEnum):
    """What stands before a URL."""

    PUBLIC = "public"  # anybody
    OWN = "own"  # whoever is logged in, about themselves
    TENANT = "tenant"  # a right inside one's own organization
    HOOK = "hook"  # a provider's signature
    OPERATOR = "operator"  # the token of whoever runs the installation


# URLs that others wrote (allauth, Django admin), by the beginning of their path; the first that fits counts.
THIRD_PARTY: dict[str, Access] = {
    "accounts/login/": Access.PUBLIC,
    "accounts/logout/": Access.OWN,
    "accounts/password/reset/": Access.PUBLIC,
    "accounts/password/": Access.OWN,
    "accounts/reauthenticate/": Access.OWN,
    "accounts/signup/": Access.PUBLIC,
    "accounts/inactive/": Access.PUBLIC,
    "admin/": Access.TENANT,
}


class OwnRequest(HttpRequest):
    """A request of somebody who is logged in."""

    user: User
    htmx: HtmxDetails


class OrgRequest(OwnRequest):
    """A request whose person belongs to `org`."""

    org: Organization


def access_of(view: Any) -> Access | None:
    """Return how a view is registered, or None."""
    return (
        getattr(view, "access", None)
        or getattr(getattr(view, "view_class", None), "access", None)
        or getattr(getattr(view, "cls", None), "access", None)
    )


def register(access: Access) -> Callable[[AnyView], AnyView]:
    """Register a view that guards itself."""

    def mark(view: AnyView) -> AnyView:
        view.access = access  # type: ignore[attr-defined]
        return view

    return mark


def _to_login(request: HttpRequest) -> HttpResponse:
    login = reverse("account_login")
    if getattr(request, "htmx", False):  # A fragment must not be replaced by a log-in page.
        answer = HttpResponse(status=401)
        answer["HX-Redirect"] = login
        return answer
    return redirect_to_login(request.get_full_path(), login)


def own_page(view: View) -> View:
    """Let whoever is logged in pass."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _to_login(request)
        return view(request, *args, **kwargs)

    return register(Access.OWN)(guarded)


def operator_page(view: View) -> View:
    """Let operators pass: `Authorization: Bearer` with one of OPERATOR_TOKENS, compared in constant time.

    Without any token configured there is nothing here, for anybody.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.OPERATOR_TOKENS:
            return HttpResponse(status=404)
        scheme, _space, given = request.headers.get("Authorization", "").partition(" ")
        # All of them, so that the time says nothing about which one it was.
        matches = [compare_digest(given.strip().encode(), token.encode()) for token in settings.OPERATOR_TOKENS]
        if scheme.lower() != "bearer" or not any(matches):
            return HttpResponse(status=401, headers={"WWW-Authenticate": 'Bearer realm="operators"'})
        return view(request, *args, **kwargs)

    return register(Access.OPERATOR)(guarded)


def org_page(right: Right, *, find: Callable[[Organization, UUID], object] | None = None) -> Callable[[View], View]:
    """Let people pass whose role grants `right`, with `request.org` set. Others get the log-in page or a 403.

    `find` looks up the object of a URL with `pk` (and raises Http404): to people without the right an object of
    another organization does not exist either.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: OrgRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _to_login(request)
            org = request.user.organization
            if org is None or not request.user.has_right(right):
                if org is not None and find is not None:
                    find(org, kwargs["pk"])
                raise PermissionDenied
            request.org = org
            return view(request, *args, **kwargs)

        return register(Access.TENANT)(guarded)

    return decorate
