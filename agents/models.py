"""An agent is a user's working profile: what they can do, how much at once, and whether they are there."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from agents.enums import AgentStatus
from contactcenter.core.models import OrgOwned, User, same_org_unique


class Agent(OrgOwned):
    """The profile of one user as an agent of their organization."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="agent", verbose_name=_("user"))
    status = models.CharField(_("status"), max_length=10, choices=AgentStatus.choices, default=AgentStatus.OFFLINE)
    max_capacity = models.PositiveSmallIntegerField(_("capacity"), default=1)
    skills = ArrayField(models.CharField(max_length=60), default=list, blank=True, verbose_name=_("skills"))
    language = models.CharField(_("language"), max_length=5, default="en")
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("agent")
        verbose_name_plural = _("agents")
        constraints = [
            same_org_unique("agent"),
            models.CheckConstraint(
                condition=models.Q(max_capacity__gte=1) & models.Q(max_capacity__lte=10),
                name="agent_capacity_is_1_to_10",
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)
