"""Calls in the admin: histories to read, and campaigns to lead."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from calls import campaigns
from calls.enums import CampaignStatus
from calls.models import (
    Call,
    CallAttempt,
    CallCommand,
    CallEvent,
    CallOffer,
    CallRecording,
    CallTranscript,
    Campaign,
    TranscriptPiece,
)
from contactcenter.core import clock
from contactcenter.core.admin.forms import OrgForm
from contactcenter.core.admin.records import as_text, exact_time
from contactcenter.core.admin.tenancy import ReadOnlyAdmin, ReadOnlyInline, TenantAdmin


class CallAttemptInline(ReadOnlyInline):
    model = CallAttempt
    fields = readonly_fields = (
        exact_time("dialled_at", _("dialled at")),
        "provider",
        "state",
        "http_status",
        "error_code",
        "provider_error_code",
    )
    ordering = ("id",)


class CallEventInline(ReadOnlyInline):
    model = CallEvent
    fields = readonly_fields = (
        exact_time("created_at", _("stored at")),
        "leg",
        "kind",
        "raw_status",
        "status",
        "sequence",
        "changed_status",
        "occurred_at",
    )
    ordering = ("id",)


class CallCommandInline(ReadOnlyInline):
    model = CallCommand
    fields = readonly_fields = (
        exact_time("created_at", _("created at")),
        "key",
        "state",
        "attempts",
        "provider_error_code",
        "finished_at",
    )
    ordering = ("id",)


class CallOfferInline(ReadOnlyInline):
    model = CallOffer
    fields = readonly_fields = (exact_time("offered_at", _("offered at")), "user", "state", "ended_at")
    ordering = ("id",)


class CallRecordingInline(ReadOnlyInline):
    model = CallRecording
    fields = readonly_fields = (exact_time("created_at", _("created at")), "kind", "state", "duration", "size", "error")
    ordering = ("id",)


@admin.register(Call)
class CallAdmin(ReadOnlyAdmin):
    """A call with everything that was tried, reported and ordered, in order. Deleted ones can still be read here."""

    list_display = ("started_at", "direction", "status", "from_number", "to_number", "agent", "provider", "duration")
    list_filter = ("status", "direction", "provider", "error_code")
    list_select_related = ("agent",)
    search_fields = ("provider_call_id",)
    search_help_text = _("The provider's id of the call")
    inlines = (CallAttemptInline, CallOfferInline, CallEventInline, CallCommandInline, CallRecordingInline)
    fields = (
        "organization",
        ("direction", "status"),
        ("from_number", "to_number"),
        ("contact", "campaign"),
        ("placed_by", "agent", "supervisor"),
        ("started_at", "answered_at", "ended_at"),
        "duration",
        ("disposition", "notes"),
        ("account", "provider_call_id"),
        ("placing", "claims", "retries", "failovers", "next_attempt_at"),
        ("error_code", "provider_error_code"),
        "error_message",
        ("cost", "cost_currency"),
        ("created_at", "deleted_at"),
        "extras",
    )

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Find by the provider's whole id: the only search here that an index answers."""
        term = search_term.strip()
        return (queryset.filter(provider_call_id=term) if term else queryset), False

    @admin.display(description=_("metadata"))
    def extras(self, call: Call) -> SafeString:
        """What the caller attached."""
        return as_text(call.metadata)


@admin.register(CallAttempt)
class CallAttemptAdmin(ReadOnlyAdmin):
    """Every dial request to a provider, with exactly what was sent."""

    list_display = ("dialled_at", "provider", "state", "http_status", "error_code", "provider_error_code")
    list_filter = ("state", "provider", "error_code")
    fields = (
        "organization",
        "call",
        "account",
        ("dialled_at", "finished_at"),
        "state",
        "provider_call_id",
        "http_status",
        ("error_code", "provider_error_code"),
        "error_message",
        "exact_request",
    )

    @admin.display(description=_("exact request"))
    def exact_request(self, attempt: CallAttempt) -> SafeString:
        """What was posted."""
        return as_text(attempt.request)


@admin.register(CallCommand)
class CallCommandAdmin(ReadOnlyAdmin):
    """Every command to a live call."""

    list_display = ("created_at", "key", "state", "attempts", "provider_error_code", "finished_at")
    list_filter = ("state",)
    fields = (
        "organization",
        "call",
        "account",
        "key",
        ("state", "attempts", "next_attempt_at"),
        ("provider_error_code", "error_message"),
        ("created_at", "finished_at"),
        "exact_request",
    )

    @admin.display(description=_("exact request"))
    def exact_request(self, command: CallCommand) -> SafeString:
        """What was posted."""
        return as_text(command.request)


@admin.register(CallEvent)
class CallEventAdmin(ReadOnlyAdmin):
    """Every report of a provider, also when it changed nothing."""

    list_display = ("created_at", "provider", "leg", "kind", "raw_status", "status", "changed_status")
    list_filter = ("provider", "leg", "changed_status")
    fields = (
        "organization",
        "call",
        "account",
        "receipt",
        "event_key",
        ("leg", "kind"),
        ("raw_status", "status", "changed_status"),
        "sequence",
        ("occurred_at", "created_at"),
    )


@admin.register(CallOffer)
class CallOfferAdmin(ReadOnlyAdmin):
    """Whom a call rang."""

    list_display = ("offered_at", "user", "state", "ended_at")
    list_filter = ("state",)
    list_select_related = ("user",)
    fields = ("organization", "call", "user", "phone_number", "state", ("offered_at", "ended_at"))


@admin.register(CallRecording)
class CallRecordingAdmin(ReadOnlyAdmin):
    """Recordings; the API plays them."""

    list_display = ("created_at", "kind", "state", "duration", "size", "fetch_attempts", "error")
    list_filter = ("kind", "state")
    fields = (
        "organization",
        "call",
        "kind",
        ("state", "fetch_attempts", "error"),
        ("content_type", "duration", "channels", "size"),
        "sha256",
        "created_at",
    )


class TranscriptPieceInline(ReadOnlyInline):
    model = TranscriptPiece
    fields = ("position", "said_at", "speaker", "text", "confidence")
    ordering = ("position", "said_at", "id")


@admin.register(CallTranscript)
class CallTranscriptAdmin(ReadOnlyAdmin):
    """What was said, and the mood in it."""

    list_display = ("created_at", "language", "sentiment", "score", "confidence", "completed_at")
    list_filter = ("sentiment", "language")
    inlines = (TranscriptPieceInline,)
    fields = (
        "organization",
        "call",
        "text",
        ("language", "confidence"),
        ("sentiment", "score", "keywords"),
        ("created_at", "completed_at"),
    )


@admin.register(TranscriptPiece)
class TranscriptPieceAdmin(ReadOnlyAdmin):
    """The pieces that transcripts are made of."""

    list_display = ("said_at", "position", "speaker", "confidence")
    fields = ("organization", "transcript", ("position", "said_at"), "speaker", "text", "confidence")


class CampaignForm(OrgForm):
    """A campaign; a completed one is history."""

    class Meta:
        model = Campaign
        fields = ("name", "description", "status")

    def clean(self) -> dict[str, Any] | None:
        """Give a campaign that is completed its end, which the service will write anew."""
        cleaned = super().clean()
        is_over = self.cleaned_data.get("status") == CampaignStatus.COMPLETED
        self.instance.completed_at = (self.instance.completed_at or clock.now()) if is_over else None
        return cleaned


@admin.register(Campaign)
class CampaignAdmin(TenantAdmin):
    """Campaigns are begun and led here; the outside is told about each change."""

    form = CampaignForm
    list_display = ("name", "status", "created_at", "completed_at")
    list_filter = ("status",)
    search_fields = ("name",)
    ordering = ("-id",)
    readonly_fields = ("created_at", "updated_at", "completed_at")
    fields = ("organization", "name", "description", "status", "created_at", "updated_at", "completed_at")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave nothing to change of a completed campaign."""
        fixed = super().get_readonly_fields(request, obj)
        is_over = obj is not None and obj.status == CampaignStatus.COMPLETED
        return (*fixed, "name", "description", "status") if is_over else fixed

    def save_model(self, request: HttpRequest, obj: Campaign, form: Any, change: bool) -> None:
        """Let the service do it, so that the outside is told."""
        user: Any = request.user
        wanted = campaigns.CampaignFields(name=obj.name, description=obj.description, status=obj.status)
        if change:
            if form.changed_data:
                campaigns.update_campaign(org=obj.organization, actor=user, campaign=obj, fields=wanted)
            return
        saved = campaigns.create_campaign(org=obj.organization, actor=user, fields=wanted)
        obj.pk, obj._state.adding = saved.pk, False
