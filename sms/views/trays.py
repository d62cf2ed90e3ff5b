"""The files of a composer: those that were chosen before, by their ids, and those that the form itself brings."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from contactcenter.core.models import Organization
from contactcenter.providers.mms import MOST_FILES
from contactcenter.web.access import OrgRequest
from sms import uploads
from sms.file_words import sentence, size_in_words
from sms.models import Upload
from sms.refusals import FilesNotCarried
from sms.views.filters import read_uuid


@dataclass(frozen=True, slots=True)
class TrayFile:
    """One file that waits to be sent."""

    pk: UUID
    name: str
    size: str
    url: str
    is_picture: bool


@dataclass(frozen=True, slots=True)
class Tray:
    """The files of a composer, and why others were not taken."""

    files: list[TrayFile] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def ids(self) -> tuple[UUID, ...]:
        """What a text is sent with."""
        return tuple(file.pk for file in self.files)


def shown(upload: Upload) -> TrayFile:
    """Return a file as the composer shows it."""
    url = reverse("sms:file", kwargs={"pk": upload.pk})
    return TrayFile(upload.pk, upload.name, size_in_words(upload.size), url, upload.content_type.startswith("image/"))


def tray_of(org: Organization, ids: Iterable[UUID]) -> Tray:
    """Return the organization's files with these ids; others are left out."""
    return Tray([shown(upload) for upload in uploads.known_among(org, ids)])


def posted_ids(request: HttpRequest) -> list[UUID]:
    """Return the ids of the files in a form, without the one whose button "Remove" was pressed."""
    removed = read_uuid(request.POST.get("remove_file"))
    found = [read_uuid(text) for text in request.POST.getlist("attachment")]
    return [pk for pk in found if pk is not None and pk != removed]


def posted_tray(request: OrgRequest) -> Tray:
    """Return the tray of a form that was sent; files that it brings itself (without JavaScript) are stored now."""
    ids = posted_ids(request)
    problems: list[str] = []
    for given in request.FILES.getlist("files")[:MOST_FILES]:
        try:
            ids.append(uploads.store(org=request.org, actor=request.user, given=given).pk)
        except FilesNotCarried as error:
            problems.append(f"{given.name}: {sentence(error.problem)}")
    tray = tray_of(request.org, ids)
    if len(tray.files) < len(set(ids)):
        problems.append(gettext("A file is no longer there. Choose it again."))
    return Tray(tray.files, problems)
