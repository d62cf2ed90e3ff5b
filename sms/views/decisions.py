"""What an agent decides about one text in doubt, or held: send it again, drop it, release it."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from contactcenter.core.models import Organization
from contactcenter.core.roles import Right
from contactcenter.web.access import OrgRequest, org_page
from sms import deciding
from sms.forms import ComposeForm, sentence_about
from sms.models import Message
from sms.views import page
from sms.views.inbox import TEMPLATE

Decision = Callable[[OrgRequest, Message], object]


def find_message(org: Organization, pk: UUID) -> Message:
    """Return the organization's message. Raises Http404, for another organization's as well."""
    message = deciding.find(org, pk)
    if message is None:
        raise Http404
    return message


@org_page(Right.SEND_SMS, find=find_message)
@require_POST
def send_again(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Close the text and send a new one with the same words."""
    return _decide(
        request,
        pk,
        lambda request, message: deciding.resend_uncertain(org=request.org, actor=request.user, message=message),
        event="sms:sent",
    )


@org_page(Right.SEND_SMS, find=find_message)
@require_POST
def drop(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Give the text up."""
    return _decide(
        request,
        pk,
        lambda request, message: deciding.drop_message(org=request.org, actor=request.user, message=message),
    )


@org_page(Right.SEND_SMS, find=find_message)
@require_POST
def release(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Let a held text go."""
    return _decide(
        request,
        pk,
        lambda request, message: deciding.release_held(org=request.org, actor=request.user, message=message),
    )


def _decide(
    request: OrgRequest, pk: UUID, decide: Decision, *, event: str = "sms:conversation-changed"
) -> HttpResponse:
    """Decide, and show the text as it is now: also when somebody, or the provider, was quicker."""
    problem = ""
    try:
        decide(request, find_message(request.org, pk))
    except deciding.NothingToDecide:
        pass
    except deciding.ReleaseNeedsAdministrator as error:
        raise PermissionDenied from error
    except ComposeForm.problems as refusal:
        problem = sentence_about(refusal)
    message = find_message(request.org, pk)
    if not request.htmx:
        if problem:
            messages.error(request, problem)
        return redirect("sms:conversation", pk=message.conversation_id)
    conversation = page.find_conversation(request.org, message.conversation_id)
    context = {**page.head_context(request, conversation), **page.one_message_context(request, message, problem)}
    response = render(request, f"{TEMPLATE}#messages", context, status=422 if problem else 200)
    return trigger_client_event(response, event, {"conversation_id": str(conversation.pk)})
