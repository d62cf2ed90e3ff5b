"""The menu above the list: views with their live counts, and the form of the filter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Choices as Words
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy

from contactcenter.core.models import Organization
from sms import selectors
from sms.enums import ConversationState
from sms.filter_choices import filter_choices
from sms.models import SavedView
from sms.views.filters import ME, NOBODY, InboxFilter
from sms.wanted import ANY_STATE, Sort, Wanted

# Name in the page, word on the screen, filter. The order is the menu's.
_VIEWS: tuple[tuple[str, str | Promise, dict[str, str]], ...] = (
    ("mine", pgettext_lazy("conversations", "Mine"), {"assignee": ME}),
    ("unassigned", pgettext_lazy("conversations", "Unassigned"), {"assignee": NOBODY}),
    ("all", pgettext_lazy("conversations", "All"), {}),
    ("mentions", pgettext_lazy("conversations", "Mentions"), {"state": ANY_STATE, "mentions": "1"}),
    ("pending", pgettext_lazy("conversations", "Pending"), {"state": ConversationState.PENDING}),
    ("snoozed", pgettext_lazy("conversations", "Snoozed"), {"state": ConversationState.SNOOZED}),
    ("resolved", pgettext_lazy("conversations", "Resolved"), {"state": ConversationState.RESOLVED}),
)
# These do not make another view of a view.
_BESIDE = ("unread", "sort")


@dataclass(frozen=True, slots=True)
class ViewLink:
    """One line of the menu. `count` is empty where nothing is."""

    key: str
    name: str
    url: str
    count: str
    is_current: bool
    change_url: str = ""


@dataclass(frozen=True, slots=True)
class Menu:
    """The menu, with the word for what is shown now and how many filters are set beside the view."""

    views: tuple[ViewLink, ...]
    title: str
    set_filters: int


@dataclass(frozen=True, slots=True)
class Option:
    """One line of a select of the form."""

    value: str
    name: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Select:
    """One select of the form."""

    name: str
    label: str
    options: tuple[Option, ...]


def lists_of(user_id: UUID, saved: Sequence[SavedView]) -> dict[str, Wanted]:
    """Return what has to be counted for the menu, by the name of each view in the page: what it holds for a person.

    Of mentions only those that the person has not seen: the others are no work any more.
    """
    named = {key: words for key, _name, words in _VIEWS} | {view.pk.hex: view.words for view in saved}
    lists = {key: InboxFilter.read(words).wanted_by(user_id) for key, words in named.items()}
    return {**lists, "mentions": replace(lists["mentions"], mentioned=None, newly_mentioned=user_id)}


def menu_of(user_id: UUID, shown: InboxFilter, saved: Sequence[SavedView], counts: Mapping[str, int]) -> Menu:
    """Return the views with these counts, and which of them is shown."""
    view = {name: value for name, value in shown.words.items() if name not in _BESIDE}
    links = [
        ViewLink(key, str(name), _address(words), _bounded(counts[key]), view == words) for key, name, words in _VIEWS
    ]
    links += [_saved_link(each, user_id, shown, counts) for each in saved]
    # What somebody saved is named as they named it, also where it is no more than a view in another order.
    title = next((link.name for link in reversed(links) if link.is_current), gettext("Filtered"))
    return Menu(tuple(links), title, 0 if any(link.is_current for link in links) else len(view))


def _saved_link(view: SavedView, user_id: UUID, shown: InboxFilter, counts: Mapping[str, int]) -> ViewLink:
    """A saved view. Its words are read again, so that nothing but a filter comes out of what is stored."""
    saved = InboxFilter.read(view.words)
    key = view.pk.hex
    change_url = reverse("sms:change-view", kwargs={"pk": view.pk}) if view.owner_id == user_id else ""
    return ViewLink(
        key, view.name, _address(saved.words), _bounded(counts[key]), shown.words == saved.words, change_url
    )


def form_of(org: Organization, shown: InboxFilter) -> list[Select]:
    """Return the selects of the filter's form, with what is chosen."""
    choices = filter_choices(org)
    anything = ("", gettext("Any"))
    people = [(ME, gettext("Me")), (NOBODY, gettext("Nobody")), *choices.people]
    return [
        _select("state", gettext("State"), [*_words(ConversationState), (ANY_STATE, anything[1])], str(shown.state)),
        _select("assignee", gettext("Assigned to"), [anything, *people], shown.assignee),
        _select("team", gettext("Team"), [anything, *choices.teams], str(shown.team or "")),
        _select("label", gettext("Label"), [anything, *choices.labels], str(shown.label or "")),
        _select("number", gettext("Our number"), [anything, *choices.numbers], str(shown.number or "")),
        _select("sort", gettext("Order"), _words(Sort), str(shown.sort)),
    ]


def _words(choices: type[Words]) -> list[tuple[str, str]]:
    return [(str(value), str(label)) for value, label in choices.choices]


def _select(name: str, label: str, pairs: list[tuple[str, str]], chosen: str) -> Select:
    return Select(name, label, tuple(Option(value, text, value == chosen) for value, text in pairs))


def _address(words: dict[str, str]) -> str:
    return reverse("sms:inbox") + (f"?{urlencode(words)}" if words else "")


def _bounded(count: int) -> str:
    if count >= selectors.COUNTED:
        return gettext("%(count)d+") % {"count": selectors.COUNTED - 1}
    return str(count or "")
