"""Help: the keys, the guides, and where programs find the API."""

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from contactcenter.core.roles import Right
from contactcenter.web import guides
from contactcenter.web.access import OrgRequest, OwnRequest, org_page, own_page


@own_page
@require_safe
def index(request: OwnRequest) -> HttpResponse:
    """Show the keys and what else there is to read."""
    user = request.user
    rights = {
        "may_read_sms": user.has_right(Right.READ_SMS),
        "may_read_figures": user.has_right(Right.READ_ANALYTICS),
        "may_administer": user.has_right(Right.ADMINISTER),
    }
    return render(request, "help/index.html", rights)


@org_page(Right.READ_SMS)
@require_safe
def for_agents(request: OrgRequest) -> HttpResponse:
    """The inbox, explained."""
    return render(request, "help/guide.html", {"guide": guides.guide("agents")})


@org_page(Right.ADMINISTER)
@require_safe
def for_administrators(request: OrgRequest) -> HttpResponse:
    """Numbers, providers, limits, people: explained."""
    return render(request, "help/guide.html", {"guide": guides.guide("admins")})


@own_page
@require_safe
@cache_control(private=True, max_age=3600)
def picture(request: OwnRequest, picture: str) -> HttpResponseBase:
    """Send a picture of the guides."""
    path = guides.picture(picture)
    if path is None:
        raise Http404
    return FileResponse(path.open("rb"), content_type="image/png")
