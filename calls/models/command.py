"""What we tell a provider to do with a live call: written with its cause, carried out by a worker, repeated safely."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from calls.enums import CommandState
from calls.models.call import Call
from contactcenter.core.models import OrgOwned, ProviderAccount


class CallCommand(OrgOwned):
    """One command. `key` says what it is for, so that the same cause, seen twice, makes one."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="commands", verbose_name=_("call"))
    account = models.ForeignKey(ProviderAccount, on_delete=models.PROTECT, related_name="+", verbose_name=_("account"))
    key = models.CharField(_("purpose"), max_length=80)
    provider_call_id = models.CharField(_("the provider's id"), max_length=128)
    request = models.JSONField(_("exact request"))
    state = models.CharField(_("state"), max_length=10, choices=CommandState.choices, default=CommandState.DUE)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("due at"), null=True, blank=True)
    provider_error_code = models.CharField(_("the provider's error code"), max_length=40, blank=True)
    error_message = models.CharField(_("the provider's words"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("call command")
        verbose_name_plural = _("call commands")
        constraints = [
            models.UniqueConstraint(fields=["call", "key"], name="command_is_given_once_for_one_purpose"),
        ]
        indexes = [
            # Serves the worker: which commands are due?
            models.Index(fields=["next_attempt_at", "id"], condition=models.Q(state="due"), name="call_command_due"),
        ]

    def __str__(self) -> str:
        return self.key
