"""The inbox: the list, one conversation, and the composer under it.

Every address answers a plain link or form with the whole page; htmx names the part that it replaces (HX-Target)
and gets that part of the same template.
"""

import re
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import trigger_client_event

from contactcenter.core.roles import Right
from contactcenter.web.access import OrgRequest, org_page
from sms import collisions, drafts, services, undoing
from sms.forms import ComposeForm
from sms.models import Conversation
from sms.views import page
from sms.views.bubbles import NewsLine, news_lines
from sms.views.filters import read_uuid
from sms.views.rows import name_of
from sms.views.trays import Tray, posted_tray

TEMPLATE = "sms/inbox.html"
# The parts of the list that htmx asks for, by the element that they replace.
_LIST_PARTS = {"rows": "refreshed-rows", "more-rows": "more", "inbox-list": "list"}
_OPEN_CONVERSATION = re.compile(r"/sms/([0-9a-f-]{36})/?")

# One address has several answers: the whole page and its parts.
fragments = vary_on_headers("HX-Request", "HX-Target", "HX-History-Restore-Request")
private = cache_control(private=True, no_cache=True)


@org_page(Right.READ_SMS)
@require_http_methods(["GET", "HEAD", "POST"])
@fragments
@private
def inbox(request: OrgRequest) -> HttpResponse:
    """Show the list. POST only reads as well: it brings a search, which may be a phone number, past the address."""
    part = _LIST_PARTS.get(_target(request), "")
    context = page.list_context(request, current=_current(request) if part else None, part=part or "list")
    return render(request, f"{TEMPLATE}#{part}" if part else TEMPLATE, context)


@org_page(Right.READ_SMS, find=page.find_conversation)
@require_safe
@fragments
@private
def conversation(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Show one conversation: beside the list, or alone for htmx."""
    thread = page.thread_context(request, page.find_conversation(request.org, pk))
    if _target(request) == "thread-pane":
        return render(request, f"{TEMPLATE}#thread", thread)
    return render(request, TEMPLATE, {**page.list_context(request, current=pk), **thread})


@org_page(Right.READ_SMS, find=page.find_conversation)
@require_safe
@private
def tail(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Show the newest messages again, because something changed; heading and notices ride along."""
    found = page.find_conversation(request.org, pk)
    context = {**page.head_context(request, found), **page.tail_context(request, found)}
    return render(request, f"{TEMPLATE}#tail-refresh", context)


@org_page(Right.READ_SMS, find=page.find_conversation)
@require_safe
@private
def older(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Show the page of messages before `?before=`."""
    found = page.find_conversation(request.org, pk)
    before = read_uuid(request.GET.get("before"))
    context = {**page.head_context(request, found), **page.messages_context(request, found, before=before)}
    return render(request, f"{TEMPLATE}#older", context)


@org_page(Right.SEND_SMS, find=page.find_conversation)
@require_POST
def send(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Send the composer's text; what was typed stays until the text is accepted."""
    found = page.find_conversation(request.org, pk)
    form, tray = ComposeForm(request.POST), posted_tray(request)
    if "remove_file" in request.POST:  # Without JavaScript a file is taken out by the form itself.
        return _kept(request, found, form, [], tray, status=200)
    news = _news(request, found, form) if form.is_valid() else []
    if form.is_valid() and not news and not tray.problems and _accepted(request, form, found, tray):
        if not request.htmx:
            return redirect("sms:conversation", pk=pk)
        context = {
            **page.head_context(request, found),
            **page.composer_context(request, found),
            "focus": True,
        }
        response = render(request, f"{TEMPLATE}#composer", context)
        return trigger_client_event(response, "sms:sent", {"conversation_id": str(pk)})
    return _kept(request, found, form, news, tray, status=409 if news else 422)


def _news(request: OrgRequest, found: Conversation, form: ComposeForm) -> list[NewsLine]:
    """What others wrote since the composer was drawn; it says itself which text it was drawn with."""
    if "seen" not in request.POST:
        return []
    news = collisions.news(
        org=request.org,
        conversation=found,
        reader=request.user,
        since=read_uuid(request.POST["seen"]),
        idempotency_key=form.idempotency_key,
    )
    return news_lines(news, name=name_of(found))


def _kept(
    request: OrgRequest, found: Conversation, form: ComposeForm, news: list[NewsLine], tray: Tray, *, status: int
) -> HttpResponse:
    """Show the composer again with what was typed and attached, and what is wrong (422) or what is new (409)."""
    if not request.htmx:
        whole = {**page.list_context(request, current=found.pk), **page.thread_context(request, found, form=form)}
        return render(request, TEMPLATE, {**whole, "news": news, "tray": tray}, status=status)
    context = {**page.head_context(request, found), **page.composer_context(request, found, form), "tray": tray}
    response = render(request, f"{TEMPLATE}#composer", {**context, "news": news, "focus": True}, status=status)
    if news:
        trigger_client_event(response, f"sms:conversation-{found.pk}", {"conversation_id": str(found.pk)})
    return response


def _accepted(request: OrgRequest, form: ComposeForm, found: Conversation, tray: Tray) -> bool:
    text = services.OutgoingText(
        to_number=found.address,
        from_number=found.phone_number.address,
        body=form.cleaned_data["body"],
        files=tray.ids,
        idempotency_key=form.idempotency_key,
        send_at=form.cleaned_data["send_at"],
        hold_back=undoing.delay(),
    )
    try:
        services.send_message(org=request.org, actor=request.user, text=text)
    except form.problems as problem:
        form.explain(problem)
        return False
    drafts.forget(org=request.org, user=request.user, conversation=found)
    return True


def _target(request: OrgRequest) -> str:
    """The id of the element that htmx replaces; empty for the whole page, which going back in history needs too."""
    if not request.htmx or request.htmx.history_restore_request:
        return ""
    return request.htmx.target or ""


def _current(request: OrgRequest) -> UUID | None:
    found = _OPEN_CONVERSATION.match(request.htmx.current_url_abs_path or "")
    return read_uuid(found[1]) if found else None
