"""The words in which the demo organizations are furnished: teams, labels, templates, and the work of colleagues."""

from dataclasses import dataclass, field

from agents.enums import Assignment
from contactcenter.core.models import AttributeKind, LabelColor
from sms.enums import ConversationState, Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoTeam:
    """One team; `members` are logins. `weekly` empty: the organization's hours. `replies` by language."""

    name: str
    members: tuple[str, ...]
    assignment: Assignment = Assignment.OFF
    skills: tuple[str, ...] = ()
    weekly: str = ""
    replies: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DemoField:
    """One field that the organization added to its contacts."""

    key: str
    name: str
    kind: AttributeKind
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DemoAnswer:
    """One template; `team` is a name, empty for everybody."""

    shortcut: str
    title: str
    body: str
    language: str = ""
    team: str = ""


@dataclass(frozen=True, slots=True)
class DemoView:
    """One saved view. Instead of ids, `team` and `label` are names."""

    owner: str
    name: str
    words: dict[str, str]
    is_shared: bool = False


@dataclass(frozen=True, slots=True)
class DemoNote:
    """One private note, written so many minutes after the last text by a login. `mentions` are logins."""

    author: str
    body: str
    mentions: tuple[str, ...] = ()
    is_seen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What colleagues did with the conversation of one number. `snoozed_days` None: until the next answer."""

    assignee: str = ""
    team: str = ""
    state: ConversationState | None = None
    snoozed_days: int | None = None
    priority: Priority = Priority.NORMAL
    labels: tuple[str, ...] = ()
    notes: tuple[DemoNote, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What is known of the contact with one number."""

    email: str = ""
    values: dict[str, str] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """One organization; `lead` is the login of whoever did what nobody else is named for. `holidays`: (month, day)."""

    lead: str
    weekly: str
    holidays: tuple[tuple[int, int, str], ...]
    teams: tuple[DemoTeam, ...]
    labels: dict[str, LabelColor]
    fields: tuple[DemoField, ...]
    answers: tuple[DemoAnswer, ...]
    views: tuple[DemoView, ...]
    work: dict[str, Work]
    people: dict[str, Person]
