"""The ledger of attempts: written and committed before the network is touched."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from contactcenter.core.models import OrgOwned, Provider, ProviderAccount, same_org_unique
from sms.enums import AttemptState, ErrorCode
from sms.models.message import Message


class Attempt(OrgOwned):
    """One POST to one provider for one message. Its id travels in the callback URL and comes back."""

    organization = models.ForeignKey(
        "core.Organization",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,  # The constraint's index begins with it.
        verbose_name=_("organization"),
    )
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attempts", verbose_name=_("message"))
    account = models.ForeignKey(ProviderAccount, on_delete=models.PROTECT, related_name="+", verbose_name=_("account"))
    provider = models.CharField(_("provider"), max_length=8, choices=Provider.choices)
    state = models.CharField(_("state"), max_length=10, choices=AttemptState.choices, default=AttemptState.SUBMITTING)
    request = models.JSONField(_("exact request"))
    dialled_at = models.DateTimeField(_("dialled at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    provider_message_id = models.CharField(_("the provider's id"), max_length=64, blank=True)
    http_status = models.PositiveSmallIntegerField(_("HTTP status"), null=True, blank=True)
    error_code = models.CharField(_("error"), max_length=20, choices=ErrorCode.choices, blank=True)
    provider_error_code = models.CharField(_("the provider's error code"), max_length=40, blank=True)
    error_message = models.CharField(_("the provider's words"), max_length=300, blank=True)

    # An outcome that nobody knows: when the provider is asked about it (again), and how often it was.
    next_lookup_at = models.DateTimeField(_("looked into at"), null=True, blank=True)
    lookups = models.PositiveSmallIntegerField(_("look-ups"), default=0, db_default=0)

    class Meta(OrgOwned.Meta):
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        constraints = [
            same_org_unique("attempt"),
            # The database, not the code, makes a second attempt impossible while the first may have arrived.
            models.UniqueConstraint(
                fields=["message"],
                condition=models.Q(state__in=["submitting", "unknown", "accepted"]),
                name="message_is_with_one_provider_at_a_time",
            ),
        ]
        indexes = [
            # Serves the look-ups: which doubts are due?
            models.Index(
                fields=["next_lookup_at"],
                condition=models.Q(state="unknown", next_lookup_at__isnull=False),
                name="attempt_to_look_into",
            ),
            # Serves the look-up of a callback that brings only the provider's id.
            models.Index(
                fields=["account", "provider_message_id"],
                condition=~models.Q(provider_message_id=""),
                name="attempt_by_provider_id",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
