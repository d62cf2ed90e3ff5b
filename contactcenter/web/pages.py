"""The pages of the navigation: only what exists, and only what this person may open."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contactcenter.core.models import User
from contactcenter.core.roles import Right


@dataclass(frozen=True, kw_only=True)
class Page:
    """One entry of the navigation. `icon` is a Lucide name, `at_end` puts it at the foot of the bar."""

    label: str | Promise
    icon: str
    url_name: str
    is_open_to: Callable[[User], bool]
    at_end: bool = False


@dataclass(frozen=True, kw_only=True)
class NavigationItem:
    """A page as a template shows it. `is_behind_more`: on a phone it has no room in the bar.

    Two of one address are the same: its label is told by it and by the language.
    """

    label: str | Promise = field(compare=False)
    icon: str
    url: str
    is_current: bool
    at_end: bool
    is_behind_more: bool = False


# A phone's bar has room for so many; what is more than that stands behind "More", which takes a place of its own.
_ON_PHONES = 5

PAGES: tuple[Page, ...] = (
    Page(
        label=_("SMS"),
        icon="message-square-text",
        url_name="sms:inbox",
        is_open_to=lambda u: u.has_right(Right.READ_SMS),
    ),
    Page(
        label=_("My day"),
        icon="layout-list",
        url_name="analytics:operator",
        is_open_to=lambda u: u.organization_id is not None and u.has_right(Right.SET_STATUS),
    ),
    Page(
        label=_("Wallboard"),
        icon="monitor",
        url_name="analytics:supervisor",
        is_open_to=lambda u: u.organization_id is not None and u.has_right(Right.READ_ALL_ANALYTICS),
    ),
    Page(
        label=_("Alerts"),
        icon="bell-ring",
        url_name="analytics:alerts",
        is_open_to=lambda u: u.organization_id is not None and u.has_right(Right.READ_ALL_ANALYTICS),
    ),
    Page(
        label=_("Contacts"),
        icon="contact-round",
        url_name="contacts:list",
        is_open_to=lambda u: u.organization_id is not None and u.has_right(Right.READ_CONTACTS),
    ),
    Page(
        label=_("Teams"),
        icon="users",
        url_name="sms:teams",
        is_open_to=lambda u: u.organization_id is not None and u.has_right(Right.MANAGE_AGENTS),
    ),
    Page(
        label=_("Analytics"),
        icon="chart-column",
        url_name="analytics:calls",
        is_open_to=lambda u: u.organization_id is not None and u.has_right(Right.READ_ANALYTICS),
    ),
    Page(
        label=pgettext_lazy("navigation", "Sending"),
        icon="activity",
        url_name="sms:health",
        is_open_to=lambda u: u.organization_id is not None and u.has_right(Right.ADMINISTER),
    ),
    Page(
        label=pgettext_lazy("navigation", "Admin"),
        icon="settings",
        url_name="admin:index",
        is_open_to=lambda u: u.is_staff,
    ),
    Page(
        label=_("Help"),
        icon="life-buoy",
        url_name="help",
        is_open_to=lambda u: True,
        at_end=True,
    ),
    Page(
        label=_("Account"),
        icon="circle-user-round",
        url_name="profile",
        is_open_to=lambda u: True,
        at_end=True,
    ),
)


def navigation(user: User, path: str) -> list[NavigationItem]:
    """Return the entries that `user` may open; the one whose pages contain `path` is the current one."""
    open_pages = [(page, _url(page.url_name)) for page in PAGES if page.is_open_to(user)]
    # One page's address may begin with another's: the longest that fits is the current one.
    current = max((url for _page, url in open_pages if path.startswith(url)), key=len, default="")
    # The first ones are what people work with all day; the last one is their own account.
    last = len(open_pages) - 1
    behind_more = range(_ON_PHONES - 2, last) if len(open_pages) > _ON_PHONES else range(0)
    return [
        NavigationItem(
            label=page.label,
            icon=page.icon,
            url=url,
            is_current=url == current,
            at_end=page.at_end,
            is_behind_more=place in behind_more,
        )
        for place, (page, url) in enumerate(open_pages)
    ]


@cache
def _url(name: str) -> str:
    return reverse(name)
