"""What each carrier takes as the files of a text (MMS), so that nothing is handed over that it must refuse.

Sources: the "MediaUrl" parameter of Twilio's Message resource, with its limits for pictures and other types; Telnyx's
"media_urls" and its error 40317. A megabyte is a million bytes here: the smaller reading is right at both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from contactcenter.providers.enums import ProviderName

_KILO, _MEGA = 1_000, 1_000_000
# What Twilio makes smaller by itself where a phone needs that.
_PICTURES = frozenset({"image/jpeg", "image/png", "image/gif"})
_TYPES = _PICTURES | {
    "image/webp",
    "video/mp4",
    "video/3gpp",
    "audio/mpeg",
    "audio/mp4",
    "application/pdf",
    "text/vcard",
}


class CarriedFile(Protocol):
    """What matters of a file: its type and its size in bytes."""

    @property
    def content_type(self) -> str: ...

    @property
    def size(self) -> int: ...


class Misfit(StrEnum):
    """Why a carrier does not take files."""

    TOO_MANY = "too_many"
    TYPE = "type"
    FILE_TOO_LARGE = "file_too_large"
    TOGETHER_TOO_LARGE = "together_too_large"
    SENDER = "sender"  # Names of letters send words only.


@dataclass(frozen=True, slots=True)
class Problem:
    """A misfit, with the limit that was missed: a number of files, or of bytes; 0 where there is none."""

    misfit: Misfit
    limit: int = 0


@dataclass(frozen=True, slots=True)
class Limits:
    """A carrier's limits. Sizes are in bytes, and included."""

    most_files: int
    largest_picture: int
    largest_other: int
    most_together: int

    def problem(self, files: Sequence[CarriedFile], *, links: int = 0) -> Problem | None:
        """Return why these files cannot go, None when they can. `links`: files of others, of which nothing is known."""
        if len(files) + links > self.most_files:
            return Problem(Misfit.TOO_MANY, self.most_files)
        for file in files:
            largest = self.largest_picture if file.content_type in _PICTURES else self.largest_other
            if file.content_type not in _TYPES:
                return Problem(Misfit.TYPE)
            if file.size > largest:
                return Problem(Misfit.FILE_TOO_LARGE, largest)
        if sum(file.size for file in files) > self.most_together:
            return Problem(Misfit.TOGETHER_TOO_LARGE, self.most_together)
        return None


LIMITS = {
    ProviderName.TWILIO: Limits(10, 5 * _MEGA, 500 * _KILO, 5 * _MEGA),
    ProviderName.TELNYX: Limits(10, _MEGA - 1, _MEGA - 1, _MEGA - 1),
}
MOST_FILES = max(limits.most_files for limits in LIMITS.values())
LARGEST_FILE = max(limits.largest_picture for limits in LIMITS.values())
