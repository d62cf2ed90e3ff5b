"""One row of a file: what it says about a contact, or why it is refused."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from zoneinfo import available_timezones

from django.conf.locale import LANG_INFO
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from contactcenter.core import attributes
from contactcenter.core.contact_book import MOST_NUMBERS, read_number
from contactcenter.core.imports import mapping as columns
from contactcenter.core.merging import ATTRIBUTE
from contactcenter.core.models import ContactAttribute, Organization, Refusal
from contactcenter.core.phone import InvalidNumber

# Between several numbers or labels in one cell. `tel:` is how our own export writes numbers.
_SEVERAL = re.compile(r"[,;|\n]")
# As long as their columns.
_MOST_NAME, _MOST_EMAIL, _MOST_LABEL = 160, 254, 40


class RowRefused(Exception):
    """The row is not taken over, because of `reason`."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(slots=True)
class Wanted:
    """What a row says. Empty values say nothing."""

    name: str = ""
    email: str = ""
    language: str = ""
    time_zone: str = ""
    numbers: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)


class Reader:
    """Reads the rows of one file."""

    def __init__(self, org: Organization, mapping: Sequence[str], own: Sequence[ContactAttribute]) -> None:
        self._org = org
        self._mapping = mapping
        self._own = {f"{ATTRIBUTE}{one.key}": one for one in own}
        self._zones = {zone.casefold(): zone for zone in available_timezones()}

    def read(self, cells: Sequence[str]) -> Wanted:
        """Return what the row says. Raises RowRefused."""
        if any(cell.strip() for cell in cells[len(self._mapping) :]):
            raise RowRefused(Refusal.COLUMNS)
        by_target: dict[str, list[str]] = {}
        for target, cell in zip(self._mapping, cells, strict=False):
            if target and (value := cell.strip()):
                by_target.setdefault(target, []).append(value)
        wanted = Wanted(
            name=_name(by_target),
            email=_email(by_target),
            language=_language(by_target),
            time_zone=self._time_zone(by_target),
            numbers=self._numbers(by_target),
            labels=_labels(by_target),
            attributes=self._attributes(by_target),
        )
        if not wanted.numbers and not wanted.email:
            raise RowRefused(Refusal.NOTHING)
        return wanted

    def _numbers(self, by_target: dict[str, list[str]]) -> list[str]:
        typed = [part for cell in by_target.get(columns.NUMBER, []) for part in _SEVERAL.split(cell)]
        found: dict[str, None] = {}
        for text in typed:
            bare = text.strip().removeprefix("'").removeprefix("tel:")
            if not bare:
                continue
            try:
                found[read_number(self._org, bare)] = None
            except InvalidNumber as error:
                raise RowRefused(Refusal.NUMBER) from error
        if len(found) > MOST_NUMBERS:
            raise RowRefused(Refusal.TOO_LONG)
        return list(found)

    def _time_zone(self, by_target: dict[str, list[str]]) -> str:
        typed = _one(by_target, columns.TIME_ZONE)
        if typed and typed.casefold() not in self._zones:
            raise RowRefused(Refusal.TIME_ZONE)
        return self._zones.get(typed.casefold(), "")

    def _attributes(self, by_target: dict[str, list[str]]) -> dict[str, str]:
        values: dict[str, str] = {}
        for target, attribute in self._own.items():
            typed = _one(by_target, target)
            if not typed:
                continue
            try:
                values[attribute.key] = attributes.read_value(attribute, typed)
            except attributes.InvalidValue as error:
                raise RowRefused(Refusal.ATTRIBUTE) from error
        return values


def _one(by_target: dict[str, list[str]], target: str) -> str:
    return next(iter(by_target.get(target, [])), "")


def _name(by_target: dict[str, list[str]]) -> str:
    parts = (_one(by_target, columns.FIRST_NAME), _one(by_target, columns.LAST_NAME))
    name = _one(by_target, columns.NAME) or " ".join(part for part in parts if part)
    name = " ".join(name.split())
    if len(name) > _MOST_NAME:
        raise RowRefused(Refusal.TOO_LONG)
    return name


def _email(by_target: dict[str, list[str]]) -> str:
    email = _one(by_target, columns.EMAIL)
    if len(email) > _MOST_EMAIL:
        raise RowRefused(Refusal.TOO_LONG)
    try:
        if email:
            validate_email(email)
    except ValidationError as error:
        raise RowRefused(Refusal.EMAIL) from error
    return email


def _language(by_target: dict[str, list[str]]) -> str:
    code = _one(by_target, columns.LANGUAGE).casefold()
    if code and (code not in LANG_INFO or len(code) > 5):
        raise RowRefused(Refusal.LANGUAGE)
    return code


def _labels(by_target: dict[str, list[str]]) -> list[str]:
    typed = [part.strip() for cell in by_target.get(columns.LABELS, []) for part in _SEVERAL.split(cell)]
    found = {name.casefold(): name for name in typed if name}
    if any(len(name) > _MOST_LABEL for name in found.values()):
        raise RowRefused(Refusal.TOO_LONG)
    return list(found.values())
