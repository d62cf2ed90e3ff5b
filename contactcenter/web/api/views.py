"""The base of every endpoint."""

from abc import abstractmethod
from typing import Any, NoReturn, cast
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import get_language
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from contactcenter.core.models import Organization, User
from contactcenter.core.roles import Right
from contactcenter.web.access import Access
from contactcenter.web.api.negotiation import JsonOnly
from contactcenter.web.api.permissions import LoggedIn
from contactcenter.web.api.query import demand_storable
from contactcenter.web.api.requests import ApiRequest
from contactcenter.web.api.throttle import ApiThrottle


class ApiView(APIView):
    """An endpoint of one organization. `rights` says for every method which right it needs."""

    access = Access.TENANT
    rights: dict[str, Right] = {}
    content_negotiation_class = JsonOnly
    throttle_classes = (ApiThrottle,)
    # The schema describes the endpoints, so OPTIONS is a method like any other that they do not have.
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        return ApiRequest(
            request,
            parsers=self.get_parsers(),
            authenticators=self.get_authenticators(),
            negotiator=self.get_content_negotiator(),
            parser_context=self.get_parser_context(request),
        )

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        api_request = cast(ApiRequest, request)
        if self.access is Access.TENANT:
            # The tenant comes from who calls, never from what they send; HasRight lets only members of one in.
            api_request.org = cast(Organization, api_request.user.organization)
        demand_storable(request.query_params)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Response:
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer["Cache-Control"] = "no-store"
        answer["Content-Language"] = get_language() or "en"
        return answer


class PublicApiView(ApiView):
    """An endpoint for everybody; whatever credentials come along are not looked at."""

    access = Access.PUBLIC
    authentication_classes = ()
    permission_classes = ()


class OwnApiView(ApiView):
    """An endpoint about the person who calls."""

    access = Access.OWN
    permission_classes: tuple[type[BasePermission], ...] = (LoggedIn,)


class ObjectView(ApiView):
    """An endpoint about one object of the organization, whose id stands in the address (`routes.ID`)."""

    @abstractmethod
    def find(self, org: Organization, pk: UUID) -> Any:
        """Return the organization's object. Raises Problem (404) when it has none with this id."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.kwargs["pk"] = kwargs["pk"] = UUID(str(kwargs["pk"]))
        super().initial(request, *args, **kwargs)

    def permission_denied(self, request: Request, message: str | None = None, code: str | None = None) -> NoReturn:
        # To people without the right another organization's object does not exist either.
        user = request.user
        if isinstance(user, User) and user.organization is not None:
            self.find(user.organization, self.kwargs["pk"])
        super().permission_denied(request, message, code)
