"""What people decide about a number that texts did not reach."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from contactcenter.core.roles import Right
from contactcenter.web.access import OrgRequest, org_page
from sms import trying_again
from sms.views import page
from sms.views.answers import notice


@org_page(Right.SEND_SMS, find=page.find_conversation)
@require_POST
def try_again(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Allow texts to the number again."""
    conversation = page.find_conversation(request.org, pk)
    trying_again.try_again(org=request.org, actor=request.user, conversation=conversation)
    return notice(request, pk)
