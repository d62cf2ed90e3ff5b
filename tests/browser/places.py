"""Every page of the URL conf, with an address that shows it: a new page is visited without being named anywhere."""

import re
from dataclasses import dataclass

from playwright.sync_api import APIRequestContext

from contactcenter.web.access import Access
from tests.stack import Stack
from tests.world import Url, urls

# What is no page of ours, by the beginning of its route.
LEFT_OUT = {
    "admin/": "Django's own pages, hundreds of them; some stand among the states",
    "live": "a stream that never ends",
    "docs": "drawn by Swagger UI",
    "redoc": "drawn by Redoc",
    "api/": "JSON for programs",
    r"\.well-known/": "JSON for programs",
    "hooks/": "for providers",
}
# Answers that are neither a page nor "not with GET", and why that is so.
NO_PAGE = {
    "sms/files/<uuid:pk>/": "a file",
    "sms/media/<uuid:pk>/": "a file",
    r"sms/carried/(?P<token>[\w.-]{1,200})": "a file, for the provider",
    "analytics/exports/<uuid:pk>/file/": "a file",
    "analytics/rows": "needs a figure; it stands among the states",
    "accounts/notifications/now/": "a part of a page, when there is something to tell",
}
# Where people are all day: looked at in every way.
MAIN = {
    "sms/",
    "sms/<uuid:pk>/",
    "contacts/",
    "contacts/<uuid:pk>/",
    "operator/",
    "supervisor/",
    "alerts/",
    "account/",
    "accounts/login/",
}
_ASKED: dict[str, list["Place"]] = {}
_ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")
_NOBODY = "00000000-0000-7000-8000-000000000000"
# Whose id stands in an address; the first beginning that fits counts.
_ROWS = (
    ("alerts/rules/", "analytics_alertrule"),
    ("contacts/import/", "core_contactimport"),
    ("contacts/", "core_contact"),
    ("sms/answers/", "sms_cannedanswer"),
    ("sms/views/", "sms_savedview"),
    ("sms/", "sms_conversation"),
    ("supervisor/agents/", "agents_agent"),
)
_WORDS = {"picture": "guide-inbox", "uidb36": "0", "key": "set-password", "token": "guessed"}


@dataclass(frozen=True, slots=True)
class Place:
    """One URL with an address of Aurora's; `is_public`: who is logged in is sent elsewhere, so it is a guest's."""

    route: str
    address: str
    is_public: bool


def row_of(stack: Stack, table: str, where: str = "true") -> str:
    """Return the id of one of Aurora's rows."""
    rows = stack.query(
        f"SELECT t.id FROM {table} t JOIN core_organization o ON o.id = t.organization_id "
        f"WHERE o.slug = 'aurora' AND {where} ORDER BY t.id LIMIT 1"
    )
    assert rows, f"the demo, and what the test makes beside it, has no row in {table}"
    return str(rows[0][0])


def _address(url: Url, stack: Stack) -> str:
    def fill(found: re.Match[str]) -> str:
        name = found[1] or found[2]
        table = next((table for start, table in _ROWS if url.route.startswith(start)), None)
        mine = "owner_id = (SELECT id FROM core_user WHERE email = 'admin@aurora.example')"
        if name == "pk" and table:
            return row_of(stack, table, mine if table == "sms_savedview" else "true")
        return _NOBODY if name == "pk" else _WORDS[name]  # KeyError: say what stands in the address.

    return "/" + _ARGUMENT.sub(fill, url.route)


def places(stack: Stack) -> list[Place]:
    """Return every URL that may be a page."""
    asked = [url for url in urls() if not url.route.startswith(tuple(LEFT_OUT))]
    return [
        Place(url.route, _address(url, stack), url.access is Access.PUBLIC)
        for url in asked
        if url.access in {Access.PUBLIC, Access.OWN, Access.TENANT}
    ]


def pages(stack: Stack, *, admin: APIRequestContext, guest: APIRequestContext) -> list[Place]:
    """Return those that answer with a whole page, asked once. Fails on an answer that nobody has explained."""
    if stack.url in _ASKED:
        return _ASKED[stack.url]
    found, strange = [], {}
    for place in places(stack):
        answer = (guest if place.is_public else admin).get(stack.url + place.address, max_redirects=0)
        kind = answer.headers.get("content-type", "")
        if answer.status == 200 and kind.startswith("text/html") and "<html" in answer.text():
            found.append(place)
        elif answer.status not in {200, 204, 302, 405} and place.route not in NO_PAGE:
            strange[place.route] = answer.status
        answer.dispose()
    assert strange == {}, "say in NO_PAGE why they are no pages, or fill their addresses in"
    return _ASKED.setdefault(stack.url, found)
