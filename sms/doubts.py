"""Settling a doubt by asking the provider: exactly one text on its record that is nobody else's proves acceptance.

Not finding it proves nothing. No network inside a transaction: a lease on the attempt (`next_lookup_at`, moved ahead)
keeps two workers from asking at once, and brings the look-up back when its worker dies.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q

from contactcenter.core import clock
from contactcenter.core.crypto import CredentialsUnreadable
from contactcenter.core.models import ProviderAccount
from contactcenter.providers import registry
from contactcenter.providers.base import Accepted, Credentials, StatusReport, Timeouts
from contactcenter.providers.errors import ProviderUnavailable
from contactcenter.providers.records import Listed, Search
from sms import consent, delivery, timetable, transitions
from sms.enums import AttemptState, HoldReason, MessageStatus
from sms.models import Attempt, Message

logger = logging.getLogger(__name__)

_PAGES = 5
# Two clocks, theirs and ours.
_MARGIN = timedelta(seconds=60)
# A key is kept for 24 hours at most (Telnyx's documentation of idempotency).
_KEY_LASTS = timedelta(hours=23, minutes=50)
# An answer that carries a key's result: Telnyx replays only successes, so a repeat after a 5xx could be a second text.
_REPEATABLE = Q(http_status=None) | Q(http_status__lt=300) | Q(http_status=409)

_CLAIM = """
WITH due AS (
    SELECT id FROM sms_attempt WHERE state = 'unknown' AND next_lookup_at <= now()
    ORDER BY next_lookup_at LIMIT %s FOR UPDATE SKIP LOCKED
)
UPDATE sms_attempt AS a SET next_lookup_at = now() + make_interval(secs => %s)
FROM due WHERE a.id = due.id RETURNING a.id, a.next_lookup_at
"""


class _NotProved(Exception):
    """What was found turned out to be another text's, while it was written."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """An attempt that is ours to look into until `until`."""

    attempt_id: UUID
    until: datetime


def claim(limit: int) -> list[Doubt]:
    """Take up to `limit` due doubts."""
    lease = _PAGES * settings.PROVIDER_TIMEOUT + 2 * settings.PROVIDER_TIMEOUT + 30
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [limit, lease])
        return [Doubt(*row) for row in cursor.fetchall()]


def look_into(doubt: Doubt) -> None:
    """Ask the provider about one doubt and write down what that proves."""
    ours = Attempt.all_orgs.filter(pk=doubt.attempt_id, state=AttemptState.UNKNOWN, next_lookup_at=doubt.until)
    attempt = ours.select_related("message", "account").first()
    if attempt is None:
        return
    try:
        found = _ask(attempt)
    except ProviderUnavailable as error:
        logger.warning("a provider could not be asked about a text: %s", error.error.code)
        _ask_later(doubt, attempt)
        return
    except CredentialsUnreadable:
        logger.error("the credentials of a provider account cannot be decrypted: check CREDENTIAL_KEYS")
        _ask_later(doubt, attempt)
        return
    if len(found) == 1 and _settle(attempt.pk, found[0]):
        return
    if len(found) > 1:
        # Several texts could be this one: only a person can tell.
        transitions.hold(attempt.message, HoldReason.UNCERTAIN, only_from=MessageStatus.UNCERTAIN)
    following = None if len(found) > 1 else timetable.next_lookup(_since(attempt), done=attempt.lookups + 1)
    ours.update(lookups=F("lookups") + 1, next_lookup_at=following)


def _since(attempt: Attempt) -> datetime:
    return attempt.finished_at or attempt.dialled_at


def _ask_later(doubt: Doubt, attempt: Attempt) -> None:
    """A look-up that could not be made does not count; after the grace a person decides without it."""
    until = _since(attempt) + timedelta(seconds=settings.UNCERTAIN_GRACE_SECONDS)
    following = clock.now() + timetable.AFTER_FAILURE
    rows = Attempt.all_orgs.filter(pk=doubt.attempt_id, next_lookup_at=doubt.until)
    rows.update(next_lookup_at=following if following < until else None)


def _ask(attempt: Attempt) -> list[StatusReport]:
    """Return the texts on the provider's record that can only be this attempt's; several prove nothing."""
    credentials = attempt.account.credentials()
    if _may_repeat(attempt) and (repeated := _repeat(attempt, credentials)):
        return [repeated]
    wanted = Search(
        since=attempt.dialled_at - _MARGIN,
        to=attempt.message.to_address,
        sender=attempt.message.from_address,
    )
    listing = registry.records(attempt.provider).search(credentials, wanted, _timeouts(), pages=_PAGES)
    named = [one.report for one in listing.texts if delivery.attempt_id_in(one.callback_url) == attempt.pk]
    if named:
        return named[:1]
    alike = [one.report for one in listing.texts if _is_like(one, attempt)]
    free = _without_owned(attempt.account, alike)
    # A list that was cut, or a twin in doubt as well: what was found may be another's.
    return free if len(free) > 1 or (listing.is_complete and not _has_twin(attempt)) else []


def _timeouts() -> Timeouts:
    return Timeouts(connect=settings.PROVIDER_CONNECT_TIMEOUT, total=settings.PROVIDER_TIMEOUT)


def _is_like(one: Listed, attempt: Attempt) -> bool:
    message, report = attempt.message, one.report
    if one.is_inbound or one.callback_url or report.to != message.to_address:
        return False  # With a callback address that is not this attempt's, it is somebody else's.
    if report.sender not in ("", message.from_address):
        return False
    is_same = one.body.strip() == message.body.strip() if one.body is not None else report.segments == message.segments
    begin, end = _window(attempt)
    return is_same and one.created_at is not None and begin <= one.created_at <= end


def _window(attempt: Attempt) -> tuple[datetime, datetime]:
    """The time in which the provider can have made its record of this attempt."""
    longest = timedelta(seconds=settings.SENDER_LEASE_SECONDS + settings.PROVIDER_TIMEOUT)
    return (attempt.dialled_at - _MARGIN).replace(microsecond=0), attempt.dialled_at + longest + _MARGIN


def _without_owned(account: ProviderAccount, reports: Iterable[StatusReport]) -> list[StatusReport]:
    by_id = {report.provider_message_id: report for report in reports}
    for model in (Attempt, Message):
        taken = model.all_orgs.filter(account=account, provider_message_id__in=list(by_id))
        for provider_id in taken.values_list("provider_message_id", flat=True):
            by_id.pop(provider_id, None)
    return list(by_id.values())


def _has_twin(attempt: Attempt) -> bool:
    """Whether the same text to the same number is in doubt, or on the wire, a second time."""
    begin, end = _window(attempt)
    twins = Attempt.all_orgs.filter(
        account=attempt.account,
        state__in=[AttemptState.UNKNOWN, AttemptState.SUBMITTING],
        message__to_address=attempt.message.to_address,
        message__body=attempt.message.body,
        dialled_at__range=(begin - _MARGIN, end),
    )
    return twins.exclude(pk=attempt.pk).exists()


def _may_repeat(attempt: Attempt) -> bool:
    """Whether the very same request may be made again, because a key makes the second one a question."""
    if not settings.TELNYX_IDEMPOTENT_REPOST or not attempt.request.get("idempotency_key"):
        return False
    rows = Attempt.all_orgs.filter(_REPEATABLE, pk=attempt.pk, message__status=MessageStatus.UNCERTAIN)
    is_young = clock.now() < attempt.dialled_at + _KEY_LASTS
    opted_out = consent.is_opted_out(attempt.organization_id, attempt.message.to_address)
    return is_young and not opted_out and rows.exists()


def _repeat(attempt: Attempt, credentials: Credentials) -> StatusReport | None:
    """Repeat the stored request. Only a yes says anything about the first one."""
    outcome = registry.get(attempt.provider).send(credentials, attempt.request, _timeouts())
    if not isinstance(outcome, Accepted):
        return None
    return StatusReport(outcome.provider_message_id, outcome.status, outcome.raw_status)


def _settle(attempt_id: UUID, report: StatusReport) -> bool:
    """Take over what was found; False when a callback was quicker, or it is another text's."""
    try:
        with transaction.atomic():
            attempt = Attempt.all_orgs.select_for_update().get(pk=attempt_id)
            # One at a time for an account, so that two doubts never take the same text.
            ProviderAccount.all_orgs.select_for_update(no_key=True).get(pk=attempt.account_id)
            if attempt.state != AttemptState.UNKNOWN or not _without_owned(attempt.account, [report]):
                return False
            delivery.apply(attempt, report)
            _demand_proof(attempt, report)
            delivery.note(attempt, report)
    except _NotProved:
        logger.error("a text that was found is another text's", extra={"attempt_id": str(attempt_id)})
        return False
    logger.info("a doubt was settled: the provider has the text", extra={"attempt_id": str(attempt_id)})
    return True


def _demand_proof(attempt: Attempt, report: StatusReport) -> None:
    proved = Attempt.all_orgs.filter(pk=attempt.pk, provider_message_id=report.provider_message_id)
    if not proved.update(state=AttemptState.ACCEPTED, next_lookup_at=None, lookups=F("lookups") + 1):
        raise _NotProved
