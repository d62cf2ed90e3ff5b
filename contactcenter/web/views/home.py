"""The front door: everybody lands where their work is."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from contactcenter.core.roles import Right
from contactcenter.web.access import own_page


@own_page
def home(request: HttpRequest) -> HttpResponse:
    """Send people to the inbox, operators without an organization to the admin."""
    user = request.user
    if not user.is_authenticated:  # Narrowing for the type checker; own_page has already asked.
        raise PermissionDenied
    if user.has_right(Right.READ_SMS):
        return redirect("sms:inbox")
    if user.is_staff:
        return redirect("admin:index")
    return redirect("profile")
