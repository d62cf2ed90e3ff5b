"""The words in which the demo conversations are written down."""

from dataclasses import dataclass
from typing import Any

from sms.enums import MessageStatus

MINUTE, HOUR, DAY = 1, 60, 24 * 60


@dataclass(frozen=True, slots=True)
class Line:
    """One text. `gap`: minutes after the line before; `code`: the provider's error; `by_answer`: it refused at once."""

    body: str
    is_inbound: bool
    status: MessageStatus = MessageStatus.DELIVERED
    gap: int = 0
    code: str = ""
    by_answer: bool = False
    retried: bool = False
    is_unconfirmed: bool = False
    pictures: int = 0


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation. `ago` is the age of its last line in minutes; `unread` counts its last inbound lines."""

    name: str
    address: str
    lines: tuple[Line, ...]
    ago: int
    sender: str = "TELNYX"
    language: str = ""
    unread: int = 0
    is_closed: bool = False
    opted_out: str = ""


def them(body: str, **details: Any) -> Line:
    """A text of the customer."""
    return Line(body, True, status=MessageStatus.RECEIVED, **details)


def us(body: str, status: MessageStatus = MessageStatus.DELIVERED, **details: Any) -> Line:
    """A text of the organization."""
    return Line(body, False, status=status, **details)


def long_talk(exchanges: tuple[tuple[Line, ...], ...], *, rounds: int, first_number: int) -> tuple[Line, ...]:
    """Repeat exchanges with running order numbers ({n}), a day or two between them: a thread with several pages."""
    lines: list[Line] = []
    for turn in range(rounds):
        for line in exchanges[turn % len(exchanges)]:
            is_first = line is exchanges[turn % len(exchanges)][0]
            body = line.body.replace("{n}", str(first_number + 37 * turn))
            gap = DAY + (turn * 7 % 23) * HOUR if is_first and turn else line.gap
            lines.append(Line(body, line.is_inbound, status=line.status, gap=gap))
    return tuple(lines)
