"""Private notes of a conversation."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods
from django_htmx.http import trigger_client_event

from agents import selectors as agents
from contactcenter.core.roles import Right
from contactcenter.web.access import OrgRequest, org_page
from sms import noting
from sms.models import Conversation
from sms.views import page
from sms.views.rows import name_of
from sms.work_forms import NoteForm

TEMPLATE = "sms/work/note.html"


@org_page(Right.SEND_SMS, find=page.find_conversation)
@require_http_methods(["GET", "HEAD", "POST"])
def notes(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Show the form for a note (`?closed=1`: put it away), or write one."""
    conversation = page.find_conversation(request.org, pk)
    if request.method != "POST" and request.htmx and request.GET.get("closed") == "1":
        return _box(request, conversation)
    form = NoteForm(request.POST if request.method == "POST" else None, people=agents.colleagues(request.org))
    if request.method == "POST" and form.is_valid() and _written(request, conversation, form):
        if not request.htmx:
            return redirect("sms:conversation", pk=pk)
        return trigger_client_event(_box(request, conversation), f"sms:conversation-{pk}", {"conversation_id": str(pk)})
    context = {"conversation": conversation, "name": name_of(conversation), "form": form}
    template = f"{TEMPLATE}#form" if request.htmx else TEMPLATE
    return render(request, template, context, status=422 if form.errors else 200)


def _written(request: OrgRequest, conversation: Conversation, form: NoteForm) -> bool:
    chosen = form.cleaned_data["mention"]
    try:
        noting.add_note(
            org=request.org,
            actor=request.user,
            conversation=conversation,
            body=form.cleaned_data["note"],
            mentioned=[chosen] if chosen else [],
        )
    except form.problems as problem:
        form.explain(problem)
        return False
    return True


def _box(request: OrgRequest, conversation: Conversation) -> HttpResponse:
    """The button that opens the form, with the focus that the form had."""
    return render(request, f"{TEMPLATE}#link", {"conversation": conversation, "focus": True})
