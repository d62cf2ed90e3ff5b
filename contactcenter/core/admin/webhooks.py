"""What providers told us, readable and replayable, and how much was refused."""

import json
from typing import Any
from urllib.parse import parse_qsl

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from contactcenter.core.admin.tenancy import ReadOnlyAdmin
from contactcenter.core.models import WebhookReceipt, WebhookRefusal
from contactcenter.core.replay import replay


def decoded(body: bytes, content_type: str) -> str:
    """Return a webhook's body as people read it: JSON indented, a form with one field a line."""
    text = body.decode("utf-8", "replace")
    if "json" in content_type:
        try:
            return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
        except (ValueError, RecursionError):
            return text
    if "urlencoded" in content_type:
        fields = parse_qsl(text, keep_blank_values=True, max_num_fields=1000)
        return "\n".join(f"{name} = {value}" for name, value in fields)
    return text


@admin.register(WebhookReceipt)
class WebhookReceiptAdmin(ReadOnlyAdmin):
    """Genuine webhooks as they arrived; any can be processed again."""

    list_display = ("received_at", "provider", "kind", "is_processed", "attempts", "error")
    list_filter = ("provider", ("processed_at", admin.EmptyFieldListFilter))
    actions = ("replay",)
    fields = (
        "organization",
        "provider",
        "account",
        "kind",
        "event_key",
        "path",
        "received_at",
        "processed_at",
        "next_attempt_at",
        "attempts",
        "error",
        "content_type",
        "content",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[WebhookReceipt]:
        """Leave the bodies out of the list."""
        rows = super().get_queryset(request)
        match = request.resolver_match
        return rows.defer("body") if match is not None and str(match.url_name).endswith("_changelist") else rows

    def get_ordering(self, request: HttpRequest) -> Any:
        """Newest first, by the index that fits the scope."""
        return ("-id",) if request.user.is_superuser else ("-received_at", "-id")

    @admin.display(description=_("processed"), boolean=True, ordering="processed_at")
    def is_processed(self, receipt: WebhookReceipt) -> bool:
        """Whether a worker is done with it."""
        return receipt.processed_at is not None

    @admin.display(description=_("content"))
    def content(self, receipt: WebhookReceipt) -> SafeString:
        """The body, decoded."""
        return format_html('<pre tabindex="0">{}</pre>', decoded(bytes(receipt.body), receipt.content_type))

    @admin.action(description=_("Replay: process once more"), permissions=["view"])
    def replay(self, request: HttpRequest, queryset: QuerySet[WebhookReceipt]) -> None:
        """Process the chosen receipts again."""
        user: Any = request.user
        count = replay(queryset, actor=user)
        said = ngettext("%(count)d webhook is processed again.", "%(count)d webhooks are processed again.", count)
        self.message_user(request, said % {"count": count}, messages.SUCCESS)


@admin.register(WebhookRefusal)
class WebhookRefusalAdmin(ReadOnlyAdmin):
    """How many webhooks were refused; whose they were meant to be is unknown, so only superusers see it."""

    for_superusers = True
    list_display = ("hour", "provider", "reason", "count", "last_at")
    list_filter = ("provider", "reason")
    fields = ("provider", "reason", "hour", "count", "last_at")
    ordering = ("-hour", "provider", "reason")
