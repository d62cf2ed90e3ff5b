"""The words in which the demo calls are written down."""

from dataclasses import dataclass

from calls.enums import CampaignStatus


@dataclass(frozen=True, slots=True)
class Topic:
    """What a call was about: how it was filed, what was noted down, and its usual length in seconds.

    `is_escalated`: a supervisor watched over it.
    """

    disposition: str
    notes: tuple[str, ...] = ()
    usual_seconds: int = 150
    is_escalated: bool = False


@dataclass(frozen=True, slots=True)
class Dialogue:
    """What was said in a call, the customer first, then in turns."""

    topic: Topic
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CampaignPlan:
    """One campaign; its calls are those of `topics` between `first_day` and `last_day`, in days before today."""

    name: str
    description: str
    status: CampaignStatus
    first_day: int
    last_day: int = 0
    topics: tuple[Topic, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """How one organization telephones. `weekdays`: how busy Monday to Sunday are; `hours` the local ones, likewise.

    `strangers` are patterns of numbers that nobody knows yet. Calls with numbers that begin with `spoken` are written
    down, in the organization's language.
    """

    total: int
    weekdays: tuple[float, ...]
    hours: dict[int, float]
    strangers: tuple[str, ...]
    spoken: str
    inbound: tuple[Topic, ...]
    outbound: tuple[Topic, ...]
    campaigns: tuple[CampaignPlan, ...]
    dialogues: tuple[Dialogue, ...]
