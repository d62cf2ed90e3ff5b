"""What people did with conversations, in the admin: to read, for whoever has to know who did what."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from contactcenter.core.admin.records import exact_time
from contactcenter.core.admin.tenancy import ReadOnlyAdmin, ReadOnlyInline
from sms.models import ConversationEvent, ConversationLabel, SavedView


class ConversationEventInline(ReadOnlyInline):
    model = ConversationEvent
    fields = readonly_fields = (exact_time("created_at", _("stored at")), "kind", "actor", "detail")
    ordering = ("-id",)


class ConversationLabelInline(ReadOnlyInline):
    model = ConversationLabel
    fields = readonly_fields = ("label",)


@admin.register(ConversationEvent)
class ConversationEventAdmin(ReadOnlyAdmin):
    """Who assigned, labelled, snoozed or resolved what, and what did so by itself."""

    list_display = ("created_at", "kind", "actor", "conversation")
    list_filter = ("kind",)
    list_select_related = ("actor",)
    fields = ("organization", "conversation", ("created_at", "kind"), "actor", "detail")
    ordering = ("-id",)


@admin.register(ConversationLabel)
class ConversationLabelAdmin(ReadOnlyAdmin):
    """Which conversation carries which label."""

    list_display = ("conversation", "label")
    list_select_related = ("label",)
    fields = ("organization", "conversation", "label")
    ordering = ("-id",)


@admin.register(SavedView)
class SavedViewAdmin(ReadOnlyAdmin):
    """Which filters of the inbox people keep, and which are for everybody."""

    list_display = ("name", "owner", "is_shared", "created_at")
    list_filter = ("is_shared",)
    list_select_related = ("owner",)
    fields = ("organization", "owner", "name", "is_shared", "words", "created_at")
    ordering = ("name",)
