"""Agents' profiles and teams in the admin."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from agents.admin_hours import TeamNumberInline
from agents.admin_status import AgentStatusChangeAdmin, StatusReasonAdmin
from agents.models import Agent, Team, TeamMember
from contactcenter.core import doorbell
from contactcenter.core.admin.forms import OrgForm
from contactcenter.core.admin.tenancy import OrgInline, TenantAdmin
from contactcenter.core.phone import InvalidNumber, to_e164

__all__ = ["AgentAdmin", "AgentStatusChangeAdmin", "StatusReasonAdmin", "TeamAdmin"]


class AgentForm(OrgForm):
    """A profile. Its phone may be written with spaces."""

    sentences = {
        "agent_capacity_is_1_to_10": _("An agent takes from 1 to 10 calls at once."),
        "agent_text_capacity_is_0_to_100": _("An agent is given from 0 to 100 conversations at once."),
    }

    def clean_phone_number(self) -> str:
        """Accept a number in E.164, or none."""
        typed: str = self.cleaned_data["phone_number"].strip()
        if not typed:
            return ""
        try:
            return to_e164(typed, country="ZZ")
        except InvalidNumber as error:
            sentence = _("Write the number in E.164, for example +420910055501.")
            raise forms.ValidationError(sentence) from error


@admin.register(Agent)
class AgentAdmin(TenantAdmin):
    """Skills, capacity and phone; presence is the agent's own, and the load follows from the calls."""

    form = AgentForm
    can_delete = True
    list_display = ("user", "status", "current_load", "max_capacity", "skills", "language")
    list_filter = ("status", "language")
    list_select_related = ("user", "status_by")
    search_fields = ("user__email", "user__first_name", "user__last_name")
    ordering = ("user__email",)
    readonly_fields = (
        *("status", "status_changed_at", "status_reason", "status_source", "status_by"),
        *("last_heard_at", "last_seen_at", "current_load"),
    )
    fields = (
        "organization",
        "user",
        "phone_number",
        *("status", "status_changed_at", "status_reason", "status_source", "status_by"),
        "last_heard_at",
        "last_seen_at",
        "current_load",
        "max_capacity",
        "text_capacity",
        "skills",
        "language",
        "metadata",
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*super().get_readonly_fields(request, obj), *(() if obj is None else ("user",)))

    def save_model(self, request: HttpRequest, obj: Agent, form: Any, change: bool) -> None:
        """Write only what was changed: status and load move while somebody looks at the form."""
        obj.save(update_fields=[*form.changed_data, "updated_at"] if change else None)
        doorbell.ring(obj.organization_id, "agents:changed", agent_id=obj.pk)


class TeamMemberForm(OrgForm):
    """One agent in the team."""

    sentences = {"agent_is_in_a_team_once": _("This agent is in the team already.")}


class TeamMemberInline(OrgInline):
    model = TeamMember
    form = TeamMemberForm
    fields = ("agent",)
    can_delete = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Bring along what a row is called by."""
        return super().get_queryset(request).select_related("team", "agent__user").order_by("agent__user__email")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Name the agents in one query."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "agent":
            field.queryset = field.queryset.select_related("user").order_by("user__email")
        return field


class TeamForm(OrgForm):
    """A team."""

    sentences = {
        "team_name_is_unique_in_its_organization": _("There is a team of this name."),
        "organization_has_one_default_team": _("Another team is the default one."),
    }


@admin.register(Team)
class TeamAdmin(TenantAdmin):
    """Teams with their members."""

    form = TeamForm
    can_delete = True
    list_display = ("name", "size", "assignment", "is_default")
    search_fields = ("name",)
    ordering = ("name", "id")
    inlines = (TeamMemberInline, TeamNumberInline)
    fields = ("organization", "name", "assignment", "required_skills", "assigns_when_closed", "is_default")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request).annotate(size=Count("members"))
        return rows

    @admin.display(description=_("members"), ordering="size")
    def size(self, team: Any) -> int:
        """The number of members."""
        return int(team.size)
