"""What went wrong although every rule was kept: for a person to know, never for a machine to mend."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from contactcenter.core.models import OrgOwned
from sms.enums import AlarmKind
from sms.models.attempt import Attempt
from sms.models.message import Message


class Alarm(OrgOwned):
    """One alarm about one text."""

    kind = models.CharField(_("kind"), max_length=20, choices=AlarmKind.choices)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="alarms", verbose_name=_("message"))
    attempt = models.ForeignKey(
        Attempt, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("attempt")
    )
    created_at = models.DateTimeField(_("raised at"), auto_now_add=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("alarm")
        verbose_name_plural = _("alarms")
        constraints = [
            models.UniqueConstraint(fields=["message", "kind"], name="alarm_is_raised_once"),
        ]
        indexes = [
            # Serves the page of the state of sending and the admin's list.
            models.Index(fields=["organization", "-created_at"], name="alarm_newest"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
