"""Contacts from a file: upload, preview with the meaning of the columns, progress, refused rows."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contactcenter.core import attributes
from contactcenter.core.imports import files, mapping, services
from contactcenter.core.merging import ATTRIBUTE
from contactcenter.core.models import ContactAttribute, ContactImport, Duplicates, ImportState, Organization
from contactcenter.core.roles import Right
from contactcenter.web.access import OrgRequest, org_page

LIST_TEMPLATE, TEMPLATE = "contacts/imports.html", "contacts/import.html"


def find_import(org: Organization, pk: UUID) -> ContactImport:
    """Return the organization's import. Raises Http404, for another organization's as well."""
    found = services.find(org, pk)
    if found is None:
        raise Http404
    return found


@org_page(Right.MOVE_CONTACTS)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def imports(request: OrgRequest) -> HttpResponse:
    """Show the newest imports, or take a file and show what is in it."""
    problem = ""
    if request.method == "POST":
        given = request.FILES.get("file")
        if given is None:
            problem = gettext("Choose a file first.")
        elif (given.size or 0) > files.MOST_BYTES:
            problem = _unreadable("too_large")
        else:
            try:
                job = services.upload(org=request.org, actor=request.user, raw=given.read(), file_name=given.name or "")
            except files.UnreadableFile as error:
                problem = _unreadable(error.reason)
            else:
                return redirect("contacts:import", pk=job.pk)
    context = {"imports": services.newest(request.org), "problem": problem}
    return render(request, LIST_TEMPLATE, context, status=422 if problem else 200)


@org_page(Right.MOVE_CONTACTS, find=find_import)
@require_safe
@never_cache
def one_import(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Show the preview of a file, or how far it is taken over."""
    job = find_import(request.org, pk)
    if job.state == ImportState.DRAFT:
        return _preview(request, job, job.mapping, Duplicates(job.duplicates))
    template = f"{TEMPLATE}#progress" if request.htmx else TEMPLATE
    return render(request, template, {"job": job, "percent": 100 * job.next_row // max(job.row_count, 1)})


@org_page(Right.MOVE_CONTACTS, find=find_import)
@require_POST
def start(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Let a worker take the rows over."""
    job = find_import(request.org, pk)
    columns = [request.POST.get(f"column-{position}", "") for position in range(len(job.headings))]
    wanted = request.POST.get("duplicates", "")
    duplicates = Duplicates(wanted) if wanted in Duplicates.values else Duplicates.SKIP
    try:
        services.begin(org=request.org, actor=request.user, job=job, columns=columns, duplicates=duplicates)
    except services.InvalidMapping as error:
        if job.state == ImportState.DRAFT:
            return _preview(request, job, columns, duplicates, _invalid(error.reason))
    except services.AlreadyStarted:
        pass  # A second click: the page of the progress says all there is to say.
    return redirect("contacts:import", pk=pk)


@org_page(Right.MOVE_CONTACTS, find=find_import)
@require_POST
def cancel(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Stop the import; what was taken over stays."""
    services.cancel(org=request.org, actor=request.user, job=find_import(request.org, pk))
    return redirect("contacts:import", pk=pk)


@org_page(Right.MOVE_CONTACTS, find=find_import)
@require_safe
@never_cache
def refused(request: OrgRequest, pk: UUID) -> HttpResponseBase:
    """Send the refused rows with their reasons as CSV."""
    job = find_import(request.org, pk)
    answer = StreamingHttpResponse(services.refused_lines(request.org, job), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="refused-rows-{job.created_at:%Y-%m-%d}.csv"'
    return answer


def _preview(
    request: OrgRequest, job: ContactImport, columns: list[str], duplicates: Duplicates, problem: str = ""
) -> HttpResponse:
    options = _options(attributes.definitions(request.org))
    context: dict[str, Any] = {
        "job": job,
        "columns": list(zip(job.headings, columns, strict=True)),
        "options": options,
        "rows": services.preview(job),
        "duplicates": [(one.value, one.label, one is duplicates) for one in Duplicates],
        "problem": problem,
    }
    return render(request, TEMPLATE, context, status=422 if problem else 200)


def _options(own: list[ContactAttribute]) -> list[tuple[str, str]]:
    names = {
        mapping.NAME: pgettext("person", "Name"),
        mapping.FIRST_NAME: gettext("First name"),
        mapping.LAST_NAME: gettext("Last name"),
        mapping.NUMBER: gettext("Phone number"),
        mapping.EMAIL: gettext("E-mail address"),
        mapping.LANGUAGE: gettext("Language"),
        mapping.TIME_ZONE: gettext("Time zone"),
        mapping.LABELS: gettext("Labels"),
        **{f"{ATTRIBUTE}{one.key}": one.name for one in own},
    }
    return [("", gettext("Leave out")), *names.items()]


def _invalid(reason: str) -> str:
    if reason == "nothing_to_know_by":
        return gettext("Choose which column holds the phone number, or the e-mail address.")
    if reason == "twice":
        return gettext("Two columns cannot mean the same. Only phone numbers and labels may stand in several.")
    return gettext("Choose the meaning of each column from its list.")


def _unreadable(reason: str) -> str:
    sentences = {
        "too_large": gettext("The file is too large: at most 5 MB. Split it into several."),
        "encoding": gettext("The letters of the file cannot be read. Save it as CSV in UTF-8."),
        "no_headings": gettext("The file is empty. The first row has to hold the headings of the columns."),
        "too_many_columns": gettext("The file has too many columns: at most 60."),
        "no_rows": gettext("There are no rows under the headings."),
        "too_many_rows": gettext("The file has too many rows: at most 50,000. Split it into several."),
    }
    return sentences.get(reason) or gettext("This is not a table in CSV. Save it as CSV in your spreadsheet.")
