"""The endpoints of conversations."""

from uuid import UUID

from drf_spectacular.utils import OpenApiExample, PolymorphicProxySerializer, extend_schema
from rest_framework.response import Response

from contactcenter.core.models import Organization
from contactcenter.core.roles import Right
from contactcenter.web.api.cursors import ById, ByTime
from contactcenter.web.api.errors import not_found
from contactcenter.web.api.idempotency import idempotent
from contactcenter.web.api.paging import CURSOR_PARAMETERS, KeysetPage
from contactcenter.web.api.requests import ApiRequest
from contactcenter.web.api.schema import ID, IDEMPOTENCY_KEY
from contactcenter.web.api.views import ApiView, ObjectView
from sms import services
from sms.api import examples, objects, selectors
from sms.api.serializers import ConversationPageSerializer, ConversationSerializer, SmsKeysetPageSerializer
from sms.models import Conversation

LATEST = 200


class Conversations(ApiView):
    """List conversations."""

    rights = {"GET": Right.READ_SMS}

    @extend_schema(
        operation_id="sms_conversations",
        summary="List conversations",
        tags=["sms"],
        parameters=CURSOR_PARAMETERS,
        responses={
            200: PolymorphicProxySerializer(
                component_name="Conversations",
                serializers=[ConversationSerializer(many=True), ConversationPageSerializer],
                resource_type_field_name=None,
                many=False,
            ),
        },
        examples=[
            OpenApiExample("The latest 200", value=examples.CONVERSATIONS, response_only=True, status_codes=["200"]),
            OpenApiExample("One page", value=examples.CONVERSATION_PAGE, response_only=True, status_codes=["200"]),
        ],
    )
    def get(self, request: ApiRequest) -> Response:
        """List conversations, newest first: a bare list of the latest 200, or pages when paging is asked for."""
        params = request.query_params
        rows = selectors.conversations(request.org)
        if params.keys().isdisjoint({"page", "page_size", "cursor"}):
            latest = rows.values(*selectors.CONVERSATION_FIELDS)[:LATEST]
            return Response([objects.conversation(row) for row in latest])
        keyset = ByTime("last_message_at")
        page = KeysetPage.of(rows, params, fields=selectors.CONVERSATION_FIELDS, keyset=keyset)
        return Response(page.answer([objects.conversation(row) for row in page.rows]))


class ConversationView(ObjectView):
    """An endpoint about one conversation."""

    def find(self, org: Organization, pk: UUID) -> Conversation:
        try:
            return selectors.conversation(org, pk)
        except Conversation.DoesNotExist:
            raise not_found("Conversation", pk) from None


class Messages(ConversationView):
    """List the texts of one conversation."""

    rights = {"GET": Right.READ_SMS}

    @extend_schema(
        operation_id="sms_conversation_messages",
        summary="List the texts of a conversation",
        tags=["sms"],
        parameters=[ID, *CURSOR_PARAMETERS],
        responses={200: SmsKeysetPageSerializer},
        examples=[OpenApiExample("One page", value=examples.SMS_KEYSET_PAGE, response_only=True, status_codes=["200"])],
    )
    def get(self, request: ApiRequest, pk: UUID) -> Response:
        """List a conversation's texts in and out, newest first: the first page is what a screen shows first."""
        rows = selectors.thread(request.org, self.find(request.org, pk))
        page = KeysetPage.of(rows, request.query_params, fields=selectors.MESSAGE_FIELDS, keyset=ById())
        media = selectors.media_of(request.org, page.rows)
        return Response(page.answer([objects.sms(row, media.get(row["id"], [])) for row in page.rows]))


class Read(ConversationView):
    """Mark one conversation read."""

    rights = {"POST": Right.READ_SMS}

    @extend_schema(
        operation_id="sms_conversation_read",
        summary="Mark a conversation read",
        tags=["sms"],
        parameters=[ID, IDEMPOTENCY_KEY],
        request=None,
        responses={200: ConversationSerializer},
        examples=[OpenApiExample("Read", value=examples.CONVERSATION, response_only=True, status_codes=["200"])],
    )
    @idempotent
    def post(self, request: ApiRequest, pk: UUID) -> Response:
        """Mark a conversation read for the whole organization; one that was read already stays so."""
        conversation = self.find(request.org, pk)
        _unused = request.optional_json  # A body means nothing here, but one that is not JSON is a mistake.
        services.mark_read(org=request.org, actor=request.user, conversation=conversation)
        return Response(objects.conversation(selectors.conversation_row(request.org, pk)))
