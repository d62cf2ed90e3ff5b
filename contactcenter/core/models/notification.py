"""What people want to hear of, the browsers they are told in, and what is pushed to those."""

from datetime import datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contactcenter.core.models.base import OrgOwned, same_org_unique
from contactcenter.core.models.user import User


class NotificationEvent(models.TextChoices):
    """What somebody may be told."""

    MINE = "mine", _("New text in a conversation of yours")
    UNASSIGNED = "unassigned", _("New text that nobody has yet")
    ASSIGNED = "assigned", _("A conversation was given to you")
    MENTION = "mention", _("Somebody mentioned you in a note")
    FAILED = "failed", _("A text of yours did not arrive")
    ALERT = "alert", _("An alert was raised")


class NotificationChannel(StrEnum):
    """How somebody may be told."""

    PAGE = "page"
    SOUND = "sound"
    PUSH = "push"


def default_channels() -> dict[str, list[str]]:
    """Return what somebody hears of who has chosen nothing: what is theirs."""
    loud = [channel.value for channel in NotificationChannel]
    quiet = [NotificationChannel.PAGE.value, NotificationChannel.PUSH.value]
    return {"mine": loud, "unassigned": [], "assigned": loud, "mention": loud, "failed": quiet, "alert": loud}


class NotificationPreference(OrgOwned):
    """One person's choice of channels for every event, and when they do not want to be disturbed."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+", verbose_name=_("user"))
    channels = models.JSONField(_("channels"), default=default_channels)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    muted_until = models.DateTimeField(_("do not disturb until"), null=True, blank=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("choice of notifications")
        verbose_name_plural = _("choices of notifications")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | models.Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="quiet_time_of_a_person_has_two_ends",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def wants(self, event: str, channel: str) -> bool:
        """Whether the person chose `channel` for `event`; what is younger than their choice is as by default."""
        chosen = self.channels.get(event)
        return channel in (default_channels().get(event, ()) if chosen is None else chosen)

    def is_quiet(self, now: datetime, zone: ZoneInfo) -> bool:
        """Whether the person does not want to be disturbed now, by the clock of `zone`."""
        if self.muted_until is not None and now < self.muted_until:
            return True
        if self.quiet_from is None or self.quiet_until is None:
            return False
        return is_between(now.astimezone(zone).time(), self.quiet_from, self.quiet_until)


def is_between(moment: time, start: time, end: time) -> bool:
    """Whether a time of day lies between two others; `start` after `end` goes over midnight."""
    return start <= moment < end if start <= end else moment >= start or moment < end


class PushDevice(OrgOwned):
    """One browser that somebody let notify them. The address is a secret between it, its maker's server and us."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False, verbose_name=_("user"))
    endpoint = models.TextField(_("address"))
    endpoint_hash = models.CharField(max_length=64, editable=False)
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    name = models.CharField(pgettext_lazy("device", "name"), max_length=80, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("device with notifications")
        verbose_name_plural = _("devices with notifications")
        constraints = [
            same_org_unique("push_device"),
            models.UniqueConstraint(fields=["endpoint_hash"], name="push_device_is_stored_once"),
        ]
        indexes = [
            # Serves every notification: which browsers does this person, or the organization, have?
            models.Index(fields=["organization", "user"], name="push_device_of_user"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class PushMessage(OrgOwned):
    """One notification to one device. Whoever sets `taken_at` sends it, once; nobody tries again."""

    device = models.ForeignKey(
        PushDevice, on_delete=models.CASCADE, related_name="+", db_index=False, verbose_name=_("device")
    )
    event = models.CharField(_("event"), max_length=12, choices=NotificationEvent.choices)
    cause = models.UUIDField(_("cause"), help_text=_("The text or the deed that it tells of."))
    path = models.CharField(_("page"), max_length=100)
    created_at = models.DateTimeField(_("created at"))
    taken_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("pushed notification")
        verbose_name_plural = _("pushed notifications")
        constraints = [
            models.UniqueConstraint(fields=["device", "event", "cause"], name="device_hears_of_an_event_once"),
        ]
        indexes = [
            # Serves the sender: what waits, oldest first?
            models.Index(fields=["created_at"], condition=models.Q(taken_at__isnull=True), name="push_message_to_send"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
