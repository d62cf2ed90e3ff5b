"""Files that go with texts in the admin; the files themselves are opened in the inbox."""

from django.contrib import admin

from contactcenter.core.admin.tenancy import ReadOnlyAdmin
from sms.models import SentFile, Upload


@admin.register(Upload)
class UploadAdmin(ReadOnlyAdmin):
    """What is kept to be sent, and since when nobody sent it."""

    list_display = ("created_at", "content_type", "size", "uploaded_by", "unused_since")
    list_filter = ("content_type",)
    list_select_related = ("uploaded_by",)
    fields = ("organization", "uploaded_by", "name", "content_type", "size", "sha256", "unused_since", "created_at")
    ordering = ("-id",)


@admin.register(SentFile)
class SentFileAdmin(ReadOnlyAdmin):
    """Which file went with which text."""

    list_display = ("message", "position", "upload")
    list_select_related = ("upload",)
    fields = ("organization", "message", "position", "upload")
    ordering = ("-id",)
