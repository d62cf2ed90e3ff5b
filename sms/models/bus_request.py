"""What was asked of us on the event bus."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from contactcenter.core.models import OrgOwned
from sms.enums import ErrorCode


class BusRequest(OrgOwned):
    """One request to send a text, as soon as it was handled. The same key is never handled again.

    `error_code` says why nothing was sent; without it a message has the same idempotency key.
    """

    idempotency_key = models.CharField(_("idempotency key"), max_length=255)
    correlation_id = models.CharField(_("correlation"), max_length=255)
    error_code = models.CharField(_("error"), max_length=20, choices=ErrorCode.choices, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("request of the event bus")
        verbose_name_plural = _("requests of the event bus")
        constraints = [
            models.UniqueConstraint(fields=["organization", "idempotency_key"], name="bus_request_is_handled_once"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
