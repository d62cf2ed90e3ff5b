"""The first explanation, put away for ever."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from contactcenter.core.models import User
from contactcenter.web.access import OwnRequest, own_page


@own_page
@require_POST
def put_away(request: OwnRequest) -> HttpResponse:
    """Never show the explanation to this person again."""
    User.objects.filter(pk=request.user.pk, welcomed_at__isnull=True).update(welcomed_at=timezone.now())
    return HttpResponse() if getattr(request, "htmx", False) else redirect("home")
