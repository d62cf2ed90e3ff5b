"""How far rollups are behind, for operators: figures are right all the same, but dearer."""

from dataclasses import dataclass

from django.db import connection

# Rollups end with a full hour, at least two hours ago (`rollups.target`).
_NORMAL_SECONDS = 3 * 3600
_LAG = """
SELECT (SELECT count(*) FROM analytics_stalehour),
    (SELECT extract(epoch FROM clock_timestamp() - marked_at) FROM analytics_stalehour ORDER BY id LIMIT 1),
    (SELECT extract(epoch FROM clock_timestamp() - min(rolled_until)) FROM analytics_rollupstate)
"""


@dataclass(frozen=True, slots=True)
class Lag:
    """How many marks wait, for how many seconds the oldest one has, and how old the least advanced rollups' end is.

    Rollups end two to three hours ago by design. Without marks the second is 0, without rollups the third.
    `late_seconds` is how far they are behind what they should be.
    """

    marks: int
    oldest_mark_seconds: float
    end_seconds: float

    @property
    def late_seconds(self) -> float:
        """How long an hour waits to be counted that could be: for the first time, or again. 0: none does."""
        return max(self.oldest_mark_seconds, self.end_seconds - _NORMAL_SECONDS, 0.0)


def rollup_lag() -> Lag:
    """Return how far the rollups of the installation are behind, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_LAG)
        marks, oldest, end = cursor.fetchone()
    return Lag(marks, float(oldest or 0), float(end or 0))
