"""What happens in and around the composer beside sending: drafts, who else is there, taking back and writing again."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST
from django_htmx.http import retarget, trigger_client_event

from contactcenter.core.roles import Right
from contactcenter.web.access import OrgRequest, org_page
from sms import drafts, onlookers, services, undoing
from sms.forms import sentence_about
from sms.models import Message
from sms.typed import Typed
from sms.views import page
from sms.views.answers import notice
from sms.views.inbox import TEMPLATE
from sms.views.trays import posted_ids


@org_page(Right.SEND_SMS, find=page.find_conversation)
@require_POST
def draft(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Keep what was typed."""
    drafts.keep(
        org=request.org,
        user=request.user,
        conversation=page.find_conversation(request.org, pk),
        body=request.POST.get("body", "").replace("\r\n", "\n"),
        files=posted_ids(request),
        idempotency_key=f"form:{request.POST.get('request_key', '')[:40]}".replace("\x00", ""),
    )
    return HttpResponse(status=204)


@org_page(Right.READ_SMS, find=page.find_conversation)
@require_POST
def together(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Say that the conversation is looked at here (or no longer), and show who else looks at it."""
    conversation = page.find_conversation(request.org, pk)
    if request.POST.get("leaving") == "1":
        onlookers.leave(conversation=conversation, user=request.user)
        return HttpResponse(status=204)
    onlookers.note(conversation=conversation, user=request.user, is_typing=request.POST.get("typing") == "1")
    colleagues = onlookers.others(org=request.org, conversation=conversation, user=request.user)
    return render(request, "sms/answering/together.html#names", {"colleagues": colleagues})


@org_page(Right.SEND_SMS, find=page.find_message)
@require_POST
def undo(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Take a text back that was sent just now, into the composer."""
    message = page.find_message(request.org, pk)
    try:
        undoing.undo(org=request.org, actor=request.user, message=message, typed=_typed(request))
    except services.UnableToCancel:
        return _refused(request, message, gettext("This text is on its way already, so it cannot be taken back."))
    return _composer(request, message)


@org_page(Right.SEND_SMS, find=page.find_message)
@require_POST
def rewrite(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Bring the words of a text that failed into the composer."""
    message = page.find_message(request.org, pk)
    try:
        undoing.rewrite(org=request.org, actor=request.user, message=message, typed=_typed(request))
    except undoing.NothingToRewrite:
        return _refused(request, message, gettext("This text did not fail, so there is nothing to send again."))
    except (services.ContactOptedOut, services.NumberCannotReceive) as problem:
        return _refused(request, message, sentence_about(problem))
    return _composer(request, message)


def _typed(request: OrgRequest) -> Typed | None:
    """What stands in the composer now; None where the form does not say (without JavaScript)."""
    body = request.POST.get("body")
    if body is None:
        return None
    return Typed(body.replace("\r\n", "\n").replace("\x00", ""), tuple(posted_ids(request)))


def _composer(request: OrgRequest, message: Message) -> HttpResponse:
    if not request.htmx:
        return redirect("sms:conversation", pk=message.conversation_id)
    found = page.find_conversation(request.org, message.conversation_id)
    context = {
        **page.head_context(request, found),
        **page.composer_context(request, found),
        "focus": True,
    }
    response = render(request, f"{TEMPLATE}#composer", context)
    return trigger_client_event(response, f"sms:conversation-{found.pk}", {"conversation_id": str(found.pk)})


def _refused(request: OrgRequest, message: Message, problem: str) -> HttpResponse:
    if not request.htmx:
        messages.error(request, problem)
        return redirect("sms:conversation", pk=message.conversation_id)
    answer = retarget(notice(request, message.conversation_id, problem=problem), "#thread-notice")
    answer["HX-Reswap"] = "morph:outerHTML"
    return answer
