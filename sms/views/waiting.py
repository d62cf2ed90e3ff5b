"""Texts that wait: cancelled, or sent before their time."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from contactcenter.core.roles import Right
from contactcenter.web.access import OrgRequest, org_page
from sms import scheduling, services
from sms.views import page
from sms.views.answers import notice
from sms.views.times import moment


@org_page(Right.SEND_SMS, find=page.find_message)
@require_POST
def cancel(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Cancel a text that no sender has taken yet."""
    message = page.find_message(request.org, pk)
    problem = ""
    try:
        services.cancel_message(org=request.org, actor=request.user, message=message)
    except services.UnableToCancel:
        problem = gettext("This text waits no longer, so it cannot be cancelled.")
    return notice(request, message.conversation_id, problem=problem)


@org_page(Right.SEND_SMS, find=page.find_message)
@require_POST
def send_now(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Send a scheduled text at once."""
    message = page.find_message(request.org, pk)
    problem = ""
    try:
        scheduling.send_now(org=request.org, actor=request.user, message=message)
    except scheduling.UnableToSendNow:
        problem = gettext("This text waits no longer.")
    except scheduling.QuietNow as quiet:
        problem = gettext("It is quiet time where this person is. The text goes at %(time)s.") % {
            "time": moment(quiet.until)
        }
    return notice(request, message.conversation_id, problem=problem)
