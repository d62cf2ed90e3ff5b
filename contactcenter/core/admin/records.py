"""Records that the system writes for itself: audit, events, remembered answers, signs of life."""

import json
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from contactcenter.core.admin.tenancy import ReadOnlyAdmin
from contactcenter.core.events import envelope
from contactcenter.core.models import (
    AuditEntry,
    CircuitChange,
    Heartbeat,
    IdempotencyKey,
    OutboxEvent,
    ProviderCircuit,
    Tally,
)


def as_text(value: Any) -> SafeString:
    """Return JSON as people read it."""
    text = json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True, default=str)
    return format_html('<pre tabindex="0">{}</pre>', text)


def exact_time(field: str, description: Any) -> Any:
    """Return a column that shows a time to the millisecond: in a history, the order within a second matters."""

    @admin.display(description=description, ordering=field)
    def column(row: Any) -> str:
        at = getattr(row, field)
        return timezone.localtime(at).isoformat(sep=" ", timespec="milliseconds")[:-6] if at else ""

    column.__name__ = f"exact_{field}"
    return column


class NewestFirst(ReadOnlyAdmin):
    """A list by time of creation, read through the index that fits the scope."""

    def get_ordering(self, request: HttpRequest) -> Any:
        return ("-id",) if request.user.is_superuser else ("-created_at", "-id")


@admin.register(AuditEntry)
class AuditEntryAdmin(NewestFirst):
    """Who did what."""

    list_display = ("created_at", "actor", "action", "object_type", "object_id")
    list_select_related = ("actor",)
    list_filter = ("created_at",)
    fields = ("organization", "created_at", "actor", "action", "object_type", "object_id", "details")

    @admin.display(description=_("detail"))
    def details(self, entry: AuditEntry) -> SafeString:
        """What the entry says beside its action."""
        return as_text(entry.detail)


@admin.register(ProviderCircuit)
class ProviderCircuitAdmin(ReadOnlyAdmin):
    """The breakers as they are now; the accounts' list closes them."""

    list_display = ("account", "state", "reason", "provider_error_code", "changed_at", "probe_at")
    list_select_related = ("account",)
    fields = (
        *("organization", "account", "state", "reason", "provider_error_code", "error_message"),
        *("changed_at", "probe_at", "openings"),
    )


@admin.register(CircuitChange)
class CircuitChangeAdmin(ReadOnlyAdmin):
    """What the breakers did, and who closed them."""

    list_display = ("created_at", "account", "state", "reason", "provider_error_code", "actor")
    list_select_related = ("account", "actor")
    list_filter = ("state", "reason")
    fields = (
        *("organization", "created_at", "account", "state", "reason"),
        *("provider_error_code", "error_message", "actor"),
    )


@admin.register(OutboxEvent)
class OutboxEventAdmin(NewestFirst):
    """Events that are, or will be, told to the outside."""

    list_display = ("created_at", "position", "type", "object_id", "published_at")
    list_filter = (("published_at", admin.EmptyFieldListFilter),)
    fields = ("organization", "created_at", "position", "type", "object_id", "actor", "published_at", "content")

    @admin.display(description=_("message"))
    def content(self, event: OutboxEvent) -> SafeString:
        """The event as it is published."""
        return as_text(envelope(event))


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(ReadOnlyAdmin):
    """Remembered answers of the API, for whoever looks into a client's double writes."""

    for_superusers = True
    list_display = ("created_at", "key", "status")
    fields = ("organization", "created_at", "key", "fingerprint", "status")


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    """Which background processes live."""

    for_superusers = True
    list_display = ("name", "kind", "beat_at", "streams")
    fields = ("name", "kind", "beat_at", "streams")
    ordering = ("kind", "name")


@admin.register(Tally)
class TallyAdmin(ReadOnlyAdmin):
    """What all processes have counted, as /metrics tells it."""

    for_superusers = True
    list_display = ("key", "count", "total")
    fields = ("key", "count", "total", "buckets")
    ordering = ("key",)
