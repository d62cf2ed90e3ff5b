"""What follows a small deed in a thread: the notices above the composer again, or for a plain form the whole page."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django_htmx.http import trigger_client_event

from contactcenter.web.access import OrgRequest
from sms.views import page
from sms.views.inbox import TEMPLATE


def notice(request: OrgRequest, conversation_id: UUID, *, problem: str = "") -> HttpResponse:
    """Show what stands above the composer; `problem` says what could not be done."""
    if not request.htmx:
        if problem:
            messages.error(request, problem)
        return redirect("sms:conversation", pk=conversation_id)
    conversation = page.find_conversation(request.org, conversation_id)
    response = render(request, f"{TEMPLATE}#notice", page.head_context(request, conversation, problem=problem))
    if problem:  # A redraw of the thread would take the sentence away.
        return response
    detail = {"conversation_id": str(conversation_id)}
    trigger_client_event(response, "sms:conversation-changed", detail)
    return trigger_client_event(response, f"sms:conversation-{conversation_id}", detail)


def heading(
    request: OrgRequest, conversation_id: UUID, *, problem: str = "", closes_dialog: bool = False
) -> HttpResponse:
    """Show the heading of a conversation after its work has changed; `problem` says what could not be done."""
    if not request.htmx:
        if problem:
            messages.error(request, problem)
        return redirect("sms:conversation", pk=conversation_id)
    conversation = page.find_conversation(request.org, conversation_id)
    response = render(request, "sms/work/done.html", page.head_context(request, conversation, problem=problem))
    detail = {"conversation_id": str(conversation_id)}
    trigger_client_event(response, "sms:conversation-changed", detail)
    if not problem:  # A redraw of the thread would take the sentence away.
        trigger_client_event(response, f"sms:conversation-{conversation_id}", detail)
    return trigger_client_event(response, "dialog:close", after="swap") if closes_dialog else response
