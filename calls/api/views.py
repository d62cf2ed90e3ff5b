"""The endpoints of calls."""

from typing import Any
from uuid import UUID

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.response import Response

from calls import selectors, services
from calls.api import examples, objects
from calls.api.filters import CallFilter
from calls.api.problems import CREATING, forbidden, problem_of, unknown_member
from calls.api.serializers import CallChangesSerializer, CallPageSerializer, CallSerializer, NewCallSerializer
from calls.enums import CallDirection, CallStatus
from calls.models import Call
from contactcenter.core.models import Organization
from contactcenter.core.roles import Right
from contactcenter.web.api.cursors import ByTime
from contactcenter.web.api.errors import not_found
from contactcenter.web.api.idempotency import idempotent
from contactcenter.web.api.paging import CURSOR_PARAMETERS, KeysetPage
from contactcenter.web.api.requests import ApiRequest
from contactcenter.web.api.schema import ID, IDEMPOTENCY_KEY, problems
from contactcenter.web.api.spans import SPAN_PARAMETERS
from contactcenter.web.api.views import ApiView, ObjectView


def _shown(org: Organization, pk: UUID) -> dict[str, Any]:
    try:
        return objects.call(selectors.calls(org).values(*objects.CALL_FIELDS).get(pk=pk))
    except Call.DoesNotExist:  # Deleted since we looked.
        raise not_found("Call", pk) from None


class Calls(ApiView):
    """List and place calls."""

    rights = {"GET": Right.READ_CALLS, "POST": Right.PLACE_CALLS}

    @extend_schema(
        operation_id="calls_list",
        summary="List calls",
        tags=["calls"],
        parameters=[
            *CURSOR_PARAMETERS,
            OpenApiParameter("call_status", enum=CallStatus.values),
            OpenApiParameter("status", enum=CallStatus.values, description="The same as `call_status`."),
            OpenApiParameter("direction", enum=CallDirection.values),
            OpenApiParameter("agent_id", OpenApiTypes.UUID, description="The id of a user."),
            *SPAN_PARAMETERS,
            OpenApiParameter("search", description="In numbers, the contact's name, the disposition and the notes."),
        ],
        responses={200: CallPageSerializer, **problems()},
        examples=[OpenApiExample("One page", value=examples.CALL_PAGE, response_only=True, status_codes=["200"])],
    )
    def get(self, request: ApiRequest) -> Response:
        """List calls in and out, newest first."""
        params = request.query_params
        rows = CallFilter.of(params).apply(selectors.calls(request.org))
        page = KeysetPage.of(rows, params, fields=objects.CALL_FIELDS, keyset=ByTime("started_at"))
        answer = page.answer([objects.call(row) for row in page.rows])
        if not page.is_by_cursor:
            del answer["next_cursor"]
        return Response(answer)

    @extend_schema(
        operation_id="calls_create",
        summary="Place a call",
        tags=["calls"],
        parameters=[IDEMPOTENCY_KEY],
        request=NewCallSerializer,
        responses={201: CallSerializer, **problems(503)},
        examples=[
            OpenApiExample("A call", value=examples.NEW_CALL, request_only=True),
            OpenApiExample("Queued", value=examples.CALL, response_only=True, status_codes=["201"]),
        ],
    )
    @idempotent
    def post(self, request: ApiRequest) -> Response:
        """Queue an outbound call, which a worker dials; or note an inbound one that rings already."""
        given = NewCallSerializer(data=request.json)
        given.is_valid(raise_exception=True)
        try:
            call = services.create_call(org=request.org, actor=request.user, new=given.new_call())
        except CREATING as error:
            raise problem_of(error) from error
        return Response(_shown(request.org, call.pk), status=201)


class CallView(ObjectView):
    """An endpoint about one call."""

    def find(self, org: Organization, pk: UUID) -> Call:
        found = selectors.call(org, pk)
        if found is None:
            raise not_found("Call", pk)
        return found


class Detail(CallView):
    """Show, change and delete one call."""

    rights = {
        "GET": Right.READ_CALLS,
        "PUT": Right.PLACE_CALLS,
        "PATCH": Right.PLACE_CALLS,
        "DELETE": Right.DELETE_CALLS,
    }

    @extend_schema(
        operation_id="calls_detail",
        summary="Show a call",
        tags=["calls"],
        parameters=[ID],
        responses={200: CallSerializer, **problems()},
        examples=[OpenApiExample("Ended", value=examples.ENDED_CALL, response_only=True, status_codes=["200"])],
    )
    def get(self, request: ApiRequest, pk: UUID) -> Response:
        """Show one call."""
        self.find(request.org, pk)
        return Response(_shown(request.org, pk))

    _changing = {
        "tags": ["calls"],
        "parameters": [ID],
        "request": CallChangesSerializer,
        "responses": {200: CallSerializer, **problems(409)},
        "examples": [
            OpenApiExample("A note", value=examples.CHANGES, request_only=True),
            OpenApiExample("Changed", value=examples.CHANGED_CALL, response_only=True, status_codes=["200"]),
        ],
    }

    @extend_schema(operation_id="calls_change", summary="Change a call", **_changing)  # type: ignore[arg-type]
    def put(self, request: ApiRequest, pk: UUID) -> Response:
        """Change what the body names; the rest stays. An end is an end at the provider too."""
        return self._change(request, pk)

    @extend_schema(operation_id="calls_patch", summary="Change a call", **_changing)  # type: ignore[arg-type]
    def patch(self, request: ApiRequest, pk: UUID) -> Response:
        """Do the same as PUT."""
        return self._change(request, pk)

    def _change(self, request: ApiRequest, pk: UUID) -> Response:
        call = self.find(request.org, pk)
        given = CallChangesSerializer(data=request.json)
        given.is_valid(raise_exception=True)
        try:
            services.update_call(org=request.org, actor=request.user, call=call, changes=given.changes())
        except services.ForbiddenTransition as error:
            raise forbidden(error) from error
        except services.UnknownMember as error:
            raise unknown_member(error) from error
        except services.UnknownCall as error:  # Deleted since we looked.
            raise not_found("Call", pk) from error
        return Response(_shown(request.org, pk))

    @extend_schema(
        operation_id="calls_delete",
        summary="Delete a call",
        tags=["calls"],
        parameters=[ID],
        responses={204: None, **problems()},
    )
    def delete(self, request: ApiRequest, pk: UUID) -> Response:
        """Take a call out of every list; one that is going on ends first. The audit record stays."""
        services.delete_call(org=request.org, actor=request.user, call=self.find(request.org, pk))
        return Response(status=204)


class End(CallView):
    """End one call."""

    rights = {"POST": Right.PLACE_CALLS}

    @extend_schema(
        operation_id="calls_end",
        summary="End a call",
        tags=["calls"],
        parameters=[ID, IDEMPOTENCY_KEY],
        request=None,
        responses={200: CallSerializer, **problems(409)},
        examples=[OpenApiExample("Ended", value=examples.ENDED_CALL, response_only=True, status_codes=["200"])],
    )
    @idempotent
    def post(self, request: ApiRequest, pk: UUID) -> Response:
        """Hang up. Ending a call that has ended changes nothing and says so with the same call."""
        call = self.find(request.org, pk)
        _unused = request.optional_json  # A body means nothing here, but one that is not JSON is a mistake.
        services.end_call(org=request.org, actor=request.user, call=call)
        return Response(_shown(request.org, pk))


def _audio_type(stored: str) -> str:
    """Return what a browser may take the file for: audio, whatever a provider called it."""
    return "audio/wav" if stored in {"audio/wav", "audio/x-wav"} else "audio/mpeg"


class Recording(CallView):
    """The recording of one call."""

    rights = {"GET": Right.READ_CALLS}

    @extend_schema(
        operation_id="calls_recording",
        summary="Listen to a call",
        tags=["calls"],
        parameters=[ID],
        responses={
            (200, "audio/mpeg"): OpenApiResponse(OpenApiTypes.BINARY, description="The recording."),
            (200, "audio/wav"): OpenApiResponse(OpenApiTypes.BINARY, description="The recording."),
            **problems(),
        },
    )
    def get(self, request: ApiRequest, pk: UUID) -> FileResponse:
        """Send the recording as audio. 404 when there is none, or none yet."""
        found = selectors.recording(request.org, self.find(request.org, pk).pk)
        if found is None or not found.file:
            raise not_found("Recording of call", pk)
        answer = FileResponse(found.file.open("rb"), content_type=_audio_type(found.content_type))
        answer["X-Content-Type-Options"] = "nosniff"
        return answer
