"""What the apps know about a contact now (their conversations, their consent): each registers it, a page shows all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from contactcenter.core.models import Organization


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: what it is about, a sentence in the reader's language, and the page that says more."""

    title: str
    sentence: str
    url: str = ""
    more: str = ""
    more_url: str = ""
    is_warning: bool = False


Source = Callable[[Organization, UUID], Sequence[Fact]]

_sources: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """Add what one app knows of contacts; done when the app is ready."""
    _sources[name] = source


def of_contact(org: Organization, contact_id: UUID) -> list[Fact]:
    """Return what is known, in the order of the apps."""
    return [fact for source in _sources.values() for fact in source(org, contact_id)]
