"""Carrying out commands to live calls. The provider knows each by its id, so what is doubtful is simply repeated."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now

from calls import addressing, orders, routing, scripts
from calls.enums import CommandState
from calls.models import Call, CallCommand
from contactcenter.core import clock
from contactcenter.core.crypto import CredentialsUnreadable
from contactcenter.providers import registry
from contactcenter.providers.base import ProviderError, Refused, Timeouts, Unknown
from contactcenter.providers.enums import Nature
from contactcenter.providers.voice import CommandOutcome, Done, RingPhone, Wait

logger = logging.getLogger(__name__)

# Seconds until the next try; a call does not wait longer for a command than this adds up to.
_PAUSES = (1, 2, 5, 15, 30)
_RING = "ring:"
# Without one of these nobody hears anything any more.
_VITAL = (orders.SORRY, orders.VOICEMAIL_RECORD, f"{orders.ANSWERED}{Wait.__name__}")
_RING_OURS = f"{orders.ANSWERED}{RingPhone.__name__}"

# A command whose turn it is: the oldest due one of its call, so that none overtakes another.
_TAKE = """
WITH due AS (
    SELECT c.id FROM calls_callcommand AS c
    WHERE c.state = 'due' AND c.next_attempt_at <= now() AND NOT EXISTS (
        SELECT FROM calls_callcommand AS e WHERE e.call_id = c.call_id AND e.state = 'due' AND e.id < c.id
    )
    ORDER BY c.next_attempt_at, c.id
    LIMIT %s
    FOR UPDATE SKIP LOCKED
)
UPDATE calls_callcommand AS c
SET attempts = attempts + 1, next_attempt_at = now() + make_interval(secs => %s)
FROM due WHERE c.id = due.id
RETURNING c.id
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """One command that is ours until the provider must have answered."""

    command_id: UUID


def take(limit: int) -> list[Taken]:
    """Take up to `limit` due commands by moving their due time, so that a killed worker's are due again."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [limit, settings.PROVIDER_TIMEOUT + 5])
        return [Taken(command_id) for (command_id,) in cursor.fetchall()]


def carry_out(taken: Taken) -> None:
    """Give one command to the provider, and write down what it said."""
    command = CallCommand.all_orgs.select_related("account").get(pk=taken.command_id)
    try:
        credentials = command.account.credentials()
    except CredentialsUnreadable:
        logger.error("the credentials of a provider account cannot be decrypted: check CREDENTIAL_KEYS")
        _end(command, CommandState.FAILED)
        return
    adapter = registry.voice(command.account.provider)
    timeouts = Timeouts(connect=settings.PROVIDER_CONNECT_TIMEOUT, total=settings.PROVIDER_TIMEOUT)
    record(
        command,
        adapter.command(credentials, command.provider_call_id, command.request, str(command.pk), timeouts),
    )


def record(command: CallCommand, outcome: CommandOutcome) -> None:
    """Write down what became of a command; what is doubtful or only for now refused is tried again."""
    match outcome:
        case Done():
            _end(command, CommandState.TOO_LATE if outcome.too_late else CommandState.DONE)
        case Unknown():
            _again_or_fail(command, outcome.error, 0.0)
        case Refused():
            is_lasting = outcome.error.facts.nature in (Nature.PERMANENT, Nature.CONFIG)
            if is_lasting:
                _end(command, CommandState.FAILED, outcome.error)
            else:
                _again_or_fail(command, outcome.error, outcome.retry_after or 0.0)


def _again_or_fail(command: CallCommand, error: ProviderError, wished: float) -> None:
    if command.attempts > len(_PAUSES):
        _end(command, CommandState.FAILED, error)
        return
    pause = max(float(_PAUSES[command.attempts - 1]), wished)
    rows = CallCommand.all_orgs.filter(pk=command.pk, state=CommandState.DUE)
    rows.update(next_attempt_at=Now() + timedelta(seconds=pause), **_words(error))


def _end(command: CallCommand, state: CommandState, error: ProviderError | None = None) -> None:
    with transaction.atomic():
        rows = CallCommand.all_orgs.filter(pk=command.pk, state=CommandState.DUE)
        words = _words(error) if error else {}
        if not rows.update(state=state, finished_at=clock.now(), next_attempt_at=None, **words):
            return
        if state == CommandState.FAILED:
            logger.error("a command to a call failed: %s", command.key.partition(":")[0])
            _go_on_without(command)


def _go_on_without(command: CallCommand) -> None:
    """What was ordered will not happen: whoever is on the line must not wait for it."""
    calls = Call.all_orgs.select_for_update(of=("self",)).select_related("organization")
    call = calls.get(pk=command.call_id)
    if call.is_over:
        return
    if command.key.startswith(_RING):
        _ring_the_next(command, call)
    elif command.key == orders.VOICEMAIL_SAY:
        orders.begin(call, scripts.take_message(call), key=orders.VOICEMAIL_RECORD)
    elif command.key == _RING_OURS:
        orders.begin(call, scripts.agent_did_not_answer(call)[0], key=orders.SORRY)
    elif command.key in _VITAL:
        orders.hang_up(call)


def _ring_the_next(command: CallCommand, call: Call) -> None:
    offer_id = addressing.uuid_of(command.key.removeprefix(_RING))
    if offer_id is not None and routing.miss(offer_id, call=call):
        routing.begin(call)


def _words(error: ProviderError) -> dict[str, str]:
    return {"provider_error_code": error.code[:40], "error_message": error.title[:300]}
