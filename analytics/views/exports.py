"""Exports: asked for on any page of figures, watched, stopped and fetched here."""

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from analytics.exporting import services
from analytics.exporting.files import CONTENT_TYPES
from analytics.exporting.sources import costs_wanted
from analytics.models import Export, ExportFormat, ExportState
from analytics.questions import UnknownQuestion, may_ask, rows_question, table_question
from analytics.reporting.letters import days
from analytics.stretches import Stretch
from contactcenter.core.models import Organization
from contactcenter.core.roles import Right
from contactcenter.web.access import OrgRequest, org_page

TEMPLATE = "analytics/exports.html"
# What a stored question is made of; anything else that a form sends is no part of it.
_WORDS = (
    *("kind", "tab", "range", "first", "last", "by", "of", "metric", "since", "until"),
    *("agent", "campaign", "number", "provider", "country", "currency"),
)


def find_export(org: Organization, pk: UUID) -> Export:
    """Return the organization's export. Raises Http404, for another organization's as well."""
    found = services.find(org, pk)
    if found is None:
        raise Http404
    return found


def _mine(request: OrgRequest, pk: UUID) -> Export:
    """Return an export that this person gets. Raises Http404."""
    found = find_export(request.org, pk)
    if not services.may_have(request.user, found):
        raise Http404
    return found


@org_page(Right.READ_ANALYTICS)
@require_safe
@never_cache
def exports(request: OrgRequest) -> HttpResponse:
    """Show the newest exports, and how far those are that are being written."""
    found = services.newest(request.org, request.user)
    context = {"exports": found, "is_open": any(export.is_open for export in found), "states": ExportState}
    return render(request, f"{TEMPLATE}#list" if request.htmx else TEMPLATE, context)


@org_page(Right.READ_ANALYTICS)
@require_POST
def ask(request: OrgRequest) -> HttpResponse:
    """Let a worker write the rows or the table that a page shows."""
    given = {name: request.POST.get(name, "").replace("\x00", "") for name in _WORDS}
    words = {name: word for name, word in given.items() if word}
    wanted = request.POST.get("format", "")
    if wanted not in ExportFormat.values:
        raise Http404
    try:
        title = _title(request, words)
    except UnknownQuestion as error:
        raise Http404 from error
    try:
        services.ask(org=request.org, actor=request.user, words=words, title=title, file_format=ExportFormat(wanted))
    except services.TooManyExports:
        messages.error(request, gettext("Five of your exports are being written. Wait for one of them, or stop one."))
    return redirect("analytics:exports")


@org_page(Right.READ_ANALYTICS, find=find_export)
@require_POST
def cancel(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Stop an export."""
    services.cancel(org=request.org, actor=request.user, export=_mine(request, pk))
    return redirect("analytics:exports")


@org_page(Right.READ_ANALYTICS, find=find_export)
@require_safe
@never_cache
def download(request: OrgRequest, pk: UUID) -> HttpResponseBase:
    """Send the file of an export."""
    export = _mine(request, pk)
    if export.state != ExportState.DONE:
        raise Http404
    try:
        stored = export.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    answer = FileResponse(
        stored,
        as_attachment=True,
        filename=f"export-{export.created_at:%Y-%m-%d-%H%M%S}.{export.file_format}",
        content_type=CONTENT_TYPES[ExportFormat(export.file_format)],
    )
    answer["X-Content-Type-Options"] = "nosniff"
    services.fetched(org=request.org, actor=request.user, export=export)
    return answer


def _title(request: OrgRequest, words: dict[str, str]) -> str:
    """Return what people call it. Raises UnknownQuestion."""
    zone = request.org.zone
    if words.get("kind") == "rows":
        rows = rows_question(words)
        if not may_ask(request.user, rows):
            raise UnknownQuestion
        times = (date_format(at.astimezone(zone), "SHORT_DATETIME_FORMAT") for at in (rows.since, rows.until))
        return f"{rows.metric.label}, {' – '.join(times)}"
    if words.get("kind") == "costs":
        if not request.user.has_right(Right.READ_ALL_ANALYTICS):
            raise UnknownQuestion
        wanted = costs_wanted(request.org, words)
        return f"{gettext('Costs')}, {days(Stretch(wanted.first, wanted.last, zone))}"
    table = table_question(words, zone)
    if not may_ask(request.user, table):
        raise UnknownQuestion
    return f"{table.tab.label}, {days(table.stretch)}"
