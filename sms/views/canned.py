"""The page of templates, for those who keep them, and the list that `/` opens in the composer, for those who answer."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contactcenter.core.models import Organization
from contactcenter.core.roles import Right
from contactcenter.web.access import OrgRequest, org_page
from sms import canned
from sms.answer_forms import CannedAnswerForm
from sms.models import CannedAnswer
from sms.views import page

LIST = "sms/answering/answers.html"
FORM = "sms/answering/answer_form.html"


def find_answer(org: Organization, pk: UUID) -> CannedAnswer:
    """Return the organization's template. Raises Http404, for another organization's as well."""
    answer = canned.find(org, pk)
    if answer is None:
        raise Http404
    return answer


@org_page(Right.MANAGE_INBOX)
@require_safe
@never_cache
def answers(request: OrgRequest) -> HttpResponse:
    """List all templates."""
    return render(request, LIST, {"answers": canned.every(request.org)})


@org_page(Right.MANAGE_INBOX)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: OrgRequest) -> HttpResponse:
    """Write a new template."""
    return _form(request, CannedAnswerForm(request.POST or None, org=request.org))


@org_page(Right.MANAGE_INBOX, find=find_answer)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def edit(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Change a template."""
    answer = find_answer(request.org, pk)
    return _form(request, CannedAnswerForm(request.POST or None, org=request.org, answer=answer))


@org_page(Right.MANAGE_INBOX, find=find_answer)
@require_POST
def delete(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Remove a template."""
    canned.delete(org=request.org, actor=request.user, answer=find_answer(request.org, pk))
    messages.success(request, gettext("The template was deleted."))
    return redirect("sms:answers")


@org_page(Right.SEND_SMS, find=page.find_conversation)
@require_POST
@cache_control(private=True, no_store=True)
def offers(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Show the templates that fit what was typed behind `/`. POST, because no address may hold words of a text."""
    found = canned.offers(
        org=request.org,
        user=request.user,
        conversation=page.find_conversation(request.org, pk),
        words=request.POST.get("words", "").replace("\x00", "")[:80],
    )
    return render(request, "sms/answering/offers.html", {"offers": found})


def _form(request: OrgRequest, form: CannedAnswerForm) -> HttpResponse:
    if request.method == "POST" and form.is_valid() and form.save(request.user):
        messages.success(request, gettext("The template was saved."))
        return redirect("sms:answers")
    context = {"form": form, "answer": form.answer}
    return render(request, FORM, context, status=422 if form.errors else 200)
