"""Work with one conversation: where it stands, whose it is, how urgent, what about.

A choice is made in a dialog, which is also a page of its own; what follows is the conversation's heading again.
"""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import reswap, retarget

from agents import selectors as agents
from contactcenter.core.models import LabelColor
from contactcenter.core.roles import Right
from contactcenter.web.access import OrgRequest, org_page
from sms import labelling, work_forms, work_selectors, working
from sms.enums import Priority
from sms.models import Conversation
from sms.views import page
from sms.views.answers import heading
from sms.views.rows import name_of
from sms.views.times import moment

PANEL = "sms/work/panel.html"
LABELS_AGAIN = "sms/work/labels_again.html"


@org_page(Right.SEND_SMS, find=page.find_conversation)
@require_POST
def close(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Say that the conversation is done."""
    working.resolve(org=request.org, actor=request.user, conversation=page.find_conversation(request.org, pk))
    return heading(request, pk)


@org_page(Right.SEND_SMS, find=page.find_conversation)
@require_POST
def reopen(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Put the conversation back among the open ones."""
    working.reopen(org=request.org, actor=request.user, conversation=page.find_conversation(request.org, pk))
    return heading(request, pk)


@org_page(Right.SEND_SMS, find=page.find_conversation)
@require_POST
def pending(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Say that something has to happen elsewhere first."""
    working.set_pending(org=request.org, actor=request.user, conversation=page.find_conversation(request.org, pk))
    return heading(request, pk)


@org_page(Right.SEND_SMS, find=page.find_conversation)
@require_POST
def take(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Take the conversation, if nobody else has."""
    problem = ""
    try:
        working.take(org=request.org, actor=request.user, conversation=page.find_conversation(request.org, pk))
    except working.TakenByColleague:
        problem = gettext("A colleague has this conversation already. Use “Assign” if you want to take it over.")
    return heading(request, pk, problem=problem)


@org_page(Right.SEND_SMS, find=page.find_conversation)
@require_POST
def hand_back(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Let the conversation be anybody's again."""
    working.hand_back(org=request.org, actor=request.user, conversation=page.find_conversation(request.org, pk))
    return heading(request, pk)


@org_page(Right.SEND_SMS, find=page.find_conversation)
@require_http_methods(["GET", "HEAD", "POST"])
def snooze(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Ask until when, or put the conversation off."""
    conversation = page.find_conversation(request.org, pk)
    now = timezone.now()
    form = work_forms.SnoozeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            until = form.moment(now)
            working.snooze(org=request.org, actor=request.user, conversation=conversation, until=until, now=now)
        except (working.SnoozeTimePassed, working.SnoozeTimeTooFar) as problem:
            form.explain(problem)
        else:
            return heading(request, pk, closes_dialog=True)
    meant = work_forms.presets(now)
    choices = [
        (value, label, moment(at) if (at := meant[value]) else "") for value, label in form.CHOICES if value in meant
    ]
    return _panel(request, conversation, "snooze", form=form, choices=choices)


@org_page(Right.SEND_SMS, find=page.find_conversation)
@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Ask whose the conversation is to be, or give it to them."""
    conversation = page.find_conversation(request.org, pk)
    form = work_forms.AssigneeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        deed: dict[str, Any] = {"org": request.org, "actor": request.user, "conversation": conversation}
        user_id = form.cleaned_data["assignee"]
        try:
            working.assign(**deed, user_id=user_id) if user_id else working.hand_back(**deed)
        except working.UnknownAssignee:
            form.add_error("assignee", gettext("This person does not work here any more. Choose somebody else."))
        else:
            return heading(request, pk, closes_dialog=True)
    return _assign_panel(request, conversation, assignee_form=form)


@org_page(Right.SEND_SMS, find=page.find_conversation)
@require_POST
def team(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Give the conversation to a team, or to none."""
    conversation = page.find_conversation(request.org, pk)
    form = work_forms.TeamForm(request.POST)
    if form.is_valid():
        deed: dict[str, Any] = {"org": request.org, "actor": request.user, "conversation": conversation}
        team_id = form.cleaned_data["team"]
        try:
            working.give_to_team(**deed, team_id=team_id) if team_id else working.take_from_team(**deed)
        except working.UnknownTeam:
            form.add_error("team", gettext("This team is not there any more. Choose another one."))
        else:
            return heading(request, pk, closes_dialog=True)
    return _assign_panel(request, conversation, team_form=form)


@org_page(Right.SEND_SMS, find=page.find_conversation)
@require_POST
def priority(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Say how urgent the conversation is."""
    conversation = page.find_conversation(request.org, pk)
    form = work_forms.PriorityForm(request.POST)
    if not form.is_valid():
        return _assign_panel(request, conversation, priority_form=form)
    chosen = form.cleaned_data["priority"]
    working.set_priority(org=request.org, actor=request.user, conversation=conversation, priority=chosen)
    return heading(request, pk, closes_dialog=True)


@org_page(Right.SEND_SMS, find=page.find_conversation)
@require_http_methods(["GET", "HEAD", "POST"])
def labels(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Show the labels, or put one on or take one off; the dialog stays open for the next."""
    conversation = page.find_conversation(request.org, pk)
    form = work_forms.LabelForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _label(request, conversation, form):
        if not request.htmx:
            return redirect("sms:labels", pk=pk)
        head = page.head_context(request, page.find_conversation(request.org, pk))
        return render(request, LABELS_AGAIN, {**head, **_labels_context(request, conversation, form)})
    return _panel(request, conversation, "labels", form=form)


def _label(request: OrgRequest, conversation: Conversation, form: work_forms.LabelForm) -> bool:
    """Do what the form says; False when it cannot be done, and the form says why."""
    deed: dict[str, Any] = {"org": request.org, "actor": request.user, "conversation": conversation}
    given = form.cleaned_data
    try:
        if given["remove"]:
            labelling.take_off(**deed, label_id=given["remove"])
        elif given["add"]:
            labelling.put_on(**deed, label_id=given["add"])
        elif not request.user.has_right(Right.MANAGE_INBOX):
            raise PermissionDenied
        else:
            color = given["color"] or LabelColor.GRAY
            made = labelling.create_label(org=request.org, actor=request.user, name=given["name"], color=color)
            labelling.put_on(**deed, label_id=made.pk)
    except labelling.UnknownLabel:
        form.add_error(None, gettext("This label is not there any more."))
    except (labelling.LabelExists, labelling.LabelNeedsName) as problem:
        form.explain(problem)
    return not form.errors


def _assign_panel(request: OrgRequest, conversation: Conversation, **forms: Any) -> HttpResponse:
    context = {
        "people": [(person.pk, person.get_full_name()) for person in agents.colleagues(request.org)],
        "teams": list(agents.teams(request.org).values_list("pk", "name")),
        "priorities": Priority.choices,
    }
    return _panel(request, conversation, "assign", **context, **forms)


def _labels_context(request: OrgRequest, conversation: Conversation, form: work_forms.LabelForm) -> dict[str, Any]:
    on_it = work_selectors.labels_of(request.org, conversation)
    return {
        "part": "labels",
        "conversation": conversation,
        "name": name_of(conversation),
        "form": form,
        "choices": [(label, label in on_it) for label in work_selectors.labels(request.org)],
        "colors": LabelColor.choices,
        "may_make_labels": request.user.has_right(Right.MANAGE_INBOX),
    }


def _panel(request: OrgRequest, conversation: Conversation, part: str, **context: Any) -> HttpResponse:
    """Show a choice: in the dialog, or as a page. A form that was refused is shown where it came from."""
    if part == "labels":
        context = _labels_context(request, conversation, context["form"])
    forms = [value for value in context.values() if hasattr(value, "errors")]
    status = 422 if any(form.errors for form in forms) else 200
    shown = {"part": part, "conversation": conversation, "name": name_of(conversation), **context}
    if not request.htmx:
        return render(request, PANEL, shown, status=status)
    response = render(request, f"{PANEL}#panel", shown, status=status)
    return reswap(retarget(response, "#work"), "innerHTML") if status == 422 else response
