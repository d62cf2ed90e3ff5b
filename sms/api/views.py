"""The endpoints of texts."""

from uuid import UUID

from django.conf import settings
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.response import Response

from contactcenter.core.models import ApiKey, Organization
from contactcenter.core.roles import Right
from contactcenter.web.api.errors import not_found
from contactcenter.web.api.idempotency import idempotent
from contactcenter.web.api.query import Paging
from contactcenter.web.api.requests import ApiRequest
from contactcenter.web.api.schema import ID, IDEMPOTENCY_KEY, PAGE_PARAMETERS, problems
from contactcenter.web.api.views import ApiView, ObjectView
from sms import services
from sms.api import examples, objects, selectors
from sms.api.filters import SHOWN_STATUSES, InboxFilter
from sms.api.problems import SENDING, problem_of
from sms.api.serializers import (
    RequestedSmsSerializer,
    SendSmsSerializer,
    SmsDetailSerializer,
    SmsPageSerializer,
    SmsSerializer,
)
from sms.enums import Direction, MessageClass
from sms.models import Message


def _class_of_caller(request: ApiRequest) -> MessageClass:
    """A person's token writes replies, a program's key notices."""
    return MessageClass.NOTICE if isinstance(request.auth, ApiKey) else MessageClass.REPLY


class Send(ApiView):
    """Accept one text for sending."""

    rights = {"POST": Right.SEND_SMS}

    @extend_schema(
        operation_id="sms_send",
        summary="Send a text",
        tags=["sms"],
        parameters=[IDEMPOTENCY_KEY],
        request=SendSmsSerializer,
        responses={201: SmsSerializer, 202: RequestedSmsSerializer, **problems(503)},
        examples=[
            OpenApiExample("A text", value=examples.SEND, request_only=True),
            OpenApiExample("Queued", value=examples.SMS, response_only=True, status_codes=["201"]),
            OpenApiExample("In platform mode", value=examples.REQUESTED, response_only=True, status_codes=["202"]),
        ],
    )
    @idempotent
    def post(self, request: ApiRequest) -> Response:
        """Queue one text. `sent` is never said before a carrier has it: follow the message's status.

        In platform mode the text is asked for on the event bus (202) and sent when that request has come back.
        """
        given = SendSmsSerializer(data=request.json)
        given.is_valid(raise_exception=True)
        try:
            message = services.send_message(
                org=request.org,
                actor=request.user,
                text=given.text(default_class=_class_of_caller(request)),
                through_bus=settings.PLATFORM_MODE,
            )
        except SENDING as error:
            raise problem_of(error) from error
        row = selectors.message_row(request.org, message.pk)
        sms = objects.sms(row, media=[])
        if settings.PLATFORM_MODE:
            return Response({"status": sms["status"], "message": objects.REQUESTED, **sms}, status=202)
        return Response(sms, status=201)


class Inbox(ApiView):
    """List texts."""

    rights = {"GET": Right.READ_SMS}

    @extend_schema(
        operation_id="sms_inbox",
        summary="List texts",
        tags=["sms"],
        parameters=[
            *PAGE_PARAMETERS,
            OpenApiParameter("direction", enum=Direction.values),
            OpenApiParameter("status", enum=SHOWN_STATUSES),
            OpenApiParameter("contact_number", description="The other side's number."),
            OpenApiParameter("unread", bool, description="Inbound texts that nobody has read, or all others."),
            OpenApiParameter("search", description="In the body, the contact's name and the number."),
        ],
        responses={200: SmsPageSerializer},
        examples=[OpenApiExample("One page", value=examples.SMS_PAGE, response_only=True, status_codes=["200"])],
    )
    def get(self, request: ApiRequest) -> Response:
        """List texts in and out, newest first."""
        paging = Paging.of(request.query_params)
        rows = selectors.inbox(request.org, InboxFilter.of(request.query_params, org=request.org))
        total = rows.count()
        page = list(rows.values(*selectors.MESSAGE_FIELDS)[paging.start : paging.start + paging.size])
        media = selectors.media_of(request.org, page)
        items = [objects.sms(row, media.get(row["id"], [])) for row in page]
        return Response(paging.answer(items, total=total, has_more=paging.start + len(items) < total))


class Detail(ObjectView):
    """Show one text with its history."""

    rights = {"GET": Right.READ_SMS}

    def find(self, org: Organization, pk: UUID) -> selectors.Row:
        try:
            return selectors.message_row(org, pk)
        except Message.DoesNotExist:
            raise not_found("Message", pk) from None

    @extend_schema(
        operation_id="sms_message",
        summary="Show a text with its history",
        tags=["sms"],
        parameters=[ID],
        responses={200: SmsDetailSerializer},
        examples=[OpenApiExample("Delivered", value=examples.SMS_DETAIL, response_only=True, status_codes=["200"])],
    )
    def get(self, request: ApiRequest, pk: UUID) -> Response:
        """Show one text with every attempt to hand it to a provider and every report of one, oldest first."""
        row = self.find(request.org, pk)
        return Response(
            {
                **objects.sms(row, selectors.media_of(request.org, [row]).get(pk, [])),
                "attempts": [objects.attempt(attempt) for attempt in selectors.attempts(request.org, pk)],
                "events": [objects.event(event) for event in selectors.events(request.org, pk)],
            }
        )
