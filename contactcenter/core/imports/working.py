"""Taking the rows of a file over, as long work: batch by batch, each in one transaction with its counts.

A worker that is killed loses the batch it was in, and nothing of it is there: the next one begins at the same row, so
that no row is taken over twice and none is left out. The row of the import is locked meanwhile, so that two workers do
not do the same.
"""

import logging
from collections import Counter
from datetime import timedelta

from django.db import IntegrityError, transaction

from contactcenter.core import attributes, clock, events
from contactcenter.core.imports import places
from contactcenter.core.imports.book import Book
from contactcenter.core.imports.rows import Reader, RowRefused, Wanted
from contactcenter.core.models import ContactImport, Duplicates, ImportState, Refusal, RefusedRow

logger = logging.getLogger(__name__)

BATCH = 500
_DRAFTS_KEPT = timedelta(days=1)
_IMPORTS_KEPT = timedelta(days=30)


def take_over_next(batch: int = BATCH) -> bool:
    """Take over the next rows of the import that has waited longest; True when there may be more to do at once."""
    try:
        with transaction.atomic():
            rows = ContactImport.all_orgs.filter(state=ImportState.RUNNING).select_related("organization")
            job = rows.defer("content").select_for_update(of=("self",), skip_locked=True).order_by("worked_at").first()
            if job is None:
                return False
            _take_over(job, batch)
    except IntegrityError:
        # The words of the error hold a number. Somebody wrote from it meanwhile: next time the contact is there.
        logger.warning("imports: a batch met a contact that was made meanwhile; trying again")
        return False
    return True


def forget_old() -> int:
    """Remove files that nobody started within a day, and what ended a month ago; return how many."""
    now = clock.now()
    drafts = ContactImport.all_orgs.filter(state=ImportState.DRAFT, created_at__lt=now - _DRAFTS_KEPT)
    ended = ContactImport.all_orgs.filter(finished_at__lt=now - _IMPORTS_KEPT)
    return sum(rows.delete()[1].get("core.ContactImport", 0) for rows in (drafts, ended))


def _take_over(job: ContactImport, batch: int) -> None:
    rows = places.take(
        job.pk,
        next_row=job.next_row,
        row_count=job.row_count,
        batch=batch,
        delimiter=job.delimiter,
        content=lambda: job.content,
    )
    reader = Reader(job.organization, job.mapping, attributes.definitions(job.organization))
    read = [(number, cells, _read(reader, cells)) for number, cells in rows]
    book = Book(job.organization, (what for _number, _cells, what in read if isinstance(what, Wanted)))
    counts: Counter[str] = Counter()
    refused: list[RefusedRow] = []
    for number, cells, what in read:
        reason = what if isinstance(what, Refusal) else _take(book, what, Duplicates(job.duplicates), counts)
        if reason is not None:
            refused.append(
                RefusedRow(organization=job.organization, source=job, number=number, reason=reason, cells=cells)
            )
    book.write()
    RefusedRow.objects.for_org(job.organization).bulk_create(refused)
    counts["refused_count"] = len(refused)
    _advance(job, len(rows), counts)


def _read(reader: Reader, cells: list[str]) -> Wanted | Refusal:
    try:
        return reader.read(cells)
    except RowRefused as refused:
        return refused.reason


def _take(book: Book, row: Wanted, duplicates: Duplicates, counts: Counter[str]) -> Refusal | None:
    try:
        counts[book.take(row, duplicates)] += 1
    except RowRefused as refused:
        return refused.reason
    return None


def _advance(job: ContactImport, done: int, counts: Counter[str]) -> None:
    job.next_row += done
    for name, count in counts.items():
        setattr(job, name, getattr(job, name) + count)
    job.worked_at = clock.now()
    changed = ["next_row", "worked_at", *counts]
    if job.next_row >= job.row_count:
        job.state, job.finished_at, job.content = ImportState.DONE, job.worked_at, ""
        changed += ["state", "finished_at", "content"]
        detail = {"rows": job.row_count, "refused": job.refused_count}
        org_id = job.organization_id
        events.audit(org_id=org_id, actor=job.author, action="contacts.imported", target=job, detail=detail)
    # Not the content: PostgreSQL would write all of it anew with every batch.
    job.save(update_fields=changed)
