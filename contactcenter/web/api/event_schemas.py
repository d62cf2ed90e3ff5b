"""GET /api/events/schema/: what stands in the events that this installation publishes."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.response import Response

from contactcenter.core import event_schemas
from contactcenter.web.api.requests import ApiRequest
from contactcenter.web.api.views import PublicApiView

_EXAMPLE = {"$schema": event_schemas.DIALECT, "type": "object", "oneOf": [], "$defs": {}}


class EventSchemas(PublicApiView):
    """Publish the schemas of events."""

    @extend_schema(
        operation_id="events_schema",
        summary="JSON Schemas of all events",
        tags=["events"],
        responses={200: OpenApiResponse(OpenApiTypes.OBJECT, description="A JSON Schema, draft 2020-12.")},
        examples=[OpenApiExample("Its outline", value=_EXAMPLE, response_only=True, status_codes=["200"])],
    )
    def get(self, request: ApiRequest) -> Response:
        """Show one JSON Schema (draft 2020-12) for the envelope, with the data of every type under `$defs`."""
        return Response(event_schemas.document())
