"""The supervisors' page of teams: who is there, what they hold, who waits, and when it opens."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from contactcenter.core.roles import Right
from contactcenter.web.access import OrgRequest, org_page
from sms.teams import teams_of


@org_page(Right.MANAGE_AGENTS)
@require_safe
@never_cache
def teams(request: OrgRequest) -> HttpResponse:
    """Show the teams of the own organization; administrators change them in the admin."""
    lines = teams_of(request.org, now=timezone.now())
    context = {"lines": lines, "may_administer": request.user.has_right(Right.ADMINISTER)}
    return render(request, "sms/teams.html", context)
