"""An agent is a user's working profile: what they can do, how much at once, and whether they are there."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from agents.enums import AgentStatus
from contactcenter.core.models import OrgOwned, User, same_org_unique


class Agent(OrgOwned):
    """The profile of one user as an agent of their organization.

    `current_load` is how many calls the agent holds that have not ended. PostgreSQL keeps it itself, by a trigger of
    the calls' table, so no writer of calls can forget it; `manage.py repair_agent_load` proves and mends it.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="agent", verbose_name=_("user"))
    status = models.CharField(_("status"), max_length=10, choices=AgentStatus.choices, default=AgentStatus.OFFLINE)
    status_changed_at = models.DateTimeField(_("status since"), db_default=models.functions.Now())
    max_capacity = models.PositiveSmallIntegerField(_("capacity"), default=1)
    current_load = models.PositiveSmallIntegerField(_("calls held"), default=0, db_default=0, editable=False)
    skills = ArrayField(models.CharField(max_length=60), default=list, blank=True, verbose_name=_("skills"))
    language = models.CharField(_("language"), max_length=5, default="en")
    phone_number = models.CharField(
        _("phone"),
        max_length=16,
        blank=True,
        default="",
        db_default="",
        help_text=_("Where calls ring, in E.164, for example +420910055501. Empty: this agent takes no phone calls."),
    )
    metadata = models.JSONField(_("metadata"), default=dict, db_default={}, blank=True)
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
            models.CheckConstraint(condition=models.Q(current_load__gte=0), name="agent_load_is_never_negative"),
            models.CheckConstraint(
                condition=models.Q(phone_number="") | models.Q(phone_number__regex=r"^\+[1-9][0-9]{6,14}$"),
                name="agent_phone_is_e164",
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)

    @property
    def is_available(self) -> bool:
        """Whether one more call may ring here."""
        return self.status == AgentStatus.AVAILABLE and self.current_load < self.max_capacity


class Team(OrgOwned):
    """Agents who answer for the same thing."""

    name = models.CharField(_("name"), max_length=80)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        constraints = [
            same_org_unique("team"),
            models.UniqueConstraint(fields=["organization", "name"], name="team_name_is_unique_in_its_organization"),
        ]

    def __str__(self) -> str:
        return self.name


class TeamMember(OrgOwned):
    """One agent in one team."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="members", verbose_name=_("team"))
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="teams", verbose_name=_("agent"))

    class Meta(OrgOwned.Meta):
        verbose_name = _("team member")
        verbose_name_plural = _("team members")
        constraints = [
            models.UniqueConstraint(fields=["team", "agent"], name="agent_is_in_a_team_once"),
        ]

    def __str__(self) -> str:
        return f"{self.team}: {self.agent}"
