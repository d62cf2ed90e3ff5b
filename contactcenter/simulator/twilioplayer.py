"""Plays TwiML on a Twilio call: one verb after the other, until the document ends and the call with it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urljoin

from . import twiliocallbodies as bodies
from .calls import End
from .lines import Line
from .twiliodial import dial
from .twilioparcel import form_parcel
from .twiliorecording import record, start_recording
from .twiliotranscribing import start_transcription
from .twiml import InvalidTwiml, Verb, parse_twiml

CHARACTERS_PER_SECOND = 15
PLAY_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Source:
    """Where a document comes from: ``twiml`` itself, or ``url`` that is asked with ``parameters`` besides the usual."""

    twiml: str = ""
    url: str = ""
    parameters: dict[str, str] = field(default_factory=dict)


class Player:
    """Plays documents on one call. ``url`` is where the present document came from."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.url = ""
        # A call that only rang for somebody else ends unanswered.
        self.rang_in_vain = False
        self._task: asyncio.Task[None] | None = None

    def start(self, source: Source) -> None:
        """Play from here, in place of what is playing."""
        if self._task is not None:
            self._task.cancel()
        self._task = self.line.board.spawn(self._run(source))

    async def _run(self, source: Source) -> None:
        next_source: Source | None = source
        while next_source is not None and self.line.lives:
            verbs = await self._load(next_source)
            if verbs is None:
                self.line.finish(End.FAILED)
                return
            next_source = await self._play(verbs)
        if self.line.lives and self.line.is_inbound and self.rang_in_vain:
            self.line.finish(End.NO_ANSWER)
        # Only Reject leaves a call unanswered; whatever else comes to its end has answered it.
        self.line.answer()
        self.line.finish(End.WE_HUNG_UP)

    async def _load(self, source: Source) -> tuple[Verb, ...] | None:
        text = source.twiml or await self.ask(source.url, source.parameters)
        if text is None:
            return None
        try:
            return parse_twiml(text)
        except InvalidTwiml:
            self.error("12100")
            return None

    async def ask(self, url: str, parameters: dict[str, str]) -> str | None:
        """POST a URL of ours for a document; None (and counted) when there is none."""
        self.url = url
        form = bodies.parameters(self.line.call) | parameters
        response = await self.line.board.carrier.courier.ask(form_parcel(self.line.account, url, form))
        if response is None:
            self.error("11200")
            return None
        if "xml" not in response.headers.get("content-type", ""):
            self.error("12300")
            return None
        return response.text

    def error(self, code: str) -> None:
        """Count one of Twilio's errors, which real accounts see in their debugger."""
        self.line.board.carrier.counts[f"twilio_error_{code}"] += 1

    def resolve(self, url: str) -> str:
        """Return a URL that may be relative to the present document."""
        return urljoin(self.url, url)

    async def _play(self, verbs: tuple[Verb, ...]) -> Source | None:
        for verb in verbs:
            next_source = await _VERBS[verb.name](self, verb)
            if next_source is not None or not self.line.lives:
                return next_source
        return None


async def _say(player: Player, verb: Verb) -> None:
    player.line.answer()
    await player.line.wait(max(1.0, len(verb.text) / CHARACTERS_PER_SECOND))


async def _play_file(player: Player, _verb: Verb) -> None:
    player.line.answer()
    await player.line.wait(PLAY_SECONDS)


async def _pause(player: Player, verb: Verb) -> None:
    # At the beginning of an incoming call a pause lets it ring.
    await player.line.wait(verb.number("length", 1))


async def _hang_up(player: Player, _verb: Verb) -> None:
    player.line.answer()
    player.line.finish(End.WE_HUNG_UP)


async def _reject(player: Player, verb: Verb) -> None:
    player.line.finish(End.BUSY if verb.get("reason") == "busy" else End.NO_ANSWER)


async def _redirect(player: Player, verb: Verb) -> Source:
    return Source(url=player.resolve(verb.text))


async def _start(player: Player, verb: Verb) -> None:
    for child in verb.children:
        if child.name == "Recording":
            start_recording(player, child)
        else:
            start_transcription(player, child)


async def _stop(player: Player, verb: Verb) -> None:
    line = player.line
    for child in verb.children:
        stopped = line.recording_stopped if child.name == "Recording" else line.transcription_stopped
        stopped.set()


async def _dial(player: Player, verb: Verb) -> Source | None:
    return _asking(await dial(player, verb))


async def _record(player: Player, verb: Verb) -> Source | None:
    return _asking(await record(player, verb))


def _asking(asked: tuple[str, dict[str, str]] | None) -> Source | None:
    return Source(url=asked[0], parameters=asked[1]) if asked else None


_VERBS: dict[str, Callable[[Player, Verb], Awaitable[Source | None]]] = {
    "Say": _say,
    "Play": _play_file,
    "Pause": _pause,
    "Hangup": _hang_up,
    "Reject": _reject,
    "Redirect": _redirect,
    "Start": _start,
    "Stop": _stop,
    "Dial": _dial,
    "Record": _record,
}
