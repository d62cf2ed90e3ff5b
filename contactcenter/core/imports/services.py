"""Starting and stopping imports: one use case, one transaction, named errors."""

from collections.abc import Iterator, Sequence
from itertools import islice
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from contactcenter.core import attributes, doorbell, events, spreadsheets
from contactcenter.core.imports import files, mapping
from contactcenter.core.models import ContactImport, Duplicates, ImportState, Organization, Refusal, RefusedRow, User

PREVIEW_ROWS = 5
_MOST_LISTED = 20
_CHUNK = 500


class InvalidMapping(ValueError):
    """The columns cannot be taken that way. `reason` is one word of `mapping.problem_of`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class AlreadyStarted(Exception):
    """The import has begun, or has ended."""


def upload(*, org: Organization, actor: User, raw: bytes, file_name: str) -> ContactImport:
    """Keep a file for looking at it; nothing is taken over yet. Raises UnreadableFile."""
    table = files.read(raw)
    return ContactImport.objects.for_org(org).create(
        organization=org,
        author=actor,
        file_name=file_name.replace("\x00", "")[-120:] or "contacts.csv",
        content=table.text,
        delimiter=table.delimiter,
        encoding=table.encoding,
        headings=table.headings,
        mapping=mapping.guess(table.headings, attributes.definitions(org)),
        row_count=table.row_count,
    )


@transaction.atomic
def begin(
    *, org: Organization, actor: User, job: ContactImport, columns: Sequence[str], duplicates: Duplicates
) -> None:
    """Let a worker take the rows over. Raises InvalidMapping, AlreadyStarted."""
    reason = mapping.problem_of(columns, attributes.definitions(org))
    if reason or len(columns) != len(job.headings):
        raise InvalidMapping(reason or "unknown")
    rows = ContactImport.objects.for_org(org).filter(pk=job.pk, state=ImportState.DRAFT)
    changed = rows.update(
        state=ImportState.RUNNING, mapping=list(columns), duplicates=duplicates, worked_at=timezone.now()
    )
    if not changed:
        raise AlreadyStarted
    events.audit(org_id=org.pk, actor=actor, action="contacts.import_started", target=job)
    doorbell.wake("core.tasks.import_contacts")


@transaction.atomic
def cancel(*, org: Organization, actor: User, job: ContactImport) -> bool:
    """Stop an import after the batch that is being taken over; what was taken over stays. False when it has ended."""
    rows = ContactImport.objects.for_org(org).filter(pk=job.pk, state__in=[ImportState.DRAFT, ImportState.RUNNING])
    changed = rows.update(state=ImportState.CANCELED, finished_at=timezone.now(), content="")
    if changed:
        events.audit(org_id=org.pk, actor=actor, action="contacts.import_canceled", target=job)
    return bool(changed)


def find(org: Organization, pk: UUID) -> ContactImport | None:
    """Return one import of the organization, or None."""
    return ContactImport.objects.for_org(org).filter(pk=pk).first()


def newest(org: Organization) -> list[ContactImport]:
    """Return the newest imports, without their content."""
    rows = ContactImport.objects.for_org(org).select_related("author").defer("content")
    return list(rows.order_by("-created_at")[:_MOST_LISTED])


def preview(job: ContactImport) -> list[list[str]]:
    """Return the first rows, each with as many cells as there are headings."""
    width = len(job.headings)
    rows = islice(files.rows(job.content, job.delimiter), 1, 1 + PREVIEW_ROWS)
    return [(cells + [""] * width)[:width] for _number, cells in rows]


def refused_lines(org: Organization, job: ContactImport) -> Iterator[str]:
    """Return the refused rows as the lines of a file: number and reason, then the row as it was."""
    rows = RefusedRow.objects.for_org(org).filter(source=job).order_by("number").iterator(chunk_size=_CHUNK)
    # Now: the lines are read while they are sent, when the reader's language may be gone.
    reasons = {str(value): str(label) for value, label in Refusal.choices}
    listed = ((str(row.number), reasons[row.reason], *row.cells) for row in rows)
    return spreadsheets.lines(("row", "reason", *job.headings), listed)
