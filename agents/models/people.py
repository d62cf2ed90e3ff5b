"""Agents (a user's working profile: what they can do, how much at once, whether they are there), teams, their hours."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from agents import weekly
from agents.enums import AgentStatus, Assignment, StatusSource
from contactcenter.core.models import OrgOwned, PhoneNumber, User, same_org_unique


class Agent(OrgOwned):
    """The profile of one user as an agent of their organization.

    `current_load` is how many calls the agent holds that have not ended. PostgreSQL keeps it itself, by a trigger of
    the calls' table, so no writer of calls can forget it; `manage.py repair_agent_load` proves and mends it.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="agent", verbose_name=_("user"))
    status = models.CharField(_("status"), max_length=10, choices=AgentStatus.choices, default=AgentStatus.OFFLINE)
    status_changed_at = models.DateTimeField(_("status since"), db_default=models.functions.Now())
    status_reason = models.CharField(_("reason"), max_length=80, blank=True, default="", db_default="")
    status_source = models.CharField(
        _("set by way of"), max_length=10, choices=StatusSource.choices, blank=True, default="", db_default=""
    )
    status_by = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,  # An organization has few agents.
        related_name="+",
        verbose_name=_("set by"),
    )
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
    text_capacity = models.PositiveSmallIntegerField(
        _("conversations at once"),
        default=5,
        db_default=5,
        help_text=_("How many open conversations are given to this agent by themselves. 0: none."),
    )
    # A page is open (heard), and looked at (seen): whoever looks at another window is there, but is given no texts.
    last_heard_at = models.DateTimeField(_("last heard of"), null=True, blank=True, editable=False)
    last_seen_at = models.DateTimeField(_("last seen"), null=True, blank=True, editable=False)
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
            models.CheckConstraint(
                condition=models.Q(text_capacity__gte=0) & models.Q(text_capacity__lte=100),
                name="agent_text_capacity_is_0_to_100",
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
    assignment = models.CharField(
        _("assign conversations"),
        max_length=12,
        choices=Assignment.choices,
        default=Assignment.OFF,
        db_default=Assignment.OFF,
    )
    required_skills = ArrayField(
        models.CharField(max_length=60),
        default=list,
        db_default=[],
        blank=True,
        verbose_name=_("required skills"),
        help_text=_("Only members who have all of them are given conversations. Separated by commas."),
    )
    assigns_when_closed = models.BooleanField(_("assign outside business hours too"), default=False, db_default=False)
    is_default = models.BooleanField(
        _("default team"),
        default=False,
        db_default=False,
        help_text=_("Answers at the numbers that no other team serves."),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        constraints = [
            same_org_unique("team"),
            models.UniqueConstraint(fields=["organization", "name"], name="team_name_is_unique_in_its_organization"),
            models.UniqueConstraint(
                fields=["organization"], condition=models.Q(is_default=True), name="organization_has_one_default_team"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TeamMember(OrgOwned):
    """One agent in one team."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="members", verbose_name=_("team"))
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="teams", verbose_name=_("agent"))
    # Whose turn it is: whoever was given nothing for the longest time.
    last_assigned_at = models.DateTimeField(_("last given a conversation"), null=True, editable=False)

    class Meta(OrgOwned.Meta):
        verbose_name = _("team member")
        verbose_name_plural = _("team members")
        constraints = [
            models.UniqueConstraint(fields=["team", "agent"], name="agent_is_in_a_team_once"),
        ]

    def __str__(self) -> str:
        return f"{self.team}: {self.agent}"


class TeamNumber(OrgOwned):
    """A number of ours at which a team answers."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="numbers", verbose_name=_("team"))
    phone_number = models.ForeignKey(
        PhoneNumber,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,  # The constraint brings one.
        verbose_name=_("our number"),
    )

    class Meta(OrgOwned.Meta):
        verbose_name = _("number of a team")
        verbose_name_plural = _("numbers of teams")
        constraints = [
            models.UniqueConstraint(fields=["phone_number"], name="number_is_served_by_one_team"),
        ]

    def __str__(self) -> str:
        return str(self.phone_number)


class BusinessHours(OrgOwned):
    """When a team answers, or (without a team) the organization; and what is answered at other times."""

    team = models.ForeignKey(
        Team,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="hours",
        verbose_name=_("team"),
        help_text=_("Empty: the organization, and every team without hours of its own."),
    )
    weekly = models.CharField(
        _("hours"),
        max_length=300,
        validators=[weekly.validate],
        help_text=_("For example: Mo-Fr 09:00-12:00, 13:00-17:00; Sa 10:00-14:00"),
    )
    time_zone = models.CharField(
        _("time zone"), max_length=64, blank=True, default="", help_text=_("Empty: the organization's.")
    )
    reply_en = models.CharField(_("answer in English"), max_length=300, blank=True, default="")
    reply_cs = models.CharField(_("answer in Czech"), max_length=300, blank=True, default="")
    reply_es = models.CharField(_("answer in Spanish"), max_length=300, blank=True, default="")
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("business hours")
        verbose_name_plural = _("business hours")
        constraints = [
            same_org_unique("business_hours"),
            models.UniqueConstraint(
                fields=["organization", "team"], nulls_distinct=False, name="business_hours_are_said_once"
            ),
        ]

    def __str__(self) -> str:
        return self.weekly

    @property
    def replies(self) -> dict[str, str]:
        """What is answered outside the hours, by language; nothing where no text is given."""
        texts = {"en": self.reply_en, "cs": self.reply_cs, "es": self.reply_es}
        return {language: text for language, text in texts.items() if text}


class Holiday(OrgOwned):
    """A day without business hours."""

    hours = models.ForeignKey(
        BusinessHours, on_delete=models.CASCADE, related_name="holidays", db_index=False, verbose_name=_("hours")
    )
    day = models.DateField(_("day"))
    name = models.CharField(_("name"), max_length=80)

    class Meta(OrgOwned.Meta):
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        constraints = [
            models.UniqueConstraint(fields=["hours", "day"], name="day_is_a_holiday_once"),
        ]

    def __str__(self) -> str:
        return self.name
