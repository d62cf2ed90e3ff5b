"""The history of agents' statuses, and the reasons that an organization offers for them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from agents.enums import AgentStatus, StatusSource
from agents.models.people import Agent
from contactcenter.core.models import OrgOwned, User


class AgentStatusChange(OrgOwned):
    """One change of an agent's status. PostgreSQL writes it, whichever way the status is changed.

    `from_status` is empty for the first one, of a new profile.
    """

    agent = models.ForeignKey(
        Agent, on_delete=models.CASCADE, related_name="status_changes", db_index=False, verbose_name=_("agent")
    )
    from_status = models.CharField(_("from"), max_length=10, choices=AgentStatus.choices, blank=True)
    to_status = models.CharField(_("to"), max_length=10, choices=AgentStatus.choices)
    reason = models.CharField(_("reason"), max_length=80, blank=True)
    source = models.CharField(_("by way of"), max_length=10, choices=StatusSource.choices, blank=True)
    by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))

    class Meta(OrgOwned.Meta):
        verbose_name = _("change of status")
        verbose_name_plural = _("changes of status")
        indexes = [
            # Serves adherence: what was an agent's status in a stretch of time, and before it?
            models.Index(fields=["agent", "-at", "-id"], name="status_change_of_agent"),
            # Serves the list in the admin, newest first.
            models.Index(fields=["organization", "-at", "-id"], name="status_change_newest"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class StatusReason(OrgOwned):
    """A reason that the organization offers for a break, a training or being busy. Agents may write others."""

    name = models.CharField(_("reason"), max_length=80)

    class Meta(OrgOwned.Meta):
        verbose_name = _("reason for a status")
        verbose_name_plural = _("reasons for statuses")
        constraints = [
            models.UniqueConstraint(fields=["organization", "name"], name="status_reason_is_offered_once"),
        ]

    def __str__(self) -> str:
        return self.name
