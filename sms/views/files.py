"""Files of ours: taking them, showing them to the organization, and handing them to providers."""

from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from contactcenter.core.models import Organization
from contactcenter.core.roles import Right
from contactcenter.core.sniffing import extension_of
from contactcenter.web.access import Access, OrgRequest, org_page, register
from sms import file_links, uploads
from sms.file_words import sentence
from sms.models import Upload
from sms.refusals import FilesNotCarried
from sms.views.trays import shown


def _find(org: Organization, pk: UUID) -> Upload:
    found = uploads.find(org, pk)
    if found is None:
        raise Http404
    return found


@org_page(Right.SEND_SMS)
@require_POST
def upload(request: OrgRequest) -> HttpResponse:
    """Keep one file and return its place in the composer; or say in a sentence why not (422)."""
    given = request.FILES.get("files")
    if given is None:
        return HttpResponse(gettext("Choose a file first."), status=422, content_type="text/plain; charset=utf-8")
    try:
        stored = uploads.store(org=request.org, actor=request.user, given=given)
    except FilesNotCarried as error:
        return HttpResponse(sentence(error.problem), status=422, content_type="text/plain; charset=utf-8")
    return render(request, "sms/files/chip.html", {"file": shown(stored)})


@org_page(Right.READ_SMS, find=_find)
@require_safe
@cache_control(private=True, max_age=3600)
def file(request: OrgRequest, pk: UUID) -> FileResponse:
    """Show a file to people of its organization."""
    found = _find(request.org, pk)
    return _sent(found, as_attachment=not found.content_type.startswith(("image/", "video/", "audio/")))


@register(Access.PUBLIC)
@require_safe
@cache_control(private=True, no_store=True)
def carried(request: HttpRequest, token: str) -> HttpResponse | FileResponse:
    """Hand a file to whoever holds a link of ours that has not expired (410); a wrong one leads nowhere (404)."""
    try:
        found = uploads.find_linked(token)
    except file_links.ExpiredLink:
        return HttpResponse(status=410)
    except file_links.BadLink as error:
        raise Http404 from error
    if found is None:
        raise Http404
    return _sent(found, as_attachment=True)


def _sent(found: Upload, *, as_attachment: bool) -> FileResponse:
    try:
        stored = found.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    # Neither its name nor what a browser once said of it leaves the house.
    name = f"file{extension_of(found.content_type)}"
    response = FileResponse(stored, as_attachment=as_attachment, filename=name, content_type=found.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    return response
