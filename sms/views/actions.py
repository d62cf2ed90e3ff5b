"""Small changes of one conversation: read, closed, open again."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from contactcenter.core.roles import Right
from contactcenter.web.access import OrgRequest, org_page
from sms import services
from sms.views import page
from sms.views.inbox import TEMPLATE


@org_page(Right.READ_SMS, find=page.find_conversation)
@require_POST
def read(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Mark the conversation read for the whole organization."""
    conversation = page.find_conversation(request.org, pk)
    services.mark_read(org=request.org, actor=request.user, conversation=conversation)
    if not request.htmx:
        return redirect("sms:conversation", pk=pk)
    return trigger_client_event(HttpResponse(status=204), "sms:conversation-changed", {"conversation_id": str(pk)})


@org_page(Right.SEND_SMS, find=page.find_conversation)
@require_POST
def close(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Take the conversation out of the open ones."""
    conversation = page.find_conversation(request.org, pk)
    services.close_conversation(org=request.org, actor=request.user, conversation=conversation)
    return _head(request, pk)


@org_page(Right.SEND_SMS, find=page.find_conversation)
@require_POST
def reopen(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Put the conversation back among the open ones."""
    conversation = page.find_conversation(request.org, pk)
    services.reopen_conversation(org=request.org, actor=request.user, conversation=conversation)
    return _head(request, pk)


def _head(request: OrgRequest, pk: UUID) -> HttpResponse:
    if not request.htmx:
        return redirect("sms:conversation", pk=pk)
    response = render(request, f"{TEMPLATE}#head", page.head_context(request, page.find_conversation(request.org, pk)))
    return trigger_client_event(response, "sms:conversation-changed", {"conversation_id": str(pk)})
