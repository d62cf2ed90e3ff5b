"""Figures of some rows, to be read by the keys of the metrics."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from operator import add

from analytics.enums import Format, Subject
from analytics.metric import MILLION
from analytics.metrics import by_key

Value = int | float | Decimal | None


@dataclass(frozen=True, slots=True)
class Values:
    """The stored figures of some rows, a list for each currency ('' for what costs nothing), in the order of slots.

    `values["completion_rate"]` is a metric's value: an int, a float for a rate, None for a rate or a mean of nothing.
    Money is a Decimal, and None where it is of several currencies: `values.money("cost")` tells each of them. A mean of
    money is taken in each currency, of the rows that have cost something in it.
    """

    subject: Subject
    by_currency: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def mark(self) -> Hashable:
        """What tells these figures from others of the subject, and can be hashed."""
        return tuple(self.by_currency.items())

    def __getitem__(self, key: str) -> Value:
        metric = by_key(self.subject)[key]
        if metric.format is Format.MONEY:
            amounts = self.money(key)
            nothing = None if metric.of else Decimal(0)
            return next(iter(amounts.values()), nothing) if len(amounts) <= 1 else None
        if metric.of is not None:
            part, whole = (self.count(name) for name in metric.of)
            return _percent(part, whole) if metric.format is Format.PERCENT else _mean(part, whole)
        return self.count(key)

    def count(self, key: str) -> int:
        """Return a stored figure that is no money: how many, or seconds."""
        place = by_key(self.subject)[key].place
        return sum(figures[place] for figures in self.by_currency.values())

    def money(self, key: str) -> dict[str, Decimal]:
        """Return the amounts by their currencies; those of nothing are not there."""
        metric = by_key(self.subject)[key]
        if metric.of is not None:
            return self._means_of_money(*metric.of)
        place = metric.place
        return {
            currency: Decimal(figures[place]) / MILLION
            for currency, figures in sorted(self.by_currency.items())
            if figures[place]
        }

    def _means_of_money(self, amount: str, count: str) -> dict[str, Decimal]:
        part, whole = (by_key(self.subject)[key].place for key in (amount, count))
        return {
            currency: Decimal(mean) / MILLION
            for currency, figures in sorted(self.by_currency.items())
            if figures[part] and (mean := _mean(figures[part], figures[whole])) is not None
        }

    @classmethod
    def sum(cls, subject: Subject, several: "Iterable[Values]") -> "Values":
        """Return the figures of several lots of rows together."""
        found: dict[str, list[tuple[int, ...]]] = {}
        for one in several:
            for currency, figures in one.by_currency.items():
                found.setdefault(currency, []).append(figures)
        return cls(subject, {currency: _added(lots) for currency, lots in found.items()})

    def as_dict(self) -> dict[str, Value]:
        """Return every metric's value by its key."""
        return {key: self[key] for key in by_key(self.subject)}


def currencies(several: Iterable[Values], key: str) -> list[str]:
    """Return in which currencies these have an amount, that of most of them first: amounts of two are not compared."""
    found = Counter(currency for values in several for currency in values.money(key))
    return sorted(found, key=lambda currency: (-found[currency], currency))


def _added(lots: list[tuple[int, ...]]) -> tuple[int, ...]:
    if len(lots) == 2:  # Most sums are: what is kept, and what is new.
        return tuple(map(add, *lots))
    return tuple(map(sum, zip(*lots, strict=True))) if len(lots) > 1 else lots[0]


def _percent(part: int, whole: int) -> float | None:
    """Return a share in percent with 2 decimals, a half rounded up; None of nothing."""
    return (20_000 * part + whole) // (2 * whole) / 100 if whole else None


def _mean(total: int, count: int) -> int | None:
    """Return a mean in whole units, a half rounded up; None of nothing."""
    return (2 * total + count) // (2 * count) if count else None
