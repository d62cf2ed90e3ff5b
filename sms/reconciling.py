"""The daily comparison of our books with the provider's, per account: ours and not theirs, theirs and not ours, and
those of which the two say different things.

The report's row is the claim: one per account and day, under a lease, finished once.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from contactcenter.core import clock
from contactcenter.core.crypto import CredentialsUnreadable
from contactcenter.core.models import ProviderAccount
from contactcenter.providers import registry
from contactcenter.providers.base import StatusReport
from contactcenter.providers.errors import ProviderUnavailable
from contactcenter.providers.records import Listed, Search
from sms import delivery, missed
from sms.enums import RANK, AttemptState, CostSource, Difference, MessageStatus
from sms.models import Attempt, Message, ReconciliationReport, ReconciliationRow

logger = logging.getLogger(__name__)

# A day is compared when its last texts have had time to arrive, in UTC.
_HOUR = 2
# A day that could not be compared is tried again for so long.
_DAYS_BACK = 3
_LEASE = timedelta(minutes=30)
_AFTER_FAILURE = timedelta(hours=1)
_PAGES = 200
# What was made before midnight may be sent, and so listed, after it.
_EDGE = timedelta(hours=1)
_BATCH = 1000
# Texts that the list did not show and that are asked about one by one. The rest is listed unasked.
_MOST_ASKED = 300


@dataclass(slots=True)
class _Books:
    """What was compared so far."""

    compared: int = 0
    inserted: int = 0
    rows: list[ReconciliationRow] = field(default_factory=list)


def run_due() -> int:
    """Compare the days that are due; return how many reports were finished."""
    today = clock.now().astimezone(UTC)
    newest = today.date() - timedelta(days=1 if today.hour >= _HOUR else 2)
    done = 0
    for account in ProviderAccount.all_orgs.filter(is_active=True).order_by("id"):
        days = [newest, *_unfinished(account, newest)]
        done += sum(compare(account, day) is not None for day in days)
    return done


def _unfinished(account: ProviderAccount, newest: date) -> list[date]:
    earlier = ReconciliationReport.all_orgs.filter(
        account=account, finished_at=None, day__lt=newest, day__gt=newest - timedelta(days=_DAYS_BACK)
    )
    return list(earlier.values_list("day", flat=True))


def compare(account: ProviderAccount, day: date, *, again: bool = False) -> ReconciliationReport | None:
    """Compare one day (UTC) of an account and return its report; None when it is done, or another worker's.

    A day that is not over is compared as far as it goes, and once more afterwards. `again` compares what is done, too.
    A provider that could not be asked leaves the report unfinished, with the reason.
    """
    report = _claim(account, day, again=again)
    if report is None:
        return None
    begin = datetime.combine(day, time(), UTC)
    until = min(begin + timedelta(days=1), clock.now())
    try:
        books, is_complete = _compare(account, report, begin, until)
    except ProviderUnavailable as error:
        _give_up(report, error.error.code)
        return None
    except CredentialsUnreadable:
        _give_up(report, "the credentials cannot be decrypted")
        return None
    return _write(report, books, until=until, is_complete=is_complete)


def _claim(account: ProviderAccount, day: date, *, again: bool) -> ReconciliationReport | None:
    ReconciliationReport.all_orgs.get_or_create(
        account=account, day=day, defaults={"organization_id": account.organization_id}
    )
    end = datetime.combine(day, time(), UTC) + timedelta(days=1)
    is_open = Q() if again else Q(finished_at=None) | Q(covered_until__lt=end)
    free = Q(lease_until=None) | Q(lease_until__lt=Now())
    if again:  # A person does not wait for the pause after a failure.
        free |= Q(lease_token=None)
    rows = ReconciliationReport.all_orgs.filter(is_open, free)
    token = uuid4()
    if not rows.filter(account=account, day=day).update(lease_token=token, lease_until=Now() + _LEASE):
        return None
    return ReconciliationReport.all_orgs.get(account=account, day=day, lease_token=token)


def _give_up(report: ReconciliationReport, reason: str) -> None:
    logger.warning("a provider could not be reconciled: %s", reason)
    rows = ReconciliationReport.all_orgs.filter(pk=report.pk, lease_token=report.lease_token)
    rows.update(error=reason[:200], lease_token=None, lease_until=Now() + _AFTER_FAILURE)


def _compare(
    account: ProviderAccount, report: ReconciliationReport, begin: datetime, until: datetime
) -> tuple[_Books, bool]:
    wanted = Search(since=begin - _EDGE, until=until + _EDGE)
    credentials = account.credentials()
    listing = registry.records(account.provider).search(credentials, wanted, missed.timeouts(), pages=_PAGES)
    books = _Books(inserted=missed.take_in(account, listing.texts))
    theirs = {one.report.provider_message_id: one for one in listing.texts if not one.is_inbound}
    ours = _ours(account, begin, until)
    unlisted = [attempt for provider_id, attempt in ours.items() if provider_id not in theirs]
    for provider_id in ours.keys() & theirs.keys():
        _compare_one(books, report, ours[provider_id], theirs[provider_id].report)
    _ask_about(books, report, account, unlisted)
    of_the_day = [one for one in theirs.values() if one.created_at is None or begin <= one.created_at < until]
    books.rows += _strangers(report, account, of_the_day)
    return books, listing.is_complete


def _ours(account: ProviderAccount, begin: datetime, until: datetime) -> dict[str, Attempt]:
    """Return the attempts of the time that the provider accepted, by its id."""
    rows = Attempt.all_orgs.filter(account=account, state=AttemptState.ACCEPTED, dialled_at__range=(begin, until))
    rows = rows.exclude(provider_message_id="").select_related("message")
    return {attempt.provider_message_id: attempt for attempt in rows.iterator(chunk_size=_BATCH)}


def _ask_about(books: _Books, report: ReconciliationReport, account: ProviderAccount, unlisted: list[Attempt]) -> None:
    """A list may lack what was not sent yet; only what is not known by its id either is not theirs."""
    adapter, credentials = registry.get(account.provider), account.credentials()
    for number, attempt in enumerate(sorted(unlisted, key=lambda one: one.pk)):
        found = None
        if number < _MOST_ASKED:
            found = adapter.fetch(credentials, attempt.provider_message_id, missed.timeouts())
        if found is None:
            books.compared += 1
            books.rows.append(_row(report, Difference.OURS_NOT_THEIRS, attempt, None))
        else:
            _compare_one(books, report, attempt, found)


def _compare_one(books: _Books, report: ReconciliationReport, attempt: Attempt, theirs: StatusReport) -> None:
    """Take over what we did not know, and list what still differs."""
    with transaction.atomic():
        attempt = Attempt.all_orgs.select_for_update(of=("self",)).get(pk=attempt.pk)
        if _is_news(attempt, theirs) and delivery.apply(attempt, theirs, is_asked=True):
            delivery.note(attempt, theirs)
        message = Message.all_orgs.get(pk=attempt.message_id)
    books.compared += 1
    attempt.message = message
    if theirs.status is not None and not _agree(message, theirs):
        books.rows.append(_row(report, Difference.STATUS, attempt, theirs))
    is_billed = message.cost_source == CostSource.FINAL and theirs.cost is not None
    if is_billed and (message.cost, message.cost_currency) != (theirs.cost, theirs.currency):
        books.rows.append(_row(report, Difference.PRICE, attempt, theirs))


def _is_news(attempt: Attempt, theirs: StatusReport) -> bool:
    message = Message.all_orgs.get(pk=attempt.message_id)
    knows_more = theirs.status is not None and RANK[delivery.STATUS_OF[theirs.status]] > message.rank
    return knows_more or (theirs.cost is not None and message.cost_source != CostSource.FINAL)


def _agree(message: Message, theirs: StatusReport) -> bool:
    """Whether both say the same, or ours is further (a report that came before the list knew)."""
    if theirs.status is None:
        return True
    said = delivery.STATUS_OF[theirs.status]
    read_is_delivered = {said, message.status} <= {MessageStatus.DELIVERED, MessageStatus.READ}
    return message.status == said or read_is_delivered or RANK[said] < RANK[MessageStatus.DELIVERED]


def _strangers(
    report: ReconciliationReport, account: ProviderAccount, theirs: Iterable[Listed]
) -> list[ReconciliationRow]:
    """Return the texts that the account sent and we know nothing of: sent by others, or an open doubt's."""
    by_id = {one.report.provider_message_id: one.report for one in theirs}
    ids = list(by_id)
    for start in range(0, len(ids), _BATCH):
        chunk = ids[start : start + _BATCH]
        for model in (Attempt, Message):
            known = model.all_orgs.filter(account=account, provider_message_id__in=chunk)
            for provider_id in known.values_list("provider_message_id", flat=True):
                by_id.pop(provider_id, None)
    return [_row(report, Difference.THEIRS_NOT_OURS, None, one) for one in by_id.values()]


def _row(
    report: ReconciliationReport, difference: Difference, attempt: Attempt | None, theirs: StatusReport | None
) -> ReconciliationRow:
    message = attempt.message if attempt else None
    provider_id = attempt.provider_message_id if attempt else theirs.provider_message_id if theirs else ""
    return ReconciliationRow(
        organization_id=report.organization_id,
        report=report,
        difference=difference,
        message=message,
        provider_message_id=provider_id[:64],
        our_status=message.status if message else "",
        their_status=theirs.raw_status[:60] if theirs else "",
        our_cost=message.cost if message else None,
        their_cost=theirs.cost if theirs else None,
        currency=(theirs.currency if theirs else None) or (message.cost_currency if message else ""),
    )


def _write(
    report: ReconciliationReport, books: _Books, *, until: datetime, is_complete: bool
) -> ReconciliationReport | None:
    with transaction.atomic():
        ours = ReconciliationReport.all_orgs.select_for_update().filter(pk=report.pk, lease_token=report.lease_token)
        found = ours.first()
        if found is None:  # The lease ran out, and another worker has begun anew.
            return None
        ReconciliationRow.all_orgs.filter(report=report).delete()
        ReconciliationRow.all_orgs.bulk_create(books.rows, batch_size=_BATCH)
        _count(found, books)
        found.lease_token = found.lease_until = None
        found.finished_at, found.covered_until = clock.now(), until
        found.is_complete, found.error = is_complete, ""
        found.save()
    logger.info("an account was reconciled", extra={"report_id": str(report.pk)})
    return found


def _count(report: ReconciliationReport, books: _Books) -> None:
    kinds = [row.difference for row in books.rows]
    report.compared = books.compared
    report.inserted = books.inserted
    report.ours_not_theirs = kinds.count(Difference.OURS_NOT_THEIRS)
    report.theirs_not_ours = kinds.count(Difference.THEIRS_NOT_OURS)
    report.different = kinds.count(Difference.STATUS) + kinds.count(Difference.PRICE)


def latest(org_id: UUID, *, accounts: int = 10) -> list[ReconciliationReport]:
    """Return the last report of each account of an organization, finished or not."""
    rows = ReconciliationReport.objects.for_org(org_id).select_related("account").order_by("account", F("day").desc())
    return list(rows.distinct("account")[:accounts])
