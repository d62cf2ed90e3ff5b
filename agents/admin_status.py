"""The history of statuses, and the reasons that are offered for them, in the admin."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from agents.models import AgentStatusChange, StatusReason
from contactcenter.core.admin.forms import OrgForm
from contactcenter.core.admin.tenancy import ReadOnlyAdmin, TenantAdmin


@admin.register(AgentStatusChange)
class AgentStatusChangeAdmin(ReadOnlyAdmin):
    """What agents did when: written by PostgreSQL, changed by nobody."""

    list_display = ("at", "agent", "from_status", "to_status", "reason", "source", "by")
    list_filter = ("to_status", "source")
    list_select_related = ("agent__user", "by")
    fields = ("organization", "agent", "from_status", "to_status", "reason", "source", "by", "at")

    def get_ordering(self, request: HttpRequest) -> Any:
        """Newest first, through the index that fits the scope."""
        return ("-id",) if request.user.is_superuser else ("-at", "-id")


class StatusReasonForm(OrgForm):
    """One reason."""

    sentences = {"status_reason_is_offered_once": _("This reason stands here already.")}


@admin.register(StatusReason)
class StatusReasonAdmin(TenantAdmin):
    """What agents can choose as the reason of a break, a training or being busy."""

    form = StatusReasonForm
    can_delete = True
    list_display = ("name",)
    search_fields = ("name",)
    ordering = ("name", "id")
    fields = ("organization", "name")
