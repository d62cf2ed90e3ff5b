"""What the endpoints of calls take, and the shapes of answers for the schema (lists are made from rows)."""

from typing import Any

from rest_framework import serializers

from calls.enums import CallDirection, CallStatus
from calls.services import UNSET, CallChanges, NewCall
from contactcenter.core.models import Provider
from contactcenter.web.api.values import ObjectField, TextField, WordField

MAX_NOTES = 20_000
MAX_DISPOSITION = 100


class NewCallSerializer(serializers.Serializer[Any]):
    """The body of POST /api/calls/."""

    to_number = TextField(max_length=40, help_text="E.164; spaces, dashes, dots and brackets may stand between.")
    direction = WordField(CallDirection.choices, help_text="OUTBOUND is dialled; INBOUND rings already.")
    from_number = TextField(
        max_length=40,
        required=False,
        allow_null=True,
        allow_blank=True,
        help_text="What is shown; else your default number.",
    )
    campaign_id = serializers.UUIDField(required=False, allow_null=True)
    contact_id = serializers.UUIDField(required=False, allow_null=True)
    metadata = ObjectField(required=False, allow_null=True, help_text="Yours; stored and never sent.")

    def new_call(self) -> NewCall:
        """Return what was asked for, after `is_valid`."""
        given = self.validated_data
        return NewCall(
            to_number=given["to_number"],
            direction=given["direction"],
            from_number=given.get("from_number") or "",
            campaign_id=given.get("campaign_id"),
            contact_id=given.get("contact_id"),
            metadata=given.get("metadata") or {},
        )


class CallChangesSerializer(serializers.Serializer[Any]):
    """The body of PUT and PATCH /api/calls/{id}: any of these; what is absent stays."""

    status = WordField(CallStatus.choices, required=False)
    agent_id = serializers.UUIDField(required=False, allow_null=True, help_text="The id of a user.")
    supervisor_id = serializers.UUIDField(required=False, allow_null=True, help_text="The id of a user.")
    disposition = TextField(max_length=MAX_DISPOSITION, required=False, allow_null=True, allow_blank=True)
    notes = TextField(max_length=MAX_NOTES, required=False, allow_null=True, allow_blank=True, trim_whitespace=False)
    metadata = ObjectField(required=False, allow_null=True)

    def changes(self) -> CallChanges:
        """Return what is to be changed, after `is_valid`."""
        given = self.validated_data
        empty: dict[str, Any] = {"disposition": "", "notes": "", "metadata": {}}
        wanted: dict[str, Any] = {str(name): UNSET for name in self.fields}
        for name, value in given.items():
            wanted[name] = empty[name] if value is None and name in empty else value
        return CallChanges(**wanted)


class CallSerializer(serializers.Serializer[Any]):
    """One phone call. `agent_id` and `supervisor_id` are ids of users."""

    id = serializers.UUIDField()
    from_number = serializers.CharField()
    to_number = serializers.CharField()
    direction = serializers.ChoiceField(CallDirection.values)
    status = serializers.ChoiceField(CallStatus.values)
    provider = serializers.ChoiceField(Provider.values, allow_null=True)
    organization_id = serializers.UUIDField()
    agent_id = serializers.UUIDField(allow_null=True)
    supervisor_id = serializers.UUIDField(allow_null=True)
    campaign_id = serializers.UUIDField(allow_null=True)
    contact_id = serializers.UUIDField(allow_null=True)
    start_time = serializers.DateTimeField()
    end_time = serializers.DateTimeField(allow_null=True)
    duration = serializers.IntegerField(allow_null=True, help_text="Whole seconds of talking.")
    recording_url = serializers.URLField(allow_null=True, help_text="With the same credentials.")
    disposition = serializers.CharField(allow_null=True)
    notes = serializers.CharField(allow_null=True)
    metadata = ObjectField()
    extra_metadata = ObjectField(help_text="The same as `metadata`.")
    created_at = serializers.DateTimeField()


class CallPageSerializer(serializers.Serializer[Any]):
    """One page of calls, newest first. With a cursor `page` is null and `next_cursor` is there."""

    items = CallSerializer(many=True)
    total = serializers.IntegerField()
    page = serializers.IntegerField(allow_null=True)
    page_size = serializers.IntegerField()
    has_more = serializers.BooleanField()
    next_cursor = serializers.CharField(allow_null=True, required=False)
