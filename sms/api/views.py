"""The endpoints of texts."""

from typing import Any

from django.db.models import Q
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework.response import Response

from contactcenter.core.models import Organization
from contactcenter.core.roles import Right
from contactcenter.web.api.cursors import read_cursor, write_cursor
from contactcenter.web.api.idempotency import idempotent
from contactcenter.web.api.query import Paging
from contactcenter.web.api.requests import ApiRequest
from contactcenter.web.api.schema import IDEMPOTENCY_KEY, PAGE_PARAMETERS, problems
from contactcenter.web.api.views import ApiView
from sms import services
from sms.api import examples, objects, selectors
from sms.api.filters import SHOWN_STATUSES, InboxFilter
from sms.api.problems import SENDING, problem_of
from sms.api.serializers import (
    ConversationPageSerializer,
    ConversationSerializer,
    SendSmsSerializer,
    SmsPageSerializer,
    SmsSerializer,
)
from sms.enums import Direction

LATEST = 200


class Send(ApiView):
    """Accept one text for sending."""

    rights = {"POST": Right.SEND_SMS}

    @extend_schema(
        operation_id="sms_send",
        tags=["sms"],
        parameters=[IDEMPOTENCY_KEY],
        request=SendSmsSerializer,
        responses={201: SmsSerializer, **problems(400, 409, 413, 415, 422, 429, 503)},
        examples=[
            OpenApiExample("A text", value=examples.SEND, request_only=True),
            OpenApiExample("Queued", value=examples.SMS, response_only=True, status_codes=["201"]),
        ],
    )
    @idempotent
    def post(self, request: ApiRequest) -> Response:
        """Queue one text. `sent` is never said before a carrier has it: follow the message's status."""
        given = SendSmsSerializer(data=request.json)
        given.is_valid(raise_exception=True)
        try:
            message = services.send_message(org=request.org, actor=request.user, text=given.text())
        except SENDING as error:
            raise problem_of(error) from error
        row = selectors.message_row(request.org, message.pk)
        return Response(objects.sms(row, media=[]), status=201)


class Inbox(ApiView):
    """List texts."""

    rights = {"GET": Right.READ_SMS}

    @extend_schema(
        operation_id="sms_inbox",
        tags=["sms"],
        parameters=[
            *PAGE_PARAMETERS,
            OpenApiParameter("direction", enum=Direction.values),
            OpenApiParameter("status", enum=SHOWN_STATUSES),
            OpenApiParameter("contact_number", description="The other side's number."),
            OpenApiParameter("unread", bool, description="Inbound texts that nobody has read, or all others."),
            OpenApiParameter("search", description="In the body, the contact's name and the number."),
        ],
        responses={200: SmsPageSerializer, **problems(400, 422)},
        examples=[OpenApiExample("One page", value=examples.SMS_PAGE, response_only=True, status_codes=["200"])],
    )
    def get(self, request: ApiRequest) -> Response:
        """List texts in and out, newest first."""
        paging = Paging.of(request.query_params)
        rows = selectors.inbox(request.org, InboxFilter.of(request.query_params, org=request.org))
        total = rows.count()
        page = list(rows.values(*selectors.MESSAGE_FIELDS)[paging.start : paging.start + paging.size])
        media = selectors.media_of(request.org, [row["id"] for row in page])
        items = [objects.sms(row, media.get(row["id"], [])) for row in page]
        return Response(paging.answer(items, total=total, has_more=paging.start + len(items) < total))


class Conversations(ApiView):
    """List conversations."""

    rights = {"GET": Right.READ_SMS}

    @extend_schema(
        operation_id="sms_conversations",
        tags=["sms"],
        parameters=[
            *PAGE_PARAMETERS,
            OpenApiParameter("cursor", description="Empty for the first page, then `next_cursor`; `page` is ignored."),
        ],
        responses={
            200: PolymorphicProxySerializer(
                component_name="Conversations",
                serializers=[ConversationSerializer(many=True), ConversationPageSerializer],
                resource_type_field_name=None,
                many=False,
            ),
            **problems(400, 422),
        },
        examples=[
            OpenApiExample("The latest 200", value=examples.CONVERSATIONS, response_only=True, status_codes=["200"]),
            OpenApiExample("One page", value=examples.CONVERSATION_PAGE, response_only=True, status_codes=["200"]),
        ],
    )
    def get(self, request: ApiRequest) -> Response:
        """List conversations, newest first: a bare list of the latest 200, or pages when paging is asked for."""
        params = request.query_params
        if params.keys().isdisjoint({"page", "page_size", "cursor"}):
            rows = selectors.conversations(request.org).values(*selectors.CONVERSATION_FIELDS)[:LATEST]
            return Response([objects.conversation(row) for row in rows])
        return Response(_page(request.org, Paging.of(params), params.get("cursor")))


def _page(org: Organization, paging: Paging, cursor: str | None) -> dict[str, Any]:
    rows = selectors.conversations(org)
    total = rows.count()
    start = paging.start if cursor is None else 0
    if cursor:
        at, pk = read_cursor(cursor)
        rows = rows.filter(Q(last_message_at__lt=at) | Q(last_message_at=at, id__lt=pk))
    found = list(rows.values(*selectors.CONVERSATION_FIELDS)[start : start + paging.size + 1])
    shown, has_more = found[: paging.size], len(found) > paging.size
    answer = paging.answer([objects.conversation(row) for row in shown], total=total, has_more=has_more)
    if cursor is not None:
        answer["page"] = None
    last = shown[-1] if has_more else None
    answer["next_cursor"] = write_cursor(last["last_message_at"], last["id"]) if last else None
    return answer
