"""Telling the provider what to do with a live call: written in the transaction of the cause, carried out by a worker.

The provider knows a command by its id, so a worker may repeat it; that is the difference to dialling.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models.functions import Now

from calls.enums import CommandState
from calls.models import Call, CallCommand
from contactcenter.core import doorbell
from contactcenter.providers import registry
from contactcenter.providers.voice import CallStep, VoiceProvider

# What commands are for; what has been ordered tells what follows.
HANG_UP, ANSWER, SORRY = "hang-up", "answer", "sorry"
VOICEMAIL_SAY, VOICEMAIL_RECORD = "voicemail:say", "voicemail:record"
# Followed by the kind of the step.
ANSWERED = "answered:"
_WAKE = "calls.tasks.carry_out_commands"


def voice_of(call: Call) -> VoiceProvider:
    """Return the adapter of the call's provider."""
    return registry.voice(call.provider)


def hang_up(call: Call) -> None:
    """Let the provider end the call, if it has it, before anything else. Giving the order twice makes one.

    One that failed is tried anew: whoever asks again has seen that the call lives on.
    """
    if not (call.provider_call_id and call.account_id):
        return
    given = CallCommand.all_orgs.filter(call=call)
    # A doubtful command would keep those behind it waiting, and on a call that ends nothing else matters.
    given.filter(state=CommandState.DUE).exclude(key=HANG_UP).update(
        state=CommandState.TOO_LATE, finished_at=Now(), next_attempt_at=None
    )
    failed = given.filter(key=HANG_UP, state=CommandState.FAILED)
    if failed.update(state=CommandState.DUE, attempts=0, finished_at=None, next_attempt_at=Now()):
        doorbell.wake(_WAKE)
    give(call, HANG_UP, [voice_of(call).hang_up_request()])


def answer(call: Call) -> None:
    """Let the provider answer an incoming call (where the answer to the webhook did not do so)."""
    request = voice_of(call).answer_request()
    if request is not None:
        give(call, ANSWER, [request])


def begin(call: Call, step: CallStep, *, key: str) -> bool:
    """Let the provider begin one step of the call; False when `key` was ordered before."""
    return give(call, key, voice_of(call).commands(step))


def give(call: Call, key: str, requests: Iterable[dict[str, Any]]) -> bool:
    """Order what `key` stands for. Returns whether anything is new. Must run in a transaction."""
    if call.account_id is None:
        return False
    is_new = False
    for position, request in enumerate(requests):
        _command, created = CallCommand.all_orgs.get_or_create(
            call=call,
            key=key if position == 0 else f"{key}:{position}",
            defaults={
                "organization_id": call.organization_id,
                "account_id": call.account_id,
                "provider_call_id": call.provider_call_id,
                "request": request,
                "next_attempt_at": Now(),
            },
        )
        is_new |= created
    if is_new:
        doorbell.wake(_WAKE)
    return is_new


def was_given(call: Call, key: str) -> bool:
    """Whether `key` was ordered for this call."""
    return CallCommand.all_orgs.filter(call=call, key=key).exists()
