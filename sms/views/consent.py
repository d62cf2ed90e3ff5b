"""Consent in the inbox: one number's history, opting out and in, flagged sentences, the proof as a file."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from contactcenter.core.phone import pretty
from contactcenter.core.roles import Right
from contactcenter.web.access import OrgRequest, org_page
from sms import consent, opt_outs, proofs, selectors
from sms.views import page
from sms.views.answers import notice
from sms.views.rows import name_of

TEMPLATE = "sms/consent.html"
_MOST_SHOWN = 200


@org_page(Right.READ_SMS, find=page.find_conversation)
@require_safe
@never_cache
def history(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Show what was decided about the number of a conversation, newest first."""
    conversation = page.find_conversation(request.org, pk)
    entries = selectors.consent_entries(request.org, conversation.address).reverse()[:_MOST_SHOWN]
    context = {
        "conversation": conversation,
        "name": name_of(conversation),
        "number": pretty(conversation.address),
        "entries": entries,
        "is_opted_out": consent.is_opted_out(request.org, conversation.address),
        "pinned": consent.pinned_account(request.org, conversation.address),
        "may_send": request.user.has_right(Right.SEND_SMS),
        "may_manage": request.user.has_right(Right.MANAGE_CONSENT),
    }
    return render(request, TEMPLATE, context)


@org_page(Right.SEND_SMS, find=page.find_conversation)
@require_POST
def opt_out(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Stop all texts to the number."""
    conversation = page.find_conversation(request.org, pk)
    opt_outs.opt_out(org=request.org, actor=request.user, conversation=conversation)
    return redirect("sms:consent", pk=pk)


@org_page(Right.MANAGE_CONSENT, find=page.find_conversation)
@require_POST
def opt_in(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Allow texts to the number again, because of a proof."""
    conversation = page.find_conversation(request.org, pk)
    proof = request.POST.get("proof", "").replace("\x00", "")
    try:
        opt_outs.opt_in(org=request.org, actor=request.user, conversation=conversation, proof=proof)
    except opt_outs.ProofMissing:
        messages.error(request, gettext("Write what proves that this person wants texts again."))
    return redirect("sms:consent", pk=pk)


@org_page(Right.SEND_SMS, find=page.find_message)
@require_POST
def obey_flag(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Take a flagged sentence as an opt-out."""
    message = page.find_message(request.org, pk)
    is_done = opt_outs.obey_flag(org=request.org, actor=request.user, message=message)
    return notice(request, message.conversation_id, problem="" if is_done else _judged())


@org_page(Right.SEND_SMS, find=page.find_message)
@require_POST
def dismiss_flag(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Say that a flagged sentence is no opt-out."""
    message = page.find_message(request.org, pk)
    is_done = opt_outs.dismiss_flag(org=request.org, actor=request.user, message=message)
    return notice(request, message.conversation_id, problem="" if is_done else _judged())


@org_page(Right.MANAGE_CONSENT)
@require_safe
@never_cache
def export(request: OrgRequest) -> StreamingHttpResponse:
    """Send every decision about every number of the organization as CSV."""
    return _csv(proofs.lines(request.org))


@org_page(Right.MANAGE_CONSENT, find=page.find_conversation)
@require_safe
@never_cache
def export_one(request: OrgRequest, pk: UUID) -> StreamingHttpResponse:
    """Send every decision about the number of a conversation as CSV."""
    conversation = page.find_conversation(request.org, pk)
    return _csv(proofs.lines(request.org, conversation.address))


def _judged() -> str:
    return gettext("Somebody has already decided about this text.")


def _csv(lines: proofs.Lines) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="consent-{timezone.localdate():%Y-%m-%d}.csv"'
    return answer
