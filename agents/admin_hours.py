"""Business hours with their holidays, and the numbers at which a team answers, in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from agents.models import BusinessHours, Holiday, TeamNumber
from contactcenter.core.admin.forms import OrgForm
from contactcenter.core.admin.tenancy import OrgInline, TenantAdmin


class TeamNumberForm(OrgForm):
    """One number of the team."""

    sentences = {"number_is_served_by_one_team": _("Another team answers at this number.")}


class TeamNumberInline(OrgInline):
    model = TeamNumber
    form = TeamNumberForm
    fields = ("phone_number",)
    can_delete = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Bring along what a row is called by."""
        return super().get_queryset(request).select_related("phone_number").order_by("id")


class HolidayForm(OrgForm):
    """One holiday."""

    sentences = {"day_is_a_holiday_once": _("This day stands here already.")}


class HolidayInline(OrgInline):
    model = Holiday
    form = HolidayForm
    fields = ("day", "name")
    can_delete = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """List the days in their order."""
        return super().get_queryset(request).order_by("day")


class BusinessHoursForm(OrgForm):
    """Hours of a week and the answers outside them."""

    sentences = {"business_hours_are_said_once": _("These hours are given already: change the existing ones.")}


@admin.register(BusinessHours)
class BusinessHoursAdmin(TenantAdmin):
    """When teams, and the organization, answer."""

    form = BusinessHoursForm
    can_delete = True
    list_display = ("weekly", "team", "time_zone")
    list_select_related = ("team",)
    ordering = ("team__name", "id")
    inlines = (HolidayInline,)
    fields = ("organization", "team", "weekly", "time_zone", "reply_en", "reply_cs", "reply_es")
