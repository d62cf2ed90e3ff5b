"""The common part of all create endpoints: take what is asked for or not, then answer as the outcome says."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from .accounts import Account
from .carrier import Carrier
from .http import Fault, Request, Response
from .ledger import Message
from .outcomes import Answer, Outcome, Refusal, Taking
from .scripts import is_taken

EARLY_WAIT_SECONDS = 2.0

_FAULTS = {Answer.HANG: Fault.HANG, Answer.CUT: Fault.CUT, Answer.TRUNCATED: Fault.TRUNCATED}
_HTML = b"<!doctype html><title>Gateway</title><p>The service is busy. Please try again.</p>"


@dataclass(frozen=True, slots=True)
class Answers:
    """How one provider writes the answers to a create request."""

    created: Callable[[], Response]
    refused: Callable[[Refusal], Response]
    broken: Callable[[], Response]


async def create(carrier: Carrier, account: Account, request: Request, message: Message, answers: Answers) -> Response:
    """Decide about a valid message; what is taken is in the ledger before anything is answered."""
    outcome = carrier.scripts.choose(message.provider, message.to, message.body)
    message.answer = outcome.answer.value
    message.price_after = outcome.price_after * carrier.config.speed

    async def begin() -> None:
        carrier.ledger.add(message)
        await _start(carrier, account, message, outcome)

    return await take(carrier, request, outcome, answers, begin)


async def take(
    carrier: Carrier,
    request: Request,
    plan: Taking,
    answers: Answers,
    begin: Callable[[], Awaitable[None]],
    *,
    counted_as: str = "",
) -> Response:
    """Answer a valid create request as planned; ``begin`` starts what is taken, before anything is answered."""
    request.note += f" {plan.answer.value}"
    carrier.counts[f"{counted_as}answers_{plan.answer.value}"] += 1
    answer = Response(500)
    if is_taken(plan):
        carrier.counts[f"{counted_as}accepted"] += 1
        # The answer is written now: it must not show what happens in the meantime.
        answer = answers.created()
        await begin()
    else:
        carrier.counts[f"{counted_as}not_accepted"] += 1
    await carrier.pause(plan.latency)
    return _answer(plan, answer, answers)


async def _start(carrier: Carrier, account: Account, message: Message, outcome: Outcome) -> None:
    early = carrier.reach_first(account, message, outcome)
    if early:
        await asyncio.wait(early, timeout=EARLY_WAIT_SECONDS)
    carrier.follow(account, message, outcome)


def _answer(outcome: Taking, created: Response, answers: Answers) -> Response:
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
