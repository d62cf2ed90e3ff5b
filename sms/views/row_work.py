"""How a conversation's work is shown in its line of the list."""

from dataclasses import dataclass
from datetime import tzinfo

from django.utils.formats import date_format

from sms.enums import Priority
from sms.selectors import InboxLine

# A line of the list is narrow: what is behind the second label is counted.
_MOST_LABELS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class RowWork:
    """What stands at the end of a line. Empty words are not shown; `labels` are pairs of colour and name."""

    assignee: str
    initials: str
    team: str
    priority: str
    is_urgent: bool
    snoozed_until: str
    labels: list[tuple[str, str]]
    more_labels: int


def row_work(line: InboxLine, zone: tzinfo) -> RowWork:
    """Return what the line says about the work with its conversation, by the reader's clock."""
    written = line.labels.split("\n") if line.labels else []
    labels = [(color, name) for color, _colon, name in (one.partition(":") for one in written)]
    sleeps = line.snoozed_until.astimezone(zone) if line.snoozed_until else None
    return RowWork(
        assignee=line.assignee,
        initials=initials_of(line.assignee),
        team=line.team,
        priority="" if line.priority == Priority.NORMAL else str(Priority(line.priority).label),
        is_urgent=line.priority > Priority.NORMAL,
        snoozed_until=date_format(sleeps, "SHORT_DATETIME_FORMAT") if sleeps else "",
        labels=labels[:_MOST_LABELS],
        more_labels=max(0, len(labels) - _MOST_LABELS),
    )


def initials_of(name: str) -> str:
    """Return the first letters of the first and the last word of a name."""
    words = name.split()
    return "".join(word[0] for word in dict.fromkeys((words[0], words[-1]))).upper() if words else ""
