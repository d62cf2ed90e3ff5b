"""Twilio's Calls resource: create, fetch, list, end, redirect; recordings; and what it reports about calls."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from . import twiliobodies
from . import twiliocallbodies as bodies
from .accounts import TWILIO, Account
from .calls import Call, End, Moment
from .carrier import Carrier
from .creating import Answers, take
from .http import Request, Response, json_response
from .lines import Line, any_of
from .logs import masked
from .outcomes import Refusal
from .phones import is_called
from .recordings import sound
from .twiliocallvalidation import CallOrder, draft_call, source_of
from .twiliolist import page
from .twilioparcel import form_parcel
from .twilioplayer import Player, Source
from .twiliorecording import RecordingOrder, keep_recording
from .twiliovalidation import Invalid

_FILTERS = ("To", "From", "Status", "ParentCallSid", "StartTime", "StartTime<", "StartTime>")
_EVENTS = {
    Moment.INITIATED: "initiated",
    Moment.RINGING: "ringing",
    Moment.ANSWERED: "answered",
    Moment.ENDED: "completed",
}
EARLY_WAIT_SECONDS = 20.0


async def handle_calls(carrier: Carrier, account: Account, request: Request, parts: list[str]) -> Response:
    """Answer a request for calls or recordings; ``parts`` is the path below the account."""
    match parts:
        case ["Calls.json"] if request.method == "POST":
            return await _create(carrier, account, request)
        case ["Calls.json"] if request.method == "GET":
            return _list(carrier, account, request)
        case ["Calls", name] if request.method in ("GET", "POST"):
            return _instance(carrier, account, request, name.removesuffix(".json"))
        case ["Recordings", name] if request.method == "GET":
            return _recording(carrier, account, request, name)
    return twiliobodies.error(404, "20404", path=request.path)


async def _create(carrier: Carrier, account: Account, request: Request) -> Response:
    carrier.counts["call_requests"] += 1
    form, board = request.form(), carrier.switchboard
    board.ledger.count_request(form.get("StatusCallback", [""])[-1])
    try:
        order = draft_call(carrier.accounts, account, form, time.time())
    except Invalid as invalid:
        carrier.counts["call_invalid"] += 1
        return twiliobodies.error(invalid.http_status, invalid.code, **invalid.words)
    call = order.call
    request.note = f"to {masked(call.to)}"
    outcome = board.scripts.choose(TWILIO, call.to)

    async def begin() -> None:
        line = board.open(account, call, outcome)
        _place(line, order)
        if outcome.early:
            await any_of(line.over, timeout=board.scaled(EARLY_WAIT_SECONDS))
            await line.mail.release()

    def refused(refusal: Refusal) -> Response:
        words = {"to": call.to, "from": call.sender}
        return twiliobodies.error(refusal.http_status, refusal.code, message=refusal.message, **words)

    answers = Answers(
        created=lambda: json_response(bodies.resource(call, fresh=True), 201),
        refused=refused,
        broken=lambda: twiliobodies.error(500, "20500"),
    )
    return await take(carrier, request, outcome, answers, begin, counted_as="call_")


def _place(line: Line, order: CallOrder) -> None:
    if order.detects_machines:
        line.call.answered_by = "machine_start" if line.outcome.machine else "human"
    line.board.spawn(is_called(line, order.seconds))
    line.board.spawn(_when_answered(line, order))


async def _when_answered(line: Line, order: CallOrder) -> None:
    await any_of(line.answered, line.over)
    if not line.answered.is_set():
        return
    if order.records:
        wanted = RecordingOrder(
            order.recording_callback, order.recording_events, "OutboundAPI", order.recording_channels
        )
        line.board.spawn(keep_recording(line, wanted, line.recording_stopped))
    line.player = Player(line)
    line.player.start(order.source)


def _instance(carrier: Carrier, account: Account, request: Request, call_id: str) -> Response:
    call = carrier.switchboard.ledger.get(TWILIO, account.account_id, call_id)
    if call is None:
        return twiliobodies.error(404, "20404", path=request.path)
    if request.method == "POST":
        try:
            refusal = _update(carrier.switchboard.line(account, call_id), request.form())
        except Invalid as invalid:
            return twiliobodies.error(invalid.http_status, invalid.code, **invalid.words)
        if refusal is not None:
            return refusal
    return json_response(bodies.resource(call))


def _update(line: Line | None, form: dict[str, list[str]]) -> Response | None:
    """End or redirect a live call; returns the refusal, None when it was done."""
    status, source = form.get("Status", [""])[-1], source_of(form)
    if status not in ("", "completed", "canceled") or not (status or source):
        return twiliobodies.error(400, "20001")
    if line is None:
        return twiliobodies.error(400, "21220")
    if status == "completed" or (status == "canceled" and not line.answered.is_set()):
        line.finish(End.WE_HUNG_UP)
    elif source is not None:
        if not line.answered.is_set():
            return twiliobodies.error(400, "21220")
        line.player = line.player or Player(line)
        line.player.start(source)
    return None


def _list(carrier: Carrier, account: Account, request: Request) -> Response:
    query = {name: values[-1] for name, values in request.query().items()}
    path = f"{twiliobodies.API}/{account.account_id}/Calls.json"
    return page(path, "calls", _matching(carrier, account, query), query, _FILTERS)


def _matching(carrier: Carrier, account: Account, query: dict[str, str]) -> Iterator[tuple[str, dict[str, Any]]]:
    for call in carrier.switchboard.ledger.newest_first():
        if (call.provider, call.account_id) != (TWILIO, account.account_id):
            continue
        shown = {"To": call.to, "From": call.sender, "Status": call.status, "ParentCallSid": call.parent_id}
        if all(query.get(name) in (None, "", value) for name, value in shown.items()) and _began_within(call, query):
            yield call.id, bodies.resource(call)


def _began_within(call: Call, query: dict[str, str]) -> bool:
    """Compare the start with days or with times, whichever the filter names; what has not begun has none."""
    began = datetime.fromtimestamp(int(call.started_at), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    for name in _FILTERS[4:]:
        limit = query.get(name)
        if not limit:
            continue
        start = began[: len(limit)]
        if not call.started_at or (name == "StartTime" and start != limit):
            return False
        if (name == "StartTime<" and start > limit) or (name == "StartTime>" and start < limit):
            return False
    return True


def _recording(carrier: Carrier, account: Account, request: Request, name: str) -> Response:
    recording_id, _, extension = name.partition(".")
    recording = carrier.switchboard.recordings.get(recording_id)
    if recording is None or recording.account_id != account.account_id or extension not in ("", "mp3", "wav"):
        return twiliobodies.error(404, "20404", path=request.path)
    return sound(recording, extension)


class TwilioCalling:
    """Twilio's status callbacks, and its request for what to do with an incoming call."""

    def report(self, line: Line, moment: Moment) -> None:
        """Send the status callback of a moment when one is wanted; numbered in the order of what is sent."""
        call, event = line.call, _EVENTS.get(moment)
        url = call.callback_url
        if line.is_inbound and moment is Moment.ENDED:
            url = line.account.voice_status_url(line.board.config.public_base_url)
        elif line.is_inbound or event not in call.callback_events:
            return
        if not url:
            return
        status = "initiated" if moment is Moment.INITIATED else call.status
        form = bodies.status_parameters(call, status, call.events)
        call.events += 1
        line.post(form_parcel(line.account, url, form))

    def receive(self, line: Line) -> None:
        """Ring at one of our numbers: ask the application what to do."""
        line.start()
        line.ring()
        line.player = Player(line)
        line.player.start(Source(url=line.account.voice_url(line.board.config.public_base_url)))
