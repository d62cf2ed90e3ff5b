"""Conference rooms: calls that wait for each other under a name."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from .lines import Line, Turn, any_of


@dataclass(slots=True)
class Room:
    """Who is in a room; ``closed`` when somebody left with whom it ends."""

    lines: list[Line] = field(default_factory=list)
    closed: asyncio.Event = field(default_factory=asyncio.Event)


class Rooms:
    """The rooms by account and name; an empty one is forgotten."""

    def __init__(self) -> None:
        self._rooms: dict[tuple[str, str], Room] = {}

    def reset(self) -> None:
        """Forget all rooms."""
        self._rooms.clear()

    async def stay(self, line: Line, name: str, *, ends_it: bool) -> None:
        """Stay in a room until it is closed or the call is over; with ``ends_it`` close it on leaving."""
        key = (line.account.account_id, name)
        room = self._rooms.setdefault(key, Room())
        room.lines.append(line)
        if len(room.lines) == 2:
            room.lines[0].turns.put_nowait(Turn.CONNECTED)
        if len(room.lines) >= 2:
            line.turns.put_nowait(Turn.CONNECTED)
        try:
            await any_of(line.over, room.closed)
        finally:
            room.lines.remove(line)
            if ends_it:
                room.closed.set()
            if (ends_it or not room.lines) and self._rooms.get(key) is room:
                del self._rooms[key]
