"""Attachments, for people of the organization only, and never as anything that a browser would run."""

from uuid import UUID

from django.http import FileResponse, Http404
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from contactcenter.core.models import Organization
from contactcenter.core.roles import Right
from contactcenter.web.access import OrgRequest, org_page
from sms import selectors
from sms.enums import MediaState
from sms.models import MediaFile

_SHOWN_IN_PLACE = frozenset(
    {"image/jpeg", "image/png", "image/gif", "image/webp", "video/mp4", "audio/mpeg", "audio/mp4"}
)


def _find(org: Organization, pk: UUID) -> MediaFile:
    found = selectors.media_file(org, pk)
    if found is None:
        raise Http404
    return found


@org_page(Right.READ_SMS, find=_find)
@require_safe
@cache_control(private=True, max_age=3600)
def media(request: OrgRequest, pk: UUID) -> FileResponse:
    """Send one stored attachment; what is not a known picture, film or sound is downloaded."""
    found = _find(request.org, pk)
    if found.state != MediaState.STORED:
        raise Http404
    known = found.content_type in _SHOWN_IN_PLACE
    try:
        stored = found.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        stored,
        as_attachment=not known,
        filename=f"attachment-{found.position + 1}",
        content_type=found.content_type if known else "application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response
