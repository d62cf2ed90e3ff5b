"""What a figure is made of: one entry of the table in `analytics.metrics`, and the words of its SQL.

A *stored* metric is an aggregate over the rows of calls (`c`) or of texts (`m`) that gives a bigint, and has a slot of
its own in the rollups for ever. A *derived* one is a share or a mean of two stored ones.
"""

from dataclasses import dataclass
from typing import Final, Self

from django.utils.functional import Promise

from analytics.enums import Format, Subject
from contactcenter.core.roles import Right

MILLION: Final = 1_000_000  # Money is counted in millionths of its currency's unit, which is all that a price has.


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Metric:
    """One figure: either stored (`sql` and `slot`) or derived (`of`: the keys of numerator and denominator).

    There is one of each, so it equals itself alone: to compare labels would mean to translate them.
    """

    key: str
    label: str | Promise
    definition: str | Promise
    subject: Subject
    format: Format = Format.COUNT
    right: Right = Right.READ_ANALYTICS
    slot: int | None = None
    sql: str | None = None
    of: tuple[str, str] | None = None

    @property
    def place(self) -> int:
        """Where a stored metric stands among the figures of a rollup. Raises KeyError for a derived one."""
        if self.slot is None:
            raise KeyError(f"{self.key} is derived, and is not added up")
        return self.slot - 1


def words(*several: str) -> str:
    """Return words of ours as a list of SQL."""
    return ", ".join(f"'{word}'" for word in several)


class Filtered(str):
    """An aggregate over the rows of which `condition` is true. `is_count`: it counts them and nothing else."""

    condition: str
    is_count: bool

    def __new__(cls, sql: str, condition: str, *, is_count: bool) -> Self:
        """Make it of its SQL."""
        found = super().__new__(cls, sql)
        found.condition, found.is_count = condition, is_count
        return found


def count(condition: str) -> Filtered:
    """Return the aggregate that counts the rows of which this is true."""
    return Filtered(f"count(*) FILTER (WHERE {condition})", condition, is_count=True)


def total(amount: str, condition: str) -> Filtered:
    """Return the aggregate that adds this amount up over the rows of which this is true."""
    sql = f"coalesce(sum({amount}) FILTER (WHERE {condition}), 0)::bigint"
    return Filtered(sql, condition, is_count=False)
