"""What a carrier has on record about texts: how a doubt is settled, and how both books are compared.

Finding a text proves that it was accepted. Not finding it proves nothing: records show late, and not in order.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import datetime

from contactcenter.providers.base import Credentials, InboundMessage, ProviderName, StatusReport, Timeouts

__all__ = ["Listed", "Listing", "Search", "SmsRecords"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Which texts. `since` and `until` bound the time at which the provider made its record."""

    since: datetime
    until: datetime | None = None
    to: str = field(default="", repr=False)
    sender: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One text on record. `body` is None where the provider's list has none.

    `callback_url` is ours, if the list shows it: the attempt's id in it is a proof of its own.
    """

    report: StatusReport
    is_inbound: bool
    created_at: datetime | None
    body: str | None = field(default=None, repr=False)
    callback_url: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """What was found; `is_complete` is False when there are more pages than were asked for."""

    texts: list[Listed]
    is_complete: bool


class SmsRecords(ABC):
    """Reading one carrier's records. Instances hold no state and no credentials, so threads may share them."""

    name: ProviderName

    @abstractmethod
    def search(self, credentials: Credentials, wanted: Search, timeouts: Timeouts, *, pages: int) -> Listing:
        """Read at most `pages` pages; `timeouts` are those of one page.

        With a recipient also what was not sent yet, where the provider shows that at all.
        Raises ProviderUnavailable.
        """

    @abstractmethod
    def fetch_inbound(
        self, credentials: Credentials, provider_message_id: str, timeouts: Timeouts
    ) -> InboundMessage | None:
        """Read a text from outside as its webhook would have brought it; None when there is none with this id.

        Raises ProviderUnavailable.
        """
