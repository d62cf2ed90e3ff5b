"""What happened with a contact, from every room: each app registers what it knows, and a page shows all together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contactcenter.core.models import Organization


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: when, which picture (a name of Lucide), a sentence in the reader's language, who did it, where."""

    at: datetime
    icon: str
    sentence: str
    actor: str = ""
    url: str = ""


Source = Callable[[Organization, UUID, datetime | None, int], Sequence[Entry]]
"""Returns the newest entries of a contact before a time (None: now), at most so many, newest first."""

_sources: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """Add what one app knows of contacts; done when the app is ready."""
    _sources[name] = source


def of_contact(
    org: Organization, contact_id: UUID, *, before: datetime | None = None, limit: int = 50, besides: str = ""
) -> list[Entry]:
    """Return the newest entries of a contact, newest first. `besides`: the app that shows its own in another way."""
    sources = [source for name, source in _sources.items() if name != besides]
    entries = [entry for source in sources for entry in source(org, contact_id, before, limit)]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:limit]
