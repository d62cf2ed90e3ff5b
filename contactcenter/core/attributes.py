"""The values of the fields that an organization added to its contacts. They are kept as text, in one spelling each."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from contactcenter.core.models import AttributeKind, ContactAttribute, Organization

MOST_CHARACTERS = 200
# How dates are written in the three languages of the product, after ISO 8601.
_DATES = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y")


class InvalidValue(ValueError):
    """The value does not fit the field. The message does not repeat it."""


def definitions(org: Organization) -> list[ContactAttribute]:
    """Return the organization's own fields, in their order."""
    return list(ContactAttribute.objects.for_org(org).order_by("position", "name", "id"))


def read_value(attribute: ContactAttribute, typed: str) -> str:
    """Return how the value is kept: numbers with a point, dates in ISO 8601, choices as they are defined.

    An empty text stays empty. Raises InvalidValue.
    """
    text = typed.strip()
    return _READERS[AttributeKind(attribute.kind)](attribute, text) if text else ""


def _text(_attribute: ContactAttribute, text: str) -> str:
    if len(text) > MOST_CHARACTERS or "\x00" in text:
        raise InvalidValue("too long")
    return text


def _number(_attribute: ContactAttribute, text: str) -> str:
    bare = text.replace("\u00a0", "").replace(" ", "").replace(",", ".")
    try:
        value = Decimal(bare)
    except InvalidOperation as error:
        raise InvalidValue("not a number") from error
    if not value.is_finite() or len(bare) > 30 or "e" in bare.lower():
        raise InvalidValue("not a number")
    return f"{value:f}"


def _date(_attribute: ContactAttribute, text: str) -> str:
    for pattern in _DATES:
        try:
            found: date = datetime.strptime(text.replace(". ", "."), pattern).date()  # noqa: DTZ007 - a day, no moment
        except ValueError:
            continue
        return found.isoformat()
    raise InvalidValue("not a date")


def _choice(attribute: ContactAttribute, text: str) -> str:
    for choice in attribute.choices:
        if choice.casefold() == text.casefold():
            return str(choice)
    raise InvalidValue("none of the choices")


_READERS: dict[AttributeKind, Callable[[ContactAttribute, str], str]] = {
    AttributeKind.TEXT: _text,
    AttributeKind.NUMBER: _number,
    AttributeKind.DATE: _date,
    AttributeKind.CHOICE: _choice,
}
