"""Reading query parameters: nonsense is refused with a sentence, never guessed, never a 500."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from contactcenter.web.api.errors import Problem, invalid_input, invalid_parameter

MAX_PAGE, MAX_PAGE_SIZE = 1_000_000, 100
_TRUE, _FALSE = frozenset({"true", "1", "yes"}), frozenset({"false", "0", "no"})
_LONGEST = 1000


def demand_storable(params: QueryDict) -> None:
    """Refuse what PostgreSQL cannot compare with (null characters) and what no honest client sends."""
    for name, values in params.lists():
        for text in (name, *values):
            if "\x00" in text or len(text) > _LONGEST:
                raise Problem(400, "INVALID_PARAMETER", _("A parameter of the address is too long or not text."))


def word(params: QueryDict, name: str, allowed: Iterable[str], *, called: str) -> str | None:
    """Return the parameter as one of the `allowed` words, given in any letter case; None when it is absent or empty."""
    given = params.get(name, "").strip()
    if not given:
        return None
    words = {str(known).casefold(): str(known) for known in allowed}
    if given.casefold() not in words:
        raise invalid_parameter(called, given)
    return words[given.casefold()]


def flag(params: QueryDict, name: str) -> bool | None:
    """Return a yes-or-no parameter, None when it is absent or empty."""
    given = params.get(name, "").strip()
    if given.casefold() in _TRUE:
        return True
    if given.casefold() in _FALSE:
        return False
    if given:
        raise invalid_parameter(name, given)
    return None


def number(params: QueryDict, name: str, *, default: int, least: int, most: int) -> int:
    """Return a whole number: malformed is 400, out of range 422."""
    given = params.get(name, "").strip()
    if not given:
        return default
    digits = given.removeprefix("-").removeprefix("+")
    if not (digits.isascii() and digits.isdigit()):
        raise invalid_parameter(name, given)
    value = int(digits) if len(digits) < 19 else most + 1
    if given.startswith("-"):
        value = -value
    if not least <= value <= most:
        raise invalid_input(
            ("query", name),
            _("This must be a number from %(least)s to %(most)s.") % {"least": least, "most": most},
            "out_of_range",
        )
    return value


@dataclass(frozen=True, slots=True)
class Paging:
    """Which page is asked for, counted from 1."""

    page: int
    size: int

    @classmethod
    def of(cls, params: QueryDict) -> "Paging":
        """Read `page` (1) and `page_size` (20, at most 100)."""
        return cls(
            page=number(params, "page", default=1, least=1, most=MAX_PAGE),
            size=number(params, "page_size", default=20, least=1, most=MAX_PAGE_SIZE),
        )

    @property
    def start(self) -> int:
        return (self.page - 1) * self.size

    def answer(self, rows: list[Any], *, total: int, has_more: bool) -> dict[str, Any]:
        """Return the paged form of the contract."""
        return {"items": rows, "total": total, "page": self.page, "page_size": self.size, "has_more": has_more}
