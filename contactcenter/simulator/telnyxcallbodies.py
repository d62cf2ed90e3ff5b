"""Telnyx's bodies about calls: the call, and the payloads of its events, as in its OpenAPI document."""

from __future__ import annotations

from typing import Any

from .calls import INBOUND, Call, End
from .telnyxbodies import iso

# hangup_cause and sip_hangup_cause of a leg that nobody answered.
_UNANSWERED = {
    End.THEY_HUNG_UP: ("call_rejected", "603"),
    End.WE_HUNG_UP: ("originator_cancel", "487"),
    End.OTHER_LEG: ("originator_cancel", "487"),
    End.BUSY: ("user_busy", "486"),
    End.REJECTED: ("call_rejected", "603"),
    End.NO_ANSWER: ("timeout", "408"),
    End.FAILED: ("not_found", "404"),
}


def resource(call: Call, *, fresh: bool = False) -> dict[str, Any]:
    """Return the ``data`` of a call; ``fresh`` gives the answer to a dial, which is never alive yet."""
    data: dict[str, Any] = {
        "call_control_id": call.id,
        "call_leg_id": call.leg_id,
        "call_session_id": call.session_id,
        "client_state": call.client_state or None,
        "is_alive": not fresh and not call.ended_at,
        "record_type": "call",
    }
    if fresh:
        return data | {"recording_id": None}
    return data | {
        "call_duration": call.duration,
        "start_time": iso(call.started_at),
        "end_time": iso(call.ended_at),
    }


def identity(call: Call) -> dict[str, Any]:
    """Return what every event of a leg carries."""
    return {
        "call_control_id": call.id,
        "call_leg_id": call.leg_id,
        "call_session_id": call.session_id,
        "client_state": call.client_state or None,
        "connection_id": call.connection_id,
    }


def numbers(call: Call) -> dict[str, str]:
    """Return both numbers of a leg, which most events carry as well."""
    return {"from": call.sender, "to": call.to}


def initiated(call: Call) -> dict[str, Any]:
    """Return the fields of call.initiated."""
    incoming = call.direction == INBOUND
    return numbers(call) | {
        "direction": "incoming" if incoming else "outgoing",
        "state": "parked" if incoming else "bridging",
        "start_time": iso(call.started_at),
    }


def answered(call: Call) -> dict[str, Any]:
    """Return the fields of call.answered."""
    return numbers(call) | {"start_time": iso(call.answered_at), "state": "answered"}


def hangup(call: Call, *, retries: bool = True) -> dict[str, Any]:
    """Return the fields of call.hangup; without ``retries`` a timeout is called no_answer."""
    cause, sip = _cause(call)
    return numbers(call) | {
        "hangup_cause": "no_answer" if cause == "timeout" and not retries else cause,
        "hangup_source": _source(call),
        "sip_hangup_cause": sip,
        "start_time": iso(call.started_at),
        "state": "hangup",
        "call_quality_stats": None,
    }


def _cause(call: Call) -> tuple[str, str]:
    if call.answered_at:
        return "normal_clearing", "200"
    end, incoming = call.end or End.FAILED, call.direction == INBOUND
    if incoming and end is End.THEY_HUNG_UP:
        return "originator_cancel", "487"
    if incoming and end is End.WE_HUNG_UP:
        return "call_rejected", "603"
    return _UNANSWERED[end]


def _source(call: Call) -> str:
    incoming = call.direction == INBOUND
    if call.end is End.THEY_HUNG_UP:
        return "caller" if incoming else "callee"
    if call.end is End.WE_HUNG_UP:
        return "callee" if incoming else "caller"
    return "callee" if call.end in (End.BUSY, End.REJECTED) else "unknown"


def cost(call: Call) -> dict[str, Any]:
    """Return the fields of call.cost: by the minute begun, nothing for a call that nobody answered."""
    minutes = -(-call.duration // 60)
    parts = [("sip-trunking", 0.0050), ("call-control", 0.0020)] if minutes else []
    return {
        "billed_duration_secs": 60 * minutes,
        "billing_group_id": None,
        "cost_parts": [
            {
                "billed_duration_secs": 60 * minutes,
                "call_part": part,
                "cost": f"{rate * minutes:.4f}",
                "currency": "USD",
                "rate": f"{rate:.4f}",
            }
            for part, rate in parts
        ],
        "occurred_at": iso(call.ended_at),
        "status": "success",
        "total_cost": f"{sum(rate * minutes for _, rate in parts):.4f}",
    }
