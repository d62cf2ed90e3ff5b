"""Variables in prepared texts: `{{contact.first_name}}` and the like, filled in on the server when a text is chosen."""

import re
from collections.abc import Mapping

VARIABLES = ("contact.first_name", "contact.name", "agent.first_name", "agent.name", "organization.name")

_VARIABLE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_BRACES = re.compile(r"\{\{|\}\}")
# Stands where a value was empty, until the spaces around it are settled. No text holds it.
_NOTHING = "\x00"
_GAP = re.compile(rf"([ \t]*){_NOTHING}(?:[ \t]*{_NOTHING})*([ \t]*)")
_NO_SPACE_BEFORE = frozenset(",.;:!?)]}\n")
_NO_SPACE_BEHIND = frozenset("([{\n")


class UnknownVariable(Exception):
    """A text uses variables that do not exist; `names` are as they were written."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__("unknown variable")
        self.names = names


def check(body: str) -> None:
    """Raise UnknownVariable for whatever in double braces could not be filled in."""
    unknown = [found for found in _VARIABLE.findall(body) if found not in VARIABLES]
    unknown += _BRACES.findall(_VARIABLE.sub("", body))
    if unknown:
        raise UnknownVariable(tuple(dict.fromkeys(unknown)))


def fill(body: str, values: Mapping[str, str]) -> str:
    """Return `body` with `values` in the place of its variables. An empty value leaves no stray space."""

    def value_of(found: re.Match[str]) -> str:
        return values.get(found[1], "").replace(_NOTHING, "").strip() or _NOTHING

    return _GAP.sub(_close, _VARIABLE.sub(value_of, body.replace(_NOTHING, "")))


def _close(gap: re.Match[str]) -> str:
    before, behind = gap.string[: gap.start()][-1:], gap.string[gap.end() :][:1]
    has_space = gap[1] or gap[2]
    if not has_space or not before or not behind or before in _NO_SPACE_BEHIND or behind in _NO_SPACE_BEFORE:
        return ""
    return " "


def first_name_of(name: str) -> str:
    """Return the first word of a person's name; empty for an empty one."""
    return (name.split() or [""])[0]
