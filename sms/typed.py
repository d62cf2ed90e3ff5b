"""What stands in a composer."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Typed:
    """Words, and ids of files, that somebody has not sent yet."""

    body: str = ""
    files: tuple[UUID, ...] = ()
