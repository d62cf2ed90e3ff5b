"""What people are told of, and in which browsers. Their own choice, so there is nothing to edit here."""

from django.contrib import admin

from contactcenter.core.admin.records import NewestFirst
from contactcenter.core.admin.tenancy import ReadOnlyAdmin
from contactcenter.core.models import NotificationPreference, PushDevice, PushMessage


@admin.register(NotificationPreference)
class NotificationPreferenceAdmin(ReadOnlyAdmin):
    """Who chose what."""

    list_display = ("user", "quiet_from", "quiet_until", "muted_until")
    list_select_related = ("user",)
    fields = ("organization", "user", "channels", "quiet_from", "quiet_until", "muted_until")


@admin.register(PushDevice)
class PushDeviceAdmin(NewestFirst):
    """Browsers. Their addresses are secrets, so they are not shown."""

    list_display = ("created_at", "user", "name")
    list_select_related = ("user",)
    fields = ("organization", "user", "name", "created_at")


@admin.register(PushMessage)
class PushMessageAdmin(NewestFirst):
    """What was, or waits to be, pushed."""

    list_display = ("created_at", "device", "event", "taken_at")
    list_select_related = ("device",)
    fields = ("organization", "device", "event", "cause", "path", "created_at", "taken_at")
