"""Texts in the admin: histories to read. What people do with texts, they do in the inbox."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from contactcenter.core.admin.forms import OrgForm
from contactcenter.core.admin.records import NewestFirst, as_text, exact_time
from contactcenter.core.admin.tenancy import ReadOnlyAdmin, ReadOnlyInline, TenantAdmin
from sms import admin_answering, admin_files, admin_limits, admin_prices, admin_reconciliation  # noqa: F401 - they register their pages
from sms.admin_decisions import DecisionActions
from sms.admin_work import ConversationEventInline, ConversationLabelInline
from sms.enums import MessageClass
from sms.explanations import explain
from sms.models import (
    Alarm,
    Attempt,
    Consent,
    ConsentEntry,
    Conversation,
    MediaFile,
    Message,
    ProviderEvent,
    Reroute,
    SentFile,
    SmsPolicy,
)


class AttemptInline(ReadOnlyInline):
    model = Attempt
    fields = readonly_fields = (
        exact_time("dialled_at", _("dialled at")),
        exact_time("finished_at", _("finished at")),
        "provider",
        "state",
        "provider_message_id",
        "http_status",
        "error_code",
        "provider_error_code",
        "error_message",
    )
    ordering = ("id",)


class ProviderEventInline(ReadOnlyInline):
    model = ProviderEvent
    fk_name = "message"
    fields = readonly_fields = (
        exact_time("created_at", _("stored at")),
        exact_time("occurred_at", _("occurred at")),
        "raw_status",
        "status",
        "changed_status",
        "error_code",
    )
    ordering = ("id",)


class RerouteInline(ReadOnlyInline):
    model = Reroute
    fields = readonly_fields = (
        exact_time("created_at", _("changed at")),
        *("kind", "from_account", "to_account", "from_address", "to_address", "error_code", "provider_error_code"),
    )
    ordering = ("id",)


class SentFileInline(ReadOnlyInline):
    model = SentFile
    fields = ("position", "upload")
    ordering = ("position",)


class MediaFileInline(ReadOnlyInline):
    model = MediaFile
    fields = ("position", "content_type", "size", "state", "error")
    ordering = ("position",)


@admin.register(Message)
class MessageAdmin(DecisionActions, NewestFirst):
    """A text with everything that was tried and reported, in order."""

    list_display = ("created_at", "direction", "status", "from_address", "to_address", "provider", "error_code")
    list_filter = ("status", "hold_reason", "direction", "provider", "error_code")
    search_fields = ("provider_message_id",)
    search_help_text = _("The provider's id of the text")
    inlines = (AttemptInline, RerouteInline, ProviderEventInline, MediaFileInline, SentFileInline)
    fields = (
        "organization",
        "conversation",
        ("direction", "status", "is_unconfirmed"),
        ("from_address", "to_address"),
        "body",
        ("encoding", "segments"),
        ("author", "message_class"),
        ("hold_reason", "consent_flag", "answers"),
        ("error_code", "provider_error_code"),
        "explanation",
        "error_message",
        ("account", "provider_message_id"),
        ("claims", "retries", "failovers", "next_attempt_at", "next_check_at"),
        ("created_at", "send_at", "sendable_until", "sent_at"),
        ("delivered_at", "uncertain_at"),
        ("cost", "cost_currency", "cost_source"),
        "idempotency_key",
        "extras",
    )

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Find by the provider's whole id: the only search here that an index answers."""
        term = search_term.strip()
        return (queryset.filter(provider_message_id=term) if term else queryset), False

    @admin.display(description=_("what to do"))
    def explanation(self, message: Message) -> str:
        """What people read in the inbox about the failure."""
        return str(explain(message.provider, message.provider_error_code, message.error_code) or "")

    @admin.display(description=_("metadata"))
    def extras(self, message: Message) -> SafeString:
        """What the caller attached."""
        return as_text({"metadata": message.metadata, "media_urls": message.media_urls})


@admin.register(Conversation)
class ConversationAdmin(ReadOnlyAdmin):
    """The lines of the inbox."""

    inlines = (ConversationLabelInline, ConversationEventInline)

    list_display = ("last_message_at", "contact", "address", "phone_number", "state", "unread_count", "last_status")
    list_filter = ("state", "last_status")
    list_select_related = ("contact", "phone_number")
    fields = (
        "organization",
        "contact",
        ("phone_number", "address"),
        ("state", "snoozed_until", "waiting_since"),
        ("assignee", "team", "priority"),
        "unread_count",
        "last_preview",
        ("last_direction", "last_status", "last_message_at"),
        "created_at",
    )

    def get_ordering(self, request: HttpRequest) -> Any:
        """Newest first, by the index that fits the scope."""
        return ("-id",) if request.user.is_superuser else ("-last_message_at", "-id")


@admin.register(Attempt)
class AttemptAdmin(ReadOnlyAdmin):
    """Every request to a provider, with exactly what was sent."""

    list_display = ("dialled_at", "provider", "state", "http_status", "error_code", "provider_error_code")
    list_filter = ("state", "provider", "error_code")
    fields = (
        "organization",
        "message",
        "account",
        ("dialled_at", "finished_at"),
        "state",
        "provider_message_id",
        "http_status",
        ("error_code", "provider_error_code"),
        "error_message",
        ("lookups", "next_lookup_at"),
        "exact_request",
    )

    @admin.display(description=_("exact request"))
    def exact_request(self, attempt: Attempt) -> SafeString:
        """What was posted."""
        return as_text(attempt.request)


@admin.register(ProviderEvent)
class ProviderEventAdmin(ReadOnlyAdmin):
    """Every report of a provider, also when it changed nothing."""

    list_display = ("created_at", "provider", "raw_status", "status", "changed_status", "error_code")
    list_filter = ("provider", "changed_status")
    fields = (
        "organization",
        "message",
        "attempt",
        "account",
        "receipt",
        "event_key",
        "provider_message_id",
        ("raw_status", "status", "changed_status"),
        "error_code",
        ("occurred_at", "created_at"),
    )


@admin.register(MediaFile)
class MediaFileAdmin(ReadOnlyAdmin):
    """Attachments; the files themselves are opened in the inbox."""

    list_display = ("id", "content_type", "size", "state", "fetch_attempts", "error")
    list_filter = ("state",)
    fields = (
        "organization",
        "message",
        "position",
        "content_type",
        "size",
        "state",
        "fetch_attempts",
        "error",
        "sha256",
    )


@admin.register(Consent)
class ConsentAdmin(ReadOnlyAdmin):
    """Who may be texted. Only the person, or a report of the provider, changes it."""

    list_display = ("changed_at", "address", "state", "source")
    list_filter = ("state", "source")
    fields = ("organization", "address", "state", "source", "message", "changed_at", "pinned_account")


@admin.register(ConsentEntry)
class ConsentEntryAdmin(NewestFirst):
    """Every decision about who may be texted: the proof, which nobody changes."""

    list_display = ("created_at", "address", "before", "state", "source", "word", "actor")
    list_filter = ("state", "source")
    list_select_related = ("actor",)
    fields = (
        "organization",
        "address",
        ("before", "state", "source"),
        "message",
        ("word", "actor"),
        "note",
        "created_at",
    )


@admin.register(Reroute)
class RerouteAdmin(ReadOnlyAdmin):
    """Texts that went through another account than they were meant for."""

    list_display = ("created_at", "kind", "from_account", "to_account", "error_code", "provider_error_code")
    list_select_related = ("from_account", "to_account")
    list_filter = ("kind", "error_code")
    fields = (
        *("organization", "message", "created_at", "kind", "from_account", "to_account"),
        *("from_address", "to_address", "error_code", "provider_error_code", "error_message"),
    )


@admin.register(Alarm)
class AlarmAdmin(NewestFirst):
    """What a person has to know about single texts."""

    list_display = ("created_at", "kind", "message")
    list_select_related = ("message",)
    list_filter = ("kind",)
    fields = ("organization", "kind", "message", "attempt", "created_at")


class SmsPolicyForm(OrgForm):
    """The rules of one organization, which has one set of them."""

    allowed_countries = admin_limits.CountriesField(
        label=SmsPolicy._meta.get_field("allowed_countries").verbose_name,
        help_text=SmsPolicy._meta.get_field("allowed_countries").help_text,
        required=False,
    )
    resend_uncertain_classes = forms.MultipleChoiceField(
        label=SmsPolicy._meta.get_field("resend_uncertain_classes").verbose_name,
        help_text=SmsPolicy._meta.get_field("resend_uncertain_classes").help_text,
        choices=MessageClass.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    sentences = {
        "organization_has_one_policy_for_texts": _("These rules exist already: change them in the list."),
        "fallback_is_another_account_than_the_primary": _("Choose two different accounts."),
        "quiet_hours_begin_and_end": _("Quiet hours need both a beginning and an end."),
        "spending_limit_is_not_negative": _("The spending limit must not be negative."),
        "quiet_hours_are_not_the_whole_day": _("Quiet hours must not begin and end at the same time."),
    }


@admin.register(SmsPolicy)
class SmsPolicyAdmin(TenantAdmin):
    """An organization's rules for texts."""

    form = SmsPolicyForm
    list_display = ("__str__", "updated_at")
    fields = (
        "organization",
        ("primary_account", "fallback_account", "fails_over"),
        "resend_uncertain_classes",
        "resend_uncertain_seconds",
        ("quiet_start", "quiet_end"),
        "quiet_reply_minutes",
        "provider_answers_words",
        "opt_out_answer",
        "opt_in_answer",
        "help_answer",
        "allowed_countries",
        ("number_hourly_limit", "number_daily_limit"),
        "range_hourly_limit",
        "daily_spending_cap",
        ("monthly_budget", "budget_currency"),
        "budget_action",
    )
