"""One organization never sees another's data: every URL, as everybody."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib import admin
from django.db import models
from django.http import HttpResponseBase
from django.test import Client

from contactcenter.core.models import IdempotencyKey, Organization, User
from contactcenter.core.roles import Role
from contactcenter.web.access import Access
from contactcenter.web.api.routes import PK
from tests.conftest import LogIn
from tests.standing import standing_worlds
from tests.world import Url, World, make_world, urls, words_of

# The live stream never ends, and closes the database connection that a test needs; see tests/web/test_live.py.
ENDLESS = {"live"}
URLS = [url for url in urls() if url.route not in ENDLESS]
HTMX = {"HX-Request": "true"}
LOGIN = "/accounts/login/"
Asked = list[tuple[str, int, HttpResponseBase]]


worlds = standing_worlds(make_world)


@pytest.fixture
def ours(db: None, worlds: Any, settings: Any) -> World:
    return worlds("aurora", settings)


@pytest.fixture
def theirs(db: None, worlds: Any, settings: Any) -> World:
    return worlds("borealis", settings)


class Visitor:
    """Somebody who walks over all addresses in one browser, and comes in again where an address has put them out."""

    def __init__(self, user: User, log_in: LogIn) -> None:
        self._user, self._log_in = user, log_in
        self._client = log_in(user)

    @property
    def client(self) -> Client:
        session = self._client.cookies.get(settings.SESSION_COOKIE_NAME)
        if session is None or not session.value:
            self._client = self._log_in(self._user)
        return self._client


def ask(client: Client, url: Url, world: World) -> Asked:
    """Return (what was asked, status, answer) for GET and POST, and for htmx where it is used."""
    path = url.path(world)
    forms: list[tuple[str, dict[str, str]]] = [("get", {}), ("post", {})]
    if url.route.startswith(("sms/", "contacts/", "operator/", "supervisor/", "alerts/")):
        forms += [("get", HTMX), ("post", HTMX)]
    asked = []
    for method, headers in forms:
        # Django's admin sends an old address of an object on to the new one before it looks for the object.
        answer = getattr(client, method)(path, headers=headers, follow=url.route.endswith("<path:object_id>/"))
        asked.append((f"{method} {url.route} {' '.join(headers)}".strip(), answer.status_code, answer))
    return asked


def may(user: User, url: Url) -> bool:
    if url.route.startswith("admin/"):
        return user.is_staff
    return url.access is not Access.TENANT or user.role != Role.CUSTOMER


def test_every_url_says_who_may_reach_it() -> None:
    unregistered = [url.route for url in urls() if not isinstance(url.access, Access)]
    assert unregistered == [], "see contactcenter/web/access.py"


@pytest.mark.parametrize("role", Role.values)
def test_people_see_nothing_of_another_organization(role: str, ours: World, theirs: World, log_in: LogIn) -> None:
    user = next(user for user in ours.tenant.users if user.role == role)
    visitor = Visitor(user, log_in)
    leaks, wrong = [], []
    for url in URLS:
        for what, status, answer in ask(visitor.client, url, theirs):
            if words := words_of(theirs, answer):
                leaks.append((what, words))
            if url.access is Access.TENANT and not may(user, url) and status not in {403, 404, 405}:
                wrong.append((what, status))
            if status >= 500 and url.name != "health":
                wrong.append((what, status))
    assert (leaks, wrong) == ([], [])


@pytest.mark.parametrize("role", [Role.ADMIN, Role.SUPERVISOR, Role.AGENT])
def test_what_belongs_to_another_organization_does_not_exist(
    role: str, ours: World, theirs: World, log_in: LogIn
) -> None:
    user = next(user for user in ours.tenant.users if user.role == role)
    visitor = Visitor(user, log_in)
    wrong = []
    for url in URLS:
        if url.access is not Access.TENANT or not may(user, url) or not {"pk", "object_id", "id"} & set(url.arguments):
            continue
        own = [status for _what, status, _answer in ask(visitor.client, url, ours)]
        asked = ask(visitor.client, url, theirs)
        for (what, status, _answer), ones_own in zip(asked, own, strict=True):
            # What nobody may do to one's own objects either (a method, deleting a history) may say so.
            if status != 404 and not status == ones_own in {403, 405}:
                wrong.append((what, status, ones_own))
    assert wrong == []


@pytest.mark.parametrize("role", Role.values)
def test_without_the_right_ones_own_is_forbidden_and_what_is_anothers_does_not_exist(
    role: str, ours: World, theirs: World, log_in: LogIn
) -> None:
    user = next(user for user in ours.tenant.users if user.role == role)
    visitor = Visitor(user, log_in)
    wrong = []
    for url in URLS:
        is_object = bool({"pk", "object_id"} & set(url.arguments)) and not url.route.endswith("<path:object_id>/")
        if url.access is not Access.TENANT or may(user, url) or not is_object:
            continue
        own, foreign = (visitor.client.get(url.path(world)).status_code for world in (ours, theirs))
        nobodys = any(f"/{name}/" in url.route for name in ("webhookrefusal", "heartbeat", "signingkey", "tally"))
        if not (own in {403, 405} and foreign in ({403} if nobodys else {404, 405})):
            wrong.append((url.route, own, foreign))
    assert wrong == []


def test_a_stranger_sees_nothing(ours: World, theirs: World) -> None:
    leaks, wrong = [], []
    for url in URLS:
        for what, status, answer in ask(Client(), url, theirs):
            if words := words_of(ours, answer) | words_of(theirs, answer):
                leaks.append((what, words))
            to_login = [LOGIN, "/admin/login/"]
            if url.access is Access.HOOK:
                fine = status in {403, 405}
            elif url.access in {Access.TENANT, Access.OWN}:
                location = answer.headers.get("Location", "") or getattr(answer, "redirect_chain", [("",)])[-1][0]
                fine = status in {401, 405} or any(page in location for page in to_login) or url.name == "logout"
            else:
                fine = status < 500 or url.name == "health"
            if not fine:
                wrong.append((what, status))
    assert (leaks, wrong) == ([], [])


def test_a_superuser_of_no_organization_reaches_the_admin_only(theirs: World, superuser: User, log_in: LogIn) -> None:
    visitor = Visitor(superuser, log_in)
    wrong = []
    for url in URLS:
        for what, status, _answer in ask(visitor.client, url, theirs):
            is_page = url.access is Access.TENANT and not url.route.startswith("admin/")
            if (is_page and status not in {403, 405}) or (status >= 500 and url.name != "health"):
                wrong.append((what, status))
    assert wrong == []


SHOWN = [
    "sms/",
    "sms/<uuid:pk>/",
    "sms/media/<uuid:pk>/",
    "contacts/",
    "contacts/<uuid:pk>/",
    "contacts/<uuid:pk>/panel/",
    "contacts/import/<uuid:pk>/refused/",
    "supervisor/",
    "supervisor/agents/<uuid:pk>/",
    "supervisor/agents/<uuid:pk>/day/",
    "supervisor/now/agents/",
    "alerts/",
    "alerts/rules/<uuid:pk>/",
    "api/sms/inbox",
    "api/sms/conversations",
    f"api/sms/conversations/{PK}/messages",
    f"api/sms/messages/{PK}",
    "api/agents",
    f"api/agents/{PK}",
    "api/analytics/agents",
    "api/dashboard/overview",
]


@pytest.mark.parametrize("route", [*SHOWN, "admin/sms/message/<path:object_id>/change/", "admin/core/user/"])
def test_the_words_are_there_for_their_owners(route: str, theirs: World, log_in: LogIn) -> None:
    """The twin of the tests above: without it they would pass on empty pages."""
    url = next(url for url in URLS if url.route == route)
    answer = log_in(theirs.tenant.admin).get(url.path(theirs))
    assert answer.status_code == 200
    assert words_of(theirs, answer) >= {theirs.tenant.org.slug}


# --- The admin's side doors ---------------------------------------------------------------------------------
ADMINS = sorted(admin.site._registry.items(), key=lambda pair: pair[0]._meta.label)
every_admin = pytest.mark.parametrize(
    ("model", "model_admin"), ADMINS, ids=[model._meta.label_lower for model, _admin in ADMINS]
)


def admin_url(model: type[models.Model], rest: str = "") -> str:
    return f"/admin/{model._meta.app_label}/{model._meta.model_name}/{rest}"


@pytest.fixture
def administrator(ours: World, theirs: World, log_in: LogIn) -> Client:
    return log_in(ours.tenant.admin)


def mark_of(row: Any) -> str:
    """What stands on a list that shows the row."""
    if isinstance(row, IdempotencyKey):  # Its id is a small number.
        return row.key
    return row.name if isinstance(row, Organization) else str(row.pk)


@every_admin
def test_filters_in_the_address_find_nothing(
    model: type[models.Model], model_admin: Any, administrator: Client, ours: World, theirs: World
) -> None:
    slug, row = theirs.tenant.org.slug, theirs.one(model)
    if row is None:
        return
    queries = [
        {"q": slug},
        {"q": "+1"},
        {"organization": str(theirs.tenant.org.pk)},
        {"organization__id__exact": str(theirs.tenant.org.pk)},
        {"organization__slug__startswith": slug[0]},
        *({f"{field.name}__startswith": slug[0]} for field in model._meta.fields),
        *({f"{field.name}__organization__slug": slug} for field in model._meta.fields if field.is_relation),
    ]
    shown = []
    for query in queries:
        answer = administrator.get(admin_url(model), query, follow=True)
        assert answer.status_code in {200, 400, 403}, query
        if mark_of(row) in answer.content.decode():
            shown.append(query)
    assert shown == []
    everything = administrator.get(admin_url(model))
    assert everything.status_code == 403 or mark_of(ours.one(model)) in everything.content.decode()


@every_admin
def test_choices_are_ones_own(
    model: type[models.Model], model_admin: Any, administrator: Client, theirs: World
) -> None:
    for field in model._meta.fields:
        if field.is_relation:
            params = {
                "app_label": model._meta.app_label,
                "model_name": model._meta.model_name,
                "field_name": field.name,
            }
            for term in ("", theirs.tenant.org.slug, "+1"):
                answer = administrator.get("/admin/autocomplete/", {**params, "term": term})
                assert answer.status_code in {200, 403, 404}
                assert words_of(theirs, answer) == set()


@every_admin
def test_actions_leave_others_rows_alone(
    model: type[models.Model], model_admin: Any, administrator: Client, theirs: World
) -> None:
    row = theirs.one(model)
    if row is None:
        return
    before = model._default_manager.filter(pk=row.pk).values().get()
    names = [
        "delete_selected",
        *(action if isinstance(action, str) else action.__name__ for action in model_admin.actions or ()),
    ]
    for name in names:
        form = {"action": name, "_selected_action": [str(row.pk)], "post": "yes"}
        answer = administrator.post(admin_url(model), form)
        assert answer.status_code < 500
        assert words_of(theirs, answer) == set()
    assert model._default_manager.filter(pk=row.pk).values().get() == before


@every_admin
def test_forms_change_nothing_of_others(
    model: type[models.Model], model_admin: Any, administrator: Client, theirs: World
) -> None:
    row = theirs.one(model)
    if row is None:
        return
    before = model._default_manager.filter(pk=row.pk).values().get()
    for rest in (f"{row.pk}/change/", f"{row.pk}/delete/"):
        answer = administrator.post(admin_url(model, rest), {"name": "changed", "post": "yes", "_save": "Save"})
        assert answer.status_code in {403, 404}
    assert model._default_manager.filter(pk=row.pk).values().get() == before


def test_hostile_ids(administrator: Client, theirs: World) -> None:
    for pk in (uuid4(), "nothing", "%00", "' OR 1=1 --", "1" * 200):
        for model, _admin in ADMINS:
            answer = administrator.get(admin_url(model, f"{pk}/change/"))
            assert answer.status_code in {403, 404}, (model, pk)


def test_what_belongs_to_no_organization_is_not_for_administrators(
    administrator: Client, theirs: World, superuser: User, log_in: LogIn
) -> None:
    root = log_in(superuser)
    seen: dict[str, tuple[int, int]] = {}
    for model, _admin in ADMINS:
        if theirs.one(model) is None and model is not Organization:
            url = admin_url(model)
            seen[model._meta.label_lower] = (administrator.get(url).status_code, root.get(url).status_code)
    assert seen == dict.fromkeys(seen, (403, 200))


def test_the_numbers_of_queries_do_not_grow(
    ours: World, log_in: LogIn, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    client = log_in(ours.tenant.admin)
    for model, _admin in ADMINS:
        with django_assert_max_num_queries(12):
            assert client.get(admin_url(model)).status_code in {200, 403}
