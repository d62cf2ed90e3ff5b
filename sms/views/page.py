"""Gathers what the inbox page and its fragments show. One query for each kind of thing, however many rows there are."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils import timezone

from contactcenter.core.models import Organization
from contactcenter.core.phone import pretty
from contactcenter.core.roles import Right
from contactcenter.web.access import OrgRequest
from sms import costs, saved_views, selectors, side_facts, work_selectors
from sms.forms import ComposeForm
from sms.models import Conversation, Message
from sms.side_facts import SideFacts
from sms.views.bubbles import WaitingLine, bubbles, costs_line, day_of, waiting_lines
from sms.views.filters import InboxFilter, read_uuid
from sms.views.found import found_context
from sms.views.lines import lines_of
from sms.views.menu import form_of, lists_of, menu_of
from sms.views.rows import list_rows, name_of
from sms.views.shown_work import ShownWork, work_of
from sms.views.trays import tray_of
from sms.views.wording import composer_texts
from sms.wanted import Wanted
from sms.work_selectors import Span

THREAD_PAGE = 40
# A page that stays open all day refreshes from its first message on, but not without end.
_MOST_REFRESHED = 400


@dataclass(frozen=True, slots=True)
class OpenThread:
    """The conversation that stands open, with its heading."""

    conversation: Conversation
    name: str
    subtitle: str
    costs: str
    is_opted_out: bool
    number: SideFacts | None
    flagged: Message | None
    waiting: list[WaitingLine]
    work: ShownWork
    problem: str = ""


def list_context(request: OrgRequest, *, current: UUID | None, part: str = "list") -> dict[str, Any]:
    """Return what the list shows for the filter of this request; `part` says how much of it is shown."""
    wanted = InboxFilter.of(request)
    # More rows come alone; everything else brings the counts of the menu with it.
    saved = [] if part == "more" else saved_views.visible_to(request.org, request.user)
    counted = {} if part == "more" else lists_of(request.user.pk, saved)
    shown, counts = (_found if wanted.search else _rows)(request, wanted, current, counted)
    return {
        "filter": wanted,
        "is_default": not wanted.words,
        "may_send": request.user.has_right(Right.SEND_SMS),
        "may_share": request.user.has_right(Right.MANAGE_AGENTS),
        **({"selects": form_of(request.org, wanted)} if wanted.is_form_open else {}),
        **({"menu": menu_of(request.user.pk, wanted, saved, counts)} if counts else {}),
        **shown,
    }


def _rows(
    request: OrgRequest, wanted: InboxFilter, current: UUID | None, counted: dict[str, Wanted]
) -> tuple[dict[str, Any], dict[str, int]]:
    page = selectors.inbox_page(
        request.org,
        reader=request.user.pk,
        wanted=wanted.wanted_by(request.user.pk),
        sort=wanted.sort,
        before=wanted.before,
        size=wanted.shown if wanted.before is None else selectors.PAGE,
        counted=counted,
    )
    already_shown = 0 if wanted.before is None else wanted.shown
    shown = {
        "unread_total": page.unread_total,
        "rows": list_rows(page.lines, current=current, query=wanted.query),
        "next_query": wanted.query_before(page.lines[-1]) if page.has_more else "",
        "shown": already_shown + len(page.lines),
    }
    return shown, page.counts


def _found(
    request: OrgRequest, wanted: InboxFilter, current: UUID | None, counted: dict[str, Wanted]
) -> tuple[dict[str, Any], dict[str, int]]:
    page = selectors.inbox_counts(request.org, counted)
    found = found_context(request.org, wanted, reader=request.user.pk, current=current)
    return {"unread_total": page.unread_total, **found}, page.counts


def find_conversation(org: Organization, pk: UUID) -> Conversation:
    """Return the organization's conversation. Raises Http404, for another organization's as well."""
    conversation = selectors.conversation(org, pk)
    if conversation is None:
        raise Http404
    return conversation


def thread_context(
    request: OrgRequest, conversation: Conversation, *, form: ComposeForm | None = None
) -> dict[str, Any]:
    """Return what the thread shows: its newest messages, those before `?before=`, or those around `?around=`."""
    before, around = (read_uuid(request.GET.get(name)) for name in ("before", "around"))
    messages = _messages_around(request, conversation, around) if around else {}
    facts = _facts(request, conversation)
    return {
        **head_context(request, conversation, facts=facts),
        **(messages or messages_context(request, conversation, before=before)),
        **composer_context(request, conversation, form, facts=facts),
    }


def _facts(request: OrgRequest, conversation: Conversation) -> SideFacts:
    return side_facts.of(request.org, conversation, reader=request.user, at=timezone.now())


def find_message(org: Organization, pk: UUID) -> Message:
    """Return the organization's message. Raises Http404, for another organization's as well."""
    message = selectors.text(org, pk)
    if message is None:
        raise Http404
    return message


def head_context(
    request: OrgRequest, conversation: Conversation, *, problem: str = "", facts: SideFacts | None = None
) -> dict[str, Any]:
    """Return the heading and what stands above the composer. `problem`: what could not be done just now."""
    facts = facts or _facts(request, conversation)
    attention = selectors.attention_in(request.org, conversation)
    number = conversation.phone_number
    provider = str(number.get_provider_display())
    ours = number.label or pretty(number.address)
    via = provider if ours == provider else f"{ours} ({provider})"
    return {
        "thread": OpenThread(
            conversation=conversation,
            name=name_of(conversation),
            subtitle=f"{pretty(conversation.address)} · {via}",
            costs=costs_line(*costs.of_thread(request.org, conversation)),
            is_opted_out=facts.is_opted_out,
            number=facts if facts.delivery_state else None,
            flagged=attention.flagged,
            waiting=waiting_lines(attention.scheduled),
            work=work_of(request, conversation),
            problem=problem,
        ),
        "may_send": request.user.has_right(Right.SEND_SMS),
        "may_administer": request.user.has_right(Right.ADMINISTER),
    }


def messages_context(request: OrgRequest, conversation: Conversation, *, before: UUID | None) -> dict[str, Any]:
    """Return one page of messages. One more than is shown is read: its day decides about the first separator."""
    rows = selectors.thread_page(request.org, conversation, before=before, size=THREAD_PAGE + 1).rows
    hidden = rows[0] if len(rows) > THREAD_PAGE else None
    shown = rows[1:] if hidden else rows
    # What happened after the last of earlier messages stands above what follows them.
    upto = shown[-1].created_at if before is not None and shown else None
    span = Span(after=hidden.created_at if hidden else None, upto=upto)
    return {**_shown_messages(request, conversation, shown, span), "has_older": hidden is not None}


def _messages_around(request: OrgRequest, conversation: Conversation, pk: UUID) -> dict[str, Any]:
    """What surrounds one message, which is marked; nothing when it is not in this conversation."""
    found = selectors.thread_around(request.org, conversation, pk)
    if found is None:
        return {}
    span = Span(
        after=found.older_at,
        upto=found.rows[-1].created_at if found.has_newer else None,
    )
    return {
        **_shown_messages(request, conversation, found.rows, span),
        "has_older": found.older_at is not None,
        "has_newer": found.has_newer,
        "found_pk": pk,
    }


def tail_context(request: OrgRequest, conversation: Conversation) -> dict[str, Any]:
    """Return the newest messages again, from `?since=` on, so that the tail stays joined to what is above it."""
    since = read_uuid(request.GET.get("since"))
    if since is None:
        return messages_context(request, conversation, before=None)
    rows = selectors.thread_page(request.org, conversation, since=since, size=_MOST_REFRESHED).rows
    above = work_selectors.time_before(request.org, conversation, rows[0].pk if rows else since)
    return _shown_messages(request, conversation, rows, Span(after=above))


def one_message_context(request: OrgRequest, message: Message, problem: str) -> dict[str, Any]:
    """Return one message alone; `problem` says why what was wanted of it could not be done."""
    row = selectors.shown_message(request.org, message.pk)
    return {"bubbles": bubbles([row], day_before=day_of(row), problem=problem)}


def _shown_messages(request: OrgRequest, conversation: Conversation, rows: list[Message], span: Span) -> dict[str, Any]:
    """Return messages with what happened between them; above them stands the message at which `span` begins."""
    lines = lines_of(request.org, conversation, span, reader=request.user)
    day_before = timezone.localtime(span.after).date() if span.after is not None else None
    return {
        "bubbles": bubbles(rows, day_before=day_before, lines=lines),
        "first_id": rows[0].pk if rows else None,
        "last_id": rows[-1].pk if rows else None,
        "mentions_me": any(line.is_new_to_me for line in lines),
    }


def composer_context(
    request: OrgRequest,
    conversation: Conversation,
    form: ComposeForm | None = None,
    *,
    facts: SideFacts | None = None,
) -> dict[str, Any]:
    """Return the composer's form (with the person's draft, if there is none), its words, and what a segment costs.

    `seen`: the newest text that it was drawn with. What comes behind it is news to whoever writes.
    """
    facts = facts or _facts(request, conversation)
    if form is None:
        form = ComposeForm(initial={"body": facts.draft.body})
    return {
        "tray": tray_of(request.org, facts.draft.files),
        "form": form,
        "seen": facts.newest,
        "may_manage_answers": request.user.has_right(Right.MANAGE_INBOX),
        "composer_texts": composer_texts(),
        "price": facts.price,
        "price_with_files": facts.price_with_files,
    }
