"""Asking for exports, stopping and finding them: one use case, one transaction, named errors."""

from uuid import UUID

from django.db import transaction

from analytics.exporting.told import may_read, with_figures
from analytics.models import Export, ExportFormat, ExportState
from contactcenter.core import clock, doorbell, events
from contactcenter.core.models import Organization, User
from contactcenter.core.roles import Right

_MOST_LISTED = 30
_MOST_OPEN = 5


class TooManyExports(Exception):
    """The person has so many exports under way that a further one has to wait for one of them."""


@transaction.atomic
def ask(*, org: Organization, actor: User, words: dict[str, str], title: str, file_format: ExportFormat) -> Export:
    """Let a worker write a file. Raises TooManyExports."""
    User.objects.select_for_update(no_key=True, of=("self",)).get(
        pk=actor.pk
    )  # So that a double click counts once and twice.
    mine = Export.objects.for_org(org).filter(author=actor, state__in=[ExportState.WAITING, ExportState.RUNNING])
    if mine.count() >= _MOST_OPEN:
        raise TooManyExports
    export = Export.objects.for_org(org).create(
        organization=org,
        author=actor,
        title=title[:200],
        words=with_figures(words, actor),
        file_format=file_format,
        is_of_everybody=actor.has_right(Right.READ_ALL_ANALYTICS),
    )
    detail = {"words": words, "format": file_format.value}
    events.audit(org_id=org.pk, actor=actor, action="export.asked_for", target=export, detail=detail)
    doorbell.wake("analytics.tasks.write_exports")
    return export


@transaction.atomic
def cancel(*, org: Organization, actor: User, export: Export) -> bool:
    """Stop an export at the next batch of rows. False when it has ended."""
    rows = Export.objects.for_org(org).filter(pk=export.pk, state__in=[ExportState.WAITING, ExportState.RUNNING])
    changed = rows.update(state=ExportState.CANCELED, finished_at=clock.now(), lease_token=None, lease_until=None)
    if changed:
        events.audit(org_id=org.pk, actor=actor, action="export.canceled", target=export)
    return bool(changed)


def find(org: Organization, pk: UUID) -> Export | None:
    """Return one export of the organization, or None."""
    return Export.objects.for_org(org).filter(pk=pk).first()


def may_have(user: User, export: Export) -> bool:
    """Whether this person gets the file: who reads all figures, and the author of one that holds only their own.

    And nobody who may not read one of the figures in it.
    """
    if not may_read(user, export.words):
        return False
    if user.has_right(Right.READ_ALL_ANALYTICS):
        return True
    return export.author_id == user.pk and not export.is_of_everybody


def newest(org: Organization, user: User) -> list[Export]:
    """Return the newest exports that this person gets, in one query."""
    rows = Export.objects.for_org(org).select_related("author").order_by("-created_at")
    if not user.has_right(Right.READ_ALL_ANALYTICS):
        rows = rows.filter(author=user, is_of_everybody=False)
    return [export for export in rows[:_MOST_LISTED] if may_have(user, export)]


def fetched(*, org: Organization, actor: User, export: Export) -> None:
    """Note that somebody took the file away: it holds numbers of customers."""
    events.audit(org_id=org.pk, actor=actor, action="export.fetched", target=export)
