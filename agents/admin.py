"""Agents' profiles in the admin."""

from django.contrib import admin

from agents.models import Agent
from contactcenter.core.admin.tenancy import TenantAdmin


@admin.register(Agent)
class AgentAdmin(TenantAdmin):
    """Skills and capacity; presence is the agent's own."""

    can_delete = True
    list_display = ("user", "status", "skills", "language", "max_capacity")
    list_filter = ("status", "language")
    list_select_related = ("user",)
    search_fields = ("user__email", "user__first_name", "user__last_name")
    ordering = ("user__email",)
    readonly_fields = ("status",)
    fields = ("organization", "user", "status", "skills", "language", "max_capacity")
