"""The common part of both create endpoints: take the message or not, then answer as the outcome says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from .accounts import Account
from .carrier import Carrier
from .http import Fault, Request, Response
from .ledger import Message
from .outcomes import Answer, Outcome, Refusal
from .scripts import is_taken

EARLY_WAIT_SECONDS = 2.0

_FAULTS = {Answer.HANG: Fault.HANG, Answer.CUT: Fault.CUT, Answer.TRUNCATED: Fault.TRUNCATED}
_HTML = b"<!doctype html><title>Gateway</title><p>The service is busy. Please try again.</p>"


@dataclass(frozen=True, slots=True)
class Answers:
    """How one provider writes the answers to a create request."""

    created: Callable[[Message], Response]
    refused: Callable[[Refusal], Response]
    broken: Callable[[], Response]


async def create(carrier: Carrier, account: Account, request: Request, message: Message, answers: Answers) -> Response:
    """Decide about a valid message; what is taken is in the ledger before anything is answered."""
    outcome = carrier.scripts.choose(message.provider, message.to, message.body)
    message.answer = outcome.answer.value
    request.note += f" {outcome.answer.value}"
    carrier.counts[f"answers_{outcome.answer.value}"] += 1
    # The answer is written now: it must not show what happened to the message in the meantime.
    if is_taken(outcome):
        carrier.ledger.add(message)
        carrier.counts["accepted"] += 1
        answer = answers.created(message)
        await _start(carrier, account, message, outcome)
    else:
        carrier.counts["not_accepted"] += 1
        answer = Response(500)
    await carrier.pause(outcome.latency)
    return _answer(outcome, answer, answers)


async def _start(carrier: Carrier, account: Account, message: Message, outcome: Outcome) -> None:
    early = carrier.reach_first(account, message, outcome)
    if early:
        await asyncio.wait(early, timeout=EARLY_WAIT_SECONDS)
    carrier.follow(account, message, outcome)


def _answer(outcome: Outcome, created: Response, answers: Answers) -> Response:
    if outcome.answer is Answer.REFUSE and outcome.refusal is not None:
        response = answers.refused(outcome.refusal)
        if outcome.refusal.retry_after is not None:
            response.headers.append((b"retry-after", b"%d" % round(outcome.refusal.retry_after)))
        return response
    if outcome.answer is Answer.SERVER_ERROR:
        return answers.broken()
    if outcome.answer is Answer.HTML:
        return Response(200, _HTML, b"text/html; charset=utf-8")
    created.fault = _FAULTS.get(outcome.answer)
    return created
