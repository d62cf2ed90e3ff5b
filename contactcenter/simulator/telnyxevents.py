"""Telnyx's events about calls: who is told what, and what an end does to the other leg."""

from __future__ import annotations

from typing import Any

from . import telnyxcallbodies as bodies
from .calls import SECOND_LEG, End, Moment
from .lines import Line, Turn
from .telnyxbodies import event, precise
from .telnyxparcel import event_parcel

COST_AFTER_SECONDS = 1.0


def tell(line: Line, event_type: str, fields: dict[str, Any] | None = None, *, without: str = "") -> None:
    """Send an event of a leg to its webhook URL; ``without`` names a field that this event lacks."""
    payload = bodies.identity(line.call) | (fields or {})
    payload.pop(without, None)
    url = line.webhook_url or line.account.voice_url(line.board.config.public_base_url)
    now = line.board.moment()
    line.post(event_parcel(line.account, url, event(event_type, payload, now) | {"occurred_at": precise(now)}))


def bridge(one: Line, other: Line) -> None:
    """Connect two answered legs; each is told."""
    for line, peer in ((one, other), (other, one)):
        if line.peer is not peer:
            part(line)
        line.peer, line.is_bridged = peer, True
        line.turns.put_nowait(Turn.CONNECTED)
        tell(line, "call.bridged", bodies.numbers(line.call))


def part(line: Line) -> None:
    """Take a leg from whom it talks to or rings; that leg ends, unless it stays parked."""
    peer, line.peer, line.is_bridged = line.peer, None, False
    if peer is None or peer.peer is not line:
        return
    peer.peer, peer.is_bridged = None, False
    if not peer.stays_parked:
        peer.finish(End.OTHER_LEG)


class TelnyxCalling:
    """Telnyx's events of a leg. There is none for ringing."""

    def report(self, line: Line, moment: Moment) -> None:
        """Send the event of a moment."""
        call = line.call
        match moment:
            case Moment.INITIATED:
                tell(line, "call.initiated", bodies.initiated(call))
            case Moment.ANSWERED:
                tell(line, "call.answered", bodies.answered(call))
            case Moment.HOLD | Moment.UNHOLD:
                tell(line, f"call.{moment.value}", bodies.numbers(call))
            case Moment.ENDED:
                tell(line, "call.hangup", bodies.hangup(call, retries=line.retries_on_timeout))
                line.board.carrier.later(COST_AFTER_SECONDS, lambda: tell(line, "call.cost", bodies.cost(call)))
                _leave_peer(line)

    def receive(self, line: Line) -> None:
        """Announce a call to one of our numbers; it is parked until a command comes."""
        line.start()
        line.call.status = "ringing"


def _leave_peer(line: Line) -> None:
    """End the other leg too, unless this one only rang for it or the other stays parked."""
    peer = line.peer
    if peer is None or peer.peer is not line:
        return
    if line.call.direction == SECOND_LEG and not line.is_bridged:
        peer.peer = None
    else:
        part(line)
