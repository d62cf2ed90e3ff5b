"""How values look in an answer, and the strict twins of DRF's input fields."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers


def time_text(at: datetime | None) -> str | None:
    """Return the time in ISO 8601, in UTC with Z."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if at else None


def money_text(amount: Decimal | None) -> str | None:
    """Return money as a decimal string."""
    return format(amount, "f") if amount is not None else None


class TextField(serializers.CharField):
    """A string, and only a string: a number in its place is a client's mistake, not a text."""

    default_error_messages = {"invalid": _("This must be a string.")}

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class WordField(serializers.ChoiceField):
    """One of some words, in any letter case; it becomes the word as the contract writes it."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid_choice", input=data)
        words = {str(known).casefold(): known for known in self.choices}
        return super().to_internal_value(words.get(data.strip().casefold(), data))


class WholeNumberField(serializers.IntegerField):
    """A whole number, and only a number: neither its digits in a string, nor true, nor 1.5. JSON's 1.0 is 1."""

    default_error_messages = {"invalid": _("This must be a whole number.")}

    def to_internal_value(self, data: Any) -> int:
        is_whole = isinstance(data, int) or (isinstance(data, float) and data.is_integer())
        if isinstance(data, bool) or not is_whole:
            self.fail("invalid")
        return int(super().to_internal_value(data))


class ObjectField(serializers.DictField):
    """A JSON object with whatever inside."""


class MomentField(serializers.DateTimeField):
    """A moment: ISO 8601 with its offset from UTC, for a time without one means something else to everybody."""

    default_error_messages = {
        "naive": _("Write the time with its offset from UTC, for example 2026-01-31T08:00:00Z."),
        "invalid": _("This is not a time in ISO 8601, for example 2026-01-31T08:00:00Z."),
    }

    def to_internal_value(self, value: Any) -> datetime:
        if not isinstance(value, str):
            self.fail("invalid")
        try:
            at = parse_datetime(value.strip().upper())
        except ValueError:
            at = None
        if at is None:
            self.fail("invalid")
        if at.tzinfo is None:
            self.fail("naive")
        try:
            return at.astimezone(UTC)
        except OverflowError:
            self.fail("invalid")
