"""TwiML's Dial: rings phones, connects the first that answers, or keeps the call in a conference."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from .accounts import TWILIO
from .calls import Call, End
from .lines import Line, Turn, any_of
from .phones import is_called
from .twiliorecording import RecordingOrder, keep_recording
from .twiliovalidation import E164
from .twiml import Verb

if TYPE_CHECKING:  # the player knows the verbs
    from .twilioplayer import Player

Asking = tuple[str, dict[str, str]]
RING_SECONDS = 30.0


async def dial(player: Player, verb: Verb) -> Asking | None:
    """Return the action URL to ask next and what to tell it; None without one.

    When the caller hangs up first nobody is asked: there is no call that the answer could go on with.
    """
    conference = next((child for child in verb.children if child.name == "Conference"), None)
    result = await (_confer(player, conference) if conference else _ring(player, verb))
    action = verb.get("action")
    return (player.resolve(action), result) if action and player.line.lives else None


async def _confer(player: Player, conference: Verb) -> dict[str, str]:
    line = player.line
    line.answer()
    await line.board.rooms.stay(line, conference.text, ends_it=conference.get("endConferenceOnExit") == "true")
    return {"DialCallStatus": "answered"}


async def _ring(player: Player, verb: Verb) -> dict[str, str]:
    legs = _legs(player, verb)
    if not legs:
        return {"DialCallStatus": "failed", "DialBridged": "false"}
    line, seconds = player.line, verb.number("timeout", RING_SECONDS)
    if verb.get("answerOnBridge") != "true":
        line.answer()
    try:
        for leg in legs:
            line.board.spawn(is_called(leg, seconds))
        winner = await _first_to_answer(line, legs)
        for leg in legs:
            if leg is not winner:
                leg.finish(End.OTHER_LEG)
        if winner is not None:
            await _connect(player, verb, winner)
        else:
            player.rang_in_vain = not line.answered.is_set()
    finally:
        for leg in legs:
            leg.finish(End.OTHER_LEG)
    return _result((winner or legs[0]).call, bridged=winner is not None)


async def _first_to_answer(line: Line, legs: list[Line]) -> Line | None:
    while line.lives and any(leg.lives for leg in legs):
        for leg in legs:
            if leg.answered.is_set():
                return leg
        ringing = [leg for leg in legs if leg.lives]
        await any_of(line.over, *(leg.answered for leg in ringing), *(leg.over for leg in ringing))
    # Somebody may have answered and hung up before we looked.
    return next((leg for leg in legs if leg.answered.is_set()), None)


async def _connect(player: Player, verb: Verb, leg: Line) -> None:
    line = player.line
    line.answer()
    line.turns.put_nowait(Turn.CONNECTED)
    if verb.get("record").startswith("record-from"):
        order = RecordingOrder.from_verb(player, verb, source="DialVerb", channels=_channels(verb))
        line.board.spawn(keep_recording(line, order, leg.over))
    await any_of(line.over, leg.over)


def _channels(verb: Verb) -> int:
    return 2 if verb.get("record").endswith("-dual") else 1


def _legs(player: Player, verb: Verb) -> list[Line]:
    line = player.line
    numbers = [child for child in verb.children if child.name == "Number"]
    numbers = numbers or [Verb("Number", {}, verb.text, ())]
    sender = verb.get("callerId", line.call.sender)
    if line.board.carrier.accounts.owner_of(sender) not in (None, line.account):
        player.error("13247")
        return []
    legs = []
    for number in numbers:
        if not E164.fullmatch(number.text):
            player.error("13224")
            continue
        legs.append(_leg(player, number, sender))
    return legs


def _leg(player: Player, number: Verb, sender: str) -> Line:
    call = Call(
        provider=TWILIO,
        account_id=player.line.account.account_id,
        id="CA" + uuid.uuid4().hex,
        sender=sender,
        to=number.text,
        callback_url=player.resolve(number.get("statusCallback")) if number.get("statusCallback") else "",
        callback_events=number.words("statusCallbackEvent", "completed"),
    )
    return player.line.board.open_second_leg(player.line, call)


def _result(call: Call, *, bridged: bool) -> dict[str, str]:
    result = {"DialCallSid": call.id, "DialCallStatus": call.status, "DialBridged": str(bridged).lower()}
    if bridged:
        result["DialCallDuration"] = str(call.duration)
    return result
