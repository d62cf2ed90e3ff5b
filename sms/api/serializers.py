"""What POST /api/sms/send takes, and the shapes of answers for the schema (lists are made from rows, not by these)."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from contactcenter.core.models import Provider
from contactcenter.web.api.values import MomentField, ObjectField, TextField
from sms.api.filters import SHOWN_STATUSES
from sms.enums import AttemptState, ConversationState, Direction, Encoding, ErrorCode, MediaState, MessageClass
from sms.gate import FARTHEST, LATE
from sms.segments import MAX_CHARACTERS
from sms.services import OutgoingText, class_of

MAX_MEDIA = 10
PROVIDERS = Provider.values


def _https_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        is_fine = parts.scheme == "https" and bool(parts.hostname) and not parts.username and parts.port != 0
    except ValueError:
        is_fine = False
    if not is_fine or not url.isascii() or any(char.isspace() for char in url):
        raise serializers.ValidationError(_("This must be an address that begins with https://."), "invalid_url")


class SendSmsSerializer(serializers.Serializer[Any]):
    """The body of POST /api/sms/send."""

    to_number = TextField(max_length=40, help_text="E.164; spaces, dashes, dots and brackets may stand between.")
    body = TextField(max_length=MAX_CHARACTERS, trim_whitespace=False, help_text="At most 10 segments.")
    from_number = TextField(
        max_length=40, required=False, allow_null=True, help_text="A sender of yours; else the default one."
    )
    media_urls = serializers.ListField(
        child=TextField(max_length=1000, validators=[_https_address]),
        max_length=MAX_MEDIA,
        required=False,
        allow_null=True,
        help_text="https addresses that the provider can fetch.",
    )
    metadata = ObjectField(
        required=False,
        allow_null=True,
        help_text=(
            "Yours; stored and never sent. `message_class` in it says what the text is for and so what goes first: "
            "`code`, `notice` or `bulk`."
        ),
    )
    send_at = MomentField(required=False, allow_null=True, help_text="When to send, at most a year ahead.")

    def validate_send_at(self, value: datetime | None) -> datetime | None:
        if value is None:
            return None
        ahead = value - timezone.now()
        if ahead < -LATE:
            raise serializers.ValidationError(_("This time has passed."), "in_the_past")
        if ahead > FARTHEST:
            raise serializers.ValidationError(_("This is more than a year ahead."), "too_far")
        return value

    def text(self, *, default_class: MessageClass) -> OutgoingText:
        """Return what was asked for, after `is_valid`. `default_class`: what it is for, if its metadata do not say."""
        given = self.validated_data
        return OutgoingText(
            to_number=given["to_number"],
            body=given["body"],
            from_number=given.get("from_number") or "",
            media_urls=tuple(given.get("media_urls") or ()),
            metadata=given.get("metadata") or {},
            message_class=class_of(given.get("metadata") or {}, default=default_class),
            send_at=given.get("send_at"),
        )


class MediaSerializer(serializers.Serializer[Any]):
    """An attachment. `linked`: ours, fetched by the provider from `url`."""

    id = serializers.UUIDField(allow_null=True)
    url = serializers.URLField(allow_null=True)
    content_type = serializers.CharField(allow_null=True)
    size = serializers.IntegerField(allow_null=True)
    state = serializers.ChoiceField([*MediaState.values, "linked"])


class SmsSerializer(serializers.Serializer[Any]):
    """One text."""

    id = serializers.UUIDField()
    conversation_id = serializers.UUIDField()
    from_number = serializers.CharField()
    to_number = serializers.CharField()
    body = serializers.CharField()
    direction = serializers.ChoiceField(Direction.values)
    status = serializers.ChoiceField(SHOWN_STATUSES)
    segments = serializers.IntegerField()
    encoding = serializers.ChoiceField(Encoding.values)
    provider = serializers.ChoiceField(PROVIDERS, allow_null=True)
    provider_message_id = serializers.CharField(allow_null=True)
    error_code = serializers.ChoiceField(ErrorCode.values, allow_null=True)
    error_message = serializers.CharField(allow_null=True)
    cost = serializers.CharField(allow_null=True, help_text="A decimal number as a string.")
    cost_currency = serializers.CharField(allow_null=True)
    cost_source = serializers.CharField(allow_null=True)
    media = MediaSerializer(many=True)
    created_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    delivered_at = serializers.DateTimeField(allow_null=True)
    organization_id = serializers.UUIDField()


class RequestedSmsSerializer(SmsSerializer):
    """One text that was asked for on the event bus."""

    message = serializers.CharField(help_text="`SMS queued for sending`.")


class SmsPageSerializer(serializers.Serializer[Any]):
    """One page of texts, newest first."""

    items = SmsSerializer(many=True)
    total = serializers.IntegerField()
    page = serializers.IntegerField()
    page_size = serializers.IntegerField()
    has_more = serializers.BooleanField()


class AttemptSerializer(serializers.Serializer[Any]):
    """One attempt to hand a text to a provider."""

    id = serializers.UUIDField()
    provider = serializers.ChoiceField(PROVIDERS)
    state = serializers.ChoiceField(AttemptState.values, help_text="`unknown`: the provider may have it, or not.")
    dialled_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    provider_message_id = serializers.CharField(allow_null=True)
    http_status = serializers.IntegerField(allow_null=True)
    error_code = serializers.ChoiceField(ErrorCode.values, allow_null=True)
    provider_error_code = serializers.CharField(allow_null=True)
    error_message = serializers.CharField(allow_null=True)


class EventSerializer(serializers.Serializer[Any]):
    """One report of a provider about a text."""

    id = serializers.UUIDField()
    attempt_id = serializers.UUIDField(allow_null=True)
    provider = serializers.ChoiceField(PROVIDERS)
    provider_message_id = serializers.CharField(allow_null=True)
    provider_status = serializers.CharField(help_text="The provider's own word.")
    status = serializers.ChoiceField(SHOWN_STATUSES, allow_null=True, help_text="Null for a word that is not known.")
    provider_error_code = serializers.CharField(allow_null=True)
    changed_status = serializers.BooleanField(help_text="Whether it moved the text to another status.")
    occurred_at = serializers.DateTimeField(allow_null=True, help_text="By the provider's clock.")
    received_at = serializers.DateTimeField()


class SmsDetailSerializer(SmsSerializer):
    """One text with its history, oldest first."""

    attempts = AttemptSerializer(many=True)
    events = EventSerializer(many=True)


class SmsKeysetPageSerializer(SmsPageSerializer):
    """One page of a conversation's texts, newest first. `page` is null when a cursor was given."""

    page = serializers.IntegerField(allow_null=True)
    next_cursor = serializers.CharField(allow_null=True)


class ConversationSerializer(serializers.Serializer[Any]):
    """All texts between one number of yours and one of a contact."""

    id = serializers.UUIDField()
    contact_number = serializers.CharField()
    contact_name = serializers.CharField(allow_null=True)
    last_message = serializers.CharField(help_text="The beginning of the last text, on one line.")
    unread_count = serializers.IntegerField()
    last_message_at = serializers.DateTimeField()
    status = serializers.ChoiceField(ConversationState.values)
    assignee_id = serializers.UUIDField(allow_null=True)


class ConversationPageSerializer(serializers.Serializer[Any]):
    """One page of conversations. `page` is null when a cursor was given."""

    items = ConversationSerializer(many=True)
    total = serializers.IntegerField()
    page = serializers.IntegerField(allow_null=True)
    page_size = serializers.IntegerField()
    has_more = serializers.BooleanField()
    next_cursor = serializers.CharField(allow_null=True)
