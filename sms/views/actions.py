"""What looking at a conversation changes: it is read, and who is mentioned in it has seen that."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from contactcenter.core.roles import Right
from contactcenter.web.access import OrgRequest, org_page
from sms import noting, services
from sms.views import page


@org_page(Right.READ_SMS, find=page.find_conversation)
@require_POST
def read(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Mark the conversation read for the whole organization, and its mentions of this person as seen."""
    conversation = page.find_conversation(request.org, pk)
    services.mark_read(org=request.org, actor=request.user, conversation=conversation)
    noting.mark_seen(org=request.org, user=request.user, conversation=conversation)
    if not request.htmx:
        return redirect("sms:conversation", pk=pk)
    return trigger_client_event(HttpResponse(status=204), "sms:conversation-changed", {"conversation_id": str(pk)})
