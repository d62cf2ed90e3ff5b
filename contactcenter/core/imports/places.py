"""How far each file is read, so that a batch goes on where the one before it ended and no file is read batch by batch
from its beginning.

Only this process remembers it. Who does not know the place, after a restart or a batch that was undone, reads the file
up to there once.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from contactcenter.core.imports import files

# Imports take turns; a place keeps the text of its file in memory, 5 MB at most.
_MOST_PLACES = 4

Row = tuple[int, list[str]]


@dataclass(slots=True)
class _Place:
    next_row: int
    rows: Iterator[Row]


_places: dict[UUID, _Place] = {}


def take(
    pk: UUID, *, next_row: int, row_count: int, batch: int, delimiter: str, content: Callable[[], str]
) -> list[Row]:
    """Return up to `batch` rows from `next_row` on (from 0, headings not counted), with a spreadsheet's numbers.

    `content` is asked only when the place is not known. The caller holds the lock of the import's row.
    """
    place = _places.pop(pk, None)
    if place is None or place.next_row != next_row:
        place = _Place(next_row, islice(files.rows(content(), delimiter), 1 + next_row, None))
    taken = list(islice(place.rows, batch))
    place.next_row += len(taken)
    if place.next_row < row_count:
        while len(_places) >= _MOST_PLACES:
            _places.pop(next(iter(_places)))
        _places[pk] = place
    return taken
