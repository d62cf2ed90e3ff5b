"""What people did with conversations, in the admin: to read, for whoever has to know who did what."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from contactcenter.core.admin.records import exact_time
from contactcenter.core.admin.tenancy import ReadOnlyAdmin, ReadOnlyInline
from sms.models import ClosedReply, ConversationEvent, ConversationLabel, Note, NoteMention, SavedView


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


class NoteMentionInline(ReadOnlyInline):
    model = NoteMention
    fields = readonly_fields = ("user", exact_time("seen_at", _("seen at")))


@admin.register(Note)
class NoteAdmin(ReadOnlyAdmin):
    """What colleagues tell each other; nobody changes it afterwards."""

    inlines = (NoteMentionInline,)
    list_display = ("created_at", "author", "conversation")
    list_select_related = ("author",)
    fields = ("organization", "conversation", ("created_at", "author"), "body")
    ordering = ("-id",)


@admin.register(NoteMention)
class NoteMentionAdmin(ReadOnlyAdmin):
    """Who was mentioned, and has seen it or not."""

    list_display = ("note", "user", "seen_at")
    list_select_related = ("note", "user")
    fields = ("organization", ("note", "conversation"), ("user", "seen_at"))
    ordering = ("-id",)


@admin.register(ClosedReply)
class ClosedReplyAdmin(ReadOnlyAdmin):
    """Who was told that we are closed, and until when they are not told again."""

    list_display = ("created_at", "conversation", "closed_until")
    fields = ("organization", "conversation", "created_at", "closed_until")


@admin.register(SavedView)
class SavedViewAdmin(ReadOnlyAdmin):
    """Which filters of the inbox people keep, and which are for everybody."""

    list_display = ("name", "owner", "is_shared", "created_at")
    list_filter = ("is_shared",)
    list_select_related = ("owner",)
    fields = ("organization", "owner", "name", "is_shared", "words", "created_at")
    ordering = ("name",)
