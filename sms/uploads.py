"""Files that people want to send: kept once they arrive, sent by their id, forgotten when nobody sent them."""

import hashlib
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import Q

from contactcenter.core import clock, sniffing
from contactcenter.core.ids import new_id
from contactcenter.core.models import Organization, User
from contactcenter.providers.mms import LARGEST_FILE, Misfit, Problem
from sms import carriable, file_links
from sms.models import Draft, Message, SentFile, Upload
from sms.refusals import FilesNotCarried, UnknownFile

logger = logging.getLogger(__name__)

# How long a file waits that was chosen and not sent.
PATIENCE = timedelta(days=1)
_LONGEST_NAME = 120
_BATCH = 100


@dataclass(frozen=True, slots=True)
class _Given:
    content_type: str
    size: int


def store(*, org: Organization, actor: User, given: "UploadedFile[bytes]") -> Upload:
    """Keep a file that came from a browser; the same content of the same organization is kept once.

    Raises FilesNotCarried when no account of the organization could send it.
    """
    size = given.size or 0
    if size > LARGEST_FILE:
        raise FilesNotCarried(Problem(Misfit.FILE_TOO_LARGE, LARGEST_FILE))
    content = given.read()
    content_type = sniffing.type_of(content[: sniffing.HEAD_BYTES])
    carriable.demand_some_account(org, [_Given(content_type, len(content))])
    sha256, name = hashlib.sha256(content).hexdigest(), _name_of(given)
    return _known(org, sha256, name, content) or _new(org, actor, sha256, name, content, content_type)


def _name_of(given: "UploadedFile[bytes]") -> str:
    name = (given.name or "").replace("\\", "/").rpartition("/")[2]
    return "".join(char for char in name if char.isprintable()).strip()[-_LONGEST_NAME:] or "file"


def _known(org: Organization, sha256: str, name: str, content: bytes) -> Upload | None:
    with transaction.atomic():
        found = Upload.objects.for_org(org).select_for_update().filter(sha256=sha256).first()
        if found is None:
            return None
        found.name = name
        if found.unused_since is not None:
            found.unused_since = clock.now()
        found.save(update_fields=["name", "unused_since"])
    if not found.file.storage.exists(str(found.file.name)):  # Lost with a disk: here it is again.
        found.file.storage.save(found.file.name, ContentFile(content))
    return found


def _new(org: Organization, actor: User, sha256: str, name: str, content: bytes, content_type: str) -> Upload:
    upload = Upload(id=new_id(), organization=org, uploaded_by=actor, sha256=sha256, name=name)
    upload.size, upload.content_type, upload.unused_since = len(content), content_type, clock.now()
    upload.file.save(f"{upload.pk}{sniffing.extension_of(content_type)}", ContentFile(content), save=False)
    try:
        with transaction.atomic():
            upload.save(force_insert=True)
    except IntegrityError:
        upload.file.storage.delete(str(upload.file.name))
        first = _known(org, sha256, name, content)  # The same file at the same moment: the other was first.
        if first is None:
            raise
        return first
    return upload


def find(org: Organization, pk: UUID) -> Upload | None:
    """Return one of the organization's files, or None."""
    return Upload.objects.for_org(org).filter(pk=pk).first()


def find_linked(token: str) -> Upload | None:
    """Return the file that a link of ours leads to, None when it was forgotten. Raises BadLink and ExpiredLink."""
    return Upload.all_orgs.filter(pk=file_links.read(token)).first()


def known_among(org: Organization, ids: Iterable[UUID]) -> list[Upload]:
    """Return those of `ids` that are files of the organization, each once and in the order of `ids`."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return []
    rows = Upload.objects.for_org(org).in_bulk(wanted)
    return [rows[pk] for pk in wanted if pk in rows]


def demand(org: Organization, ids: Sequence[UUID]) -> tuple[Upload, ...]:
    """Return the organization's files with these ids. Raises UnknownFile when one is not (any more) its own."""
    found = known_among(org, ids)
    if len(found) != len(set(ids)):
        raise UnknownFile
    return tuple(found)


def attach(message: Message, uploads: Sequence[Upload]) -> None:
    """Give the files to a text, in the transaction that stores it. Raises UnknownFile when one was forgotten."""
    if not uploads:
        return
    rows = Upload.objects.for_org(message.organization_id).filter(pk__in=[one.pk for one in uploads])
    if rows.update(unused_since=None) != len(uploads):
        raise UnknownFile
    SentFile.all_orgs.bulk_create(
        SentFile(organization_id=message.organization_id, message=message, upload=upload, position=position)
        for position, upload in enumerate(uploads)
    )


def ids_of(message: Message) -> list[UUID]:
    """Return the ids of a text's files in their order."""
    if not message.file_count:
        return []
    rows = SentFile.objects.for_org(message.organization_id).filter(message=message).order_by("position")
    return list(rows.values_list("upload_id", flat=True))


def forget_unused() -> int:
    """Delete files that were chosen a day ago and neither sent nor kept in a draft; return how many."""
    with transaction.atomic():
        due = Upload.all_orgs.select_for_update(skip_locked=True).filter(unused_since__lt=clock.now() - PATIENCE)
        candidates = {str(upload.pk): upload for upload in due.order_by("unused_since")[:_BATCH]}
        if not candidates:
            return 0
        kept = {
            pk
            for files in Draft.all_orgs.filter(files__has_any_keys=list(candidates)).values_list("files", flat=True)
            for pk in files
        }
        Upload.all_orgs.filter(pk__in=kept & candidates.keys()).update(unused_since=clock.now())
        gone = [upload for pk, upload in candidates.items() if pk not in kept]
        Upload.all_orgs.filter(Q(pk__in=[upload.pk for upload in gone])).delete()
        for upload in gone:
            transaction.on_commit(partial(upload.file.storage.delete, str(upload.file.name)))
    return len(gone)
