"""How the messages of a thread look: everything a template shows, computed here once, so that it only prints."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext

from contactcenter.core.phone import pretty
from contactcenter.web.money import money
from sms import costs, deciding, undoing
from sms.costs import Cost
from sms.enums import ConsentFlag, CostSource, Direction, ErrorCode, HoldReason, MediaState, MessageStatus
from sms.explanations import explain
from sms.models import MediaFile, Message
from sms.threads import preview_of
from sms.views.lines import Line
from sms.views.marks import Mark, mark_of
from sms.views.times import day_name, moment


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """A text that waits for its time: when it goes, and why not now."""

    pk: UUID
    preview: str
    at: str
    iso: str
    is_quiet: bool


@dataclass(frozen=True, slots=True)
class NewsLine:
    """A text that somebody else wrote while a person wrote theirs."""

    pk: UUID
    who: str
    preview: str
    is_inbound: bool


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture or file of a message; `url` is empty while it is not stored here."""

    name: str
    url: str
    is_picture: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """Something a person may decide about a text."""

    url: str
    label: str
    for_administrators: bool = False


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message of a thread. `day` is the separator above it, or empty."""

    pk: UUID
    is_inbound: bool
    body: str
    at: str
    iso: str
    mark: Mark
    reason: str | Promise
    code: str
    choices: list[Choice]
    problem: str
    note: str
    flag: str
    may_cancel: bool
    may_rewrite: bool
    author_pk: UUID | None
    way: str
    author: str
    cost: str
    media: list[Attachment]
    day: str
    day_iso: str


def day_of(message: Message) -> date:
    """Return the day of a message in the reader's time zone."""
    return timezone.localtime(message.created_at).date()


def bubbles(
    messages: Iterable[Message], *, day_before: date | None, problem: str = "", lines: Iterable[Line] = ()
) -> list[Bubble | Line]:
    """Return the messages as bubbles; one on another day than `day_before`, the day above it, gets a separator.

    `problem`: why something could not be done with them. `lines` (oldest first) stand between them, by their time.
    """
    today = timezone.localdate()
    shown: list[Bubble | Line] = []
    for moment_, item in _in_order(messages, lines):
        at = timezone.localtime(moment_)
        day = at.date()
        separator = day_name(day, today) if day != day_before else ""
        shown.append(replace(item, day=separator) if isinstance(item, Line) else _bubble(item, at, separator, problem))
        day_before = day
    return shown


def _in_order(messages: Iterable[Message], lines: Iterable[Line]) -> Iterator[tuple[datetime, Message | Line]]:
    """Messages in the order in which they come, each line before the first message that is younger."""
    waiting = deque(lines)
    for message in messages:
        while waiting and waiting[0].at_moment <= message.created_at:
            yield waiting[0].at_moment, waiting.popleft()
        yield message.created_at, message
    for line in waiting:
        yield line.at_moment, line


def waiting_lines(messages: Iterable[Message]) -> list[WaitingLine]:
    """Return texts that wait for their time as lines above the composer."""
    return [
        WaitingLine(
            pk=message.pk,
            preview=preview_of(message.body, media_count=message.media_count),
            at=moment(message.send_at),
            iso=message.send_at.isoformat(timespec="seconds"),
            is_quiet=message.error_code == ErrorCode.QUIET_HOURS,
        )
        for message in messages
        if message.send_at is not None
    ]


def news_lines(messages: Iterable[Message], *, name: str) -> list[NewsLine]:
    """Return texts that others wrote meanwhile; `name` is the customer's."""
    lines = []
    for message in messages:
        is_inbound = message.direction == Direction.INBOUND
        colleague = message.author.get_full_name() if message.author else gettext("A program")
        preview = preview_of(message.body, media_count=message.media_count)
        lines.append(NewsLine(message.pk, name if is_inbound else colleague, preview, is_inbound))
    return lines


def _note(message: Message) -> str:
    if message.send_at is None:
        return ""
    held = gettext("Held back by quiet hours until %(time)s.")
    planned = gettext("Goes at %(time)s.")
    return (held if message.error_code == ErrorCode.QUIET_HOURS else planned) % {"time": moment(message.send_at)}


def _bubble(message: Message, at: datetime, day: str, problem: str) -> Bubble:
    is_scheduled = message.status == MessageStatus.SCHEDULED
    return Bubble(
        pk=message.pk,
        is_inbound=message.direction == Direction.INBOUND,
        body=message.body,
        at=at.strftime("%H:%M"),
        iso=at.isoformat(timespec="seconds"),
        mark=mark_of(message.status),
        reason="" if is_scheduled else _reason(message),
        code=_code(message),
        choices=_choices(message),
        problem=problem,
        note=_note(message) if is_scheduled else "",
        flag=str(ConsentFlag.OPEN.label) if message.consent_flag == ConsentFlag.OPEN else "",
        may_cancel=message.status == MessageStatus.QUEUED,
        may_rewrite=undoing.may_rewrite(message),
        author_pk=message.author_id,
        way=_way(message),
        author=message.author.get_full_name() if message.author else "",
        cost=_cost(message),
        media=[*(_attachment(file) for file in message.media.all()), *_sent_files(message)],
        day=day,
        day_iso=at.date().isoformat(),
    )


def _cost(message: Message) -> str:
    """What the text costs, and whether that is the last word."""
    if message.cost is None or message.direction == Direction.INBOUND:
        return ""
    if costs.is_free(message.status, message.provider_message_id, message.cost_source):
        return ""
    words = gettext("Cost: %(amount)s") if message.cost_source == CostSource.FINAL else gettext("Estimate: %(amount)s")
    return words % {"amount": money(message.cost, message.cost_currency)}


def costs_line(here: list[Cost], everywhere: list[Cost]) -> str:
    """Return what a conversation cost, and its person in all of them where that is more; empty for nothing."""
    if not everywhere:
        return ""
    words = gettext("Costs of this conversation: %(amounts)s") % {"amounts": _amounts(here) or "0"}
    if here == everywhere:
        return words
    return f"{words} · {gettext('of this person: %(amounts)s') % {'amounts': _amounts(everywhere)}}"


def _amounts(several: list[Cost]) -> str:
    return " + ".join(money(cost.total, cost.currency) for cost in several)


def _reason(message: Message) -> str | Promise:
    if message.status == MessageStatus.HELD and deciding.is_releasable(message):
        return gettext("Held: %(reason)s.") % {"reason": HoldReason(message.hold_reason).label}
    if message.status == MessageStatus.FAILED and message.error_code == ErrorCode.UNKNOWN_OUTCOME:
        return gettext("Closed: we never learned whether this arrived.")
    explanation = explain(message.provider, message.provider_error_code, message.error_code)
    return str(explanation) if explanation else ""


def _code(message: Message) -> str:
    """The provider's own code, for whoever asks the provider about it."""
    if not message.error_code or not message.provider_error_code:
        return ""
    return f"{message.get_provider_display()} {message.provider_error_code}"


def _choices(message: Message) -> list[Choice]:
    """What a person may decide about the text."""
    if message.status not in (MessageStatus.UNCERTAIN, MessageStatus.HELD):
        return []
    spends = message.hold_reason == HoldReason.SPENDING
    go = [Choice(reverse("sms:release", kwargs={"pk": message.pk}), gettext("Release"), for_administrators=spends)]
    if not deciding.is_releasable(message):
        go = [Choice(reverse("sms:send-again", kwargs={"pk": message.pk}), gettext("Send again"))]
    return [*go, Choice(reverse("sms:drop", kwargs={"pk": message.pk}), pgettext("text", "Drop"))]


def _way(message: Message) -> str:
    """Say that the text took another way than it was meant to, and why; empty when it did not."""
    changes = list(message.reroutes.all())
    if not changes:
        return ""
    first, last = changes[0], changes[-1]
    return gettext("Through %(used)s from %(number)s instead of %(meant)s: %(reason)s") % {
        "used": last.to_account.get_provider_display(),
        "number": pretty(last.to_address),
        "meant": first.from_account.get_provider_display(),
        "reason": last.error_message or last.get_kind_display(),
    }


def _sent_files(message: Message) -> list[Attachment]:
    """What goes with a text of ours: files that are kept here, then addresses that a program gave."""
    files = [_sent_file(file, number) for number, file in enumerate(message.sent_files, 1)]
    first = len(files) + 1
    links = [
        Attachment(_file_name(number, is_picture=False), url, is_picture=False)
        for number, url in enumerate(message.media_urls, first)
    ]
    return files + links


def _sent_file(file: dict[str, str], number: int) -> Attachment:
    is_picture = file["type"].startswith("image/")
    url = reverse("sms:file", kwargs={"pk": file["pk"]})
    return Attachment(_file_name(number, is_picture=is_picture), url, is_picture)


def _file_name(number: int, *, is_picture: bool) -> str:
    return (gettext("Picture %(number)d") if is_picture else gettext("Attachment %(number)d")) % {"number": number}


def _attachment(file: MediaFile) -> Attachment:
    is_picture = file.content_type.startswith("image/")
    name = _file_name(file.position + 1, is_picture=is_picture)
    if file.state != MediaState.STORED:
        return Attachment(f"{name}: {MediaState(file.state).label}", "", is_picture=False)
    return Attachment(name, reverse("sms:media", kwargs={"pk": file.pk}), is_picture)
