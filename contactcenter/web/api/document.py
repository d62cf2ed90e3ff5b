"""The OpenAPI document.

Apart from `schema`, which the settings name: DRF reads those while it defines the views that this module stands on.
"""

from typing import Any

from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from contactcenter.web.access import Access
from contactcenter.web.api.throttle import ApiThrottle


class SchemaView(SpectacularAPIView):
    """The OpenAPI document; nothing in the address but `format` changes it."""

    access = Access.PUBLIC
    throttle_classes = (ApiThrottle,)

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        response: Response = self._get_schema_response(request)  # type: ignore[no-untyped-call]
        return response

    def _get_version_parameter(self, request: Request) -> None:
        return None  # It would be written into a header as it came.
