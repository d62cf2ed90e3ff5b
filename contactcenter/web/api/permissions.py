"""Which right a method of an endpoint needs; the table of rights is `core.roles`."""

from typing import TYPE_CHECKING, Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from contactcenter.core.models import ApiKey, User
from contactcenter.core.roles import Right

if TYPE_CHECKING:  # DRF imports this module while it imports its views.
    from rest_framework.views import APIView


def grants(request: Request, right: Right) -> bool:
    """Return whether the caller's role grants `right`, and the scopes of the key as well if a key calls."""
    user: Any = request.user
    if not isinstance(user, User) or (isinstance(request.auth, ApiKey) and right not in request.auth.scopes):
        return False
    return user.has_right(right)


class HasRight(BasePermission):
    """Let people pass whose role grants what `view.rights` asks for the method. Without that table nobody passes.

    A key passes when its scopes grant it as well.
    """

    def has_permission(self, request: Request, view: "APIView") -> bool:
        user: Any = request.user
        if not isinstance(user, User):
            return False
        rights = getattr(view, "rights", {})
        method = "GET" if request.method == "HEAD" else request.method
        if method not in rights:
            # A method that the view does not have is 405, whoever asks; one that it has and does not list is nobody's.
            return method not in view.allowed_methods and bool(rights)
        return grants(request, rights[method])


class LoggedIn(BasePermission):
    """Let everybody pass about themselves, with whatever credential."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        return isinstance(request.user, User)


class InPerson(BasePermission):
    """Let people of an organization pass about themselves, but no API key: a key must not make or show keys."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        user: Any = request.user
        return isinstance(user, User) and user.organization_id is not None and not isinstance(request.auth, ApiKey)
