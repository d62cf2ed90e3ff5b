"""Writing exports, as long work: batch by batch, under a lease.

After each batch the worker says how far it is, which also extends its lease; when the export was canceled, or taken by
another worker because this one slept too long, that says so, and the file is thrown away. A worker that is killed
leaves no file to be fetched: it is made in a folder of its own, which another worker of that machine removes, and
whoever takes the export over begins again.
"""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import IO
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import translation

from analytics.exporting import files, scratch, sources
from analytics.exporting.told import may_read
from analytics.models import Export, ExportFormat, ExportState, FailedBecause
from contactcenter.core import clock, events

logger = logging.getLogger(__name__)

BATCH = 2000
_LEASE = timedelta(seconds=60)
_MOST_CLAIMS = 3
_PULSE_SECONDS = 2.0


class _Stopped(Exception):
    """The export is not ours any more: canceled, or given to another worker."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One export that is this worker's until its lease runs out."""

    export_id: UUID
    token: UUID


def claim(most: int) -> list[Claim]:
    """Take up to `most` exports: those that wait, and those whose worker died, the oldest first."""
    with transaction.atomic():
        left = Q(state=ExportState.RUNNING, lease_until__lt=Now())
        rows = Export.all_orgs.filter(left | Q(state=ExportState.WAITING)).order_by("created_at")
        found = list(rows.select_for_update(skip_locked=True)[:most])
        return [taken for export in found if (taken := _take(export)) is not None]


def write(claimed: Claim) -> None:
    """Write the file of one claimed export."""
    export = Export.all_orgs.select_related("organization", "author").get(pk=claimed.export_id)
    if not _may_still(export):
        _end(export, claimed, ExportState.FAILED, failed_because=FailedBecause.RIGHTS)
        return
    try:
        with (
            scratch.folder() as folder,
            (folder / "table").open("w+b") as target,
            translation.override(_language(export)),
        ):
            _fill(export, claimed, target, folder)
            _keep(export, claimed, target)
    except _Stopped:
        logger.info("an export was stopped", extra={"export_id": str(export.pk)})


def forget_old(days: int | None = None) -> int:
    """Remove exports, with their files, that ended some days ago (EXPORT_DAYS); return how many."""
    before = clock.now() - timedelta(days=settings.EXPORT_DAYS if days is None else days)
    old = list(Export.all_orgs.filter(finished_at__lt=before)[:100])
    for export in old:
        export.file.delete(save=False)
        export.delete()
    return len(old)


def _take(export: Export) -> Claim | None:
    rows = Export.all_orgs.filter(pk=export.pk)
    if export.claims >= _MOST_CLAIMS:
        rows.update(
            state=ExportState.FAILED,
            failed_because=FailedBecause.INTERRUPTED,
            finished_at=Now(),
            lease_token=None,
            lease_until=None,
        )
        return None
    if export.file:  # What a dead worker may have left.
        transaction.on_commit(partial(export.file.storage.delete, str(export.file.name)))
    token = uuid4()
    rows.update(
        state=ExportState.RUNNING,
        lease_token=token,
        lease_until=Now() + _LEASE,
        claims=F("claims") + 1,
        done_count=0,
        file="",
    )
    return Claim(export.pk, token)


def _may_still(export: Export) -> bool:
    author = export.author
    if author is None or not author.is_active or author.organization_id != export.organization_id:
        return False
    right = sources.RIGHT_OF_ALL if export.is_of_everybody else sources.RIGHT
    return author.has_right(right) and may_read(author, export.words)


def _language(export: Export) -> str:
    return (export.author.language if export.author else "") or export.organization.language


def _fill(export: Export, claimed: Claim, target: IO[bytes], folder: Path) -> None:
    source = sources.of(export)
    _say(export, claimed, row_count=source.count())
    table = files.begin(ExportFormat(export.file_format), target, source.columns, folder=folder)
    done = 0
    for rows in source.batches(BATCH):
        table.write(rows)
        done += len(rows)
        _say(export, claimed, done_count=done)
    _pack(table, partial(_say, export, claimed))


def _pack(table: files.TableFile, say: Callable[[], None]) -> None:
    """Complete the file. Packing a workbook may take longer than the lease, which is extended meanwhile."""
    with ThreadPoolExecutor(1) as pool:
        packing = pool.submit(table.close)
        is_whole = False
        while not is_whole:
            is_whole = bool(wait([packing], timeout=_PULSE_SECONDS).done)
            say()
    packing.result()


def _say(export: Export, claimed: Claim, **progress: object) -> None:
    """Write the progress down, which extends the lease. Raises _Stopped when the export is not ours any more."""
    rows = Export.all_orgs.filter(pk=claimed.export_id, state=ExportState.RUNNING, lease_token=claimed.token)
    if not rows.update(lease_until=Now() + _LEASE, **progress):
        raise _Stopped


def _keep(export: Export, claimed: Claim, target: IO[bytes]) -> None:
    size = target.tell()
    target.seek(0)
    # Named before it is written, so that whoever takes over from a worker that died finds what it left.
    name = f"exports/{export.pk}-{claimed.token.hex[:8]}.{export.file_format}"
    _say(export, claimed, file=name)
    storage = export.file.storage
    stored = storage.save(name, File(target))
    if not _end(export, claimed, ExportState.DONE, file=stored, size=size):
        storage.delete(stored)
        raise _Stopped


def _end(export: Export, claimed: Claim, state: ExportState, **fields: object) -> bool:
    rows = Export.all_orgs.filter(pk=claimed.export_id, state=ExportState.RUNNING, lease_token=claimed.token)
    with transaction.atomic():
        ended = rows.update(state=state, finished_at=Now(), lease_token=None, lease_until=None, **fields)
        if ended:
            action = "export.written" if state is ExportState.DONE else "export.failed"
            events.audit(org_id=export.organization_id, actor=export.author, action=action, target=export)
    return bool(ended)
