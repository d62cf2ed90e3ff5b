"""What is kept in a browser: static files and one page of nobody's."""

import json
import re
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from contactcenter.core.models import User
from tests.conftest import LogIn
from tests.factories import Tenant, make_conversation

pytestmark = pytest.mark.django_db


def test_the_worker_serves_the_whole_site_and_keeps_only_what_is_nobodys(aurora: Tenant, log_in: LogIn) -> None:
    answer = Client().get("/sw.js")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/javascript; charset=utf-8")
    assert "no-cache" in answer["Cache-Control"]
    head = re.match(r'const VERSION = ("[^"]+");\nconst SHELL = (\[.*?\]);\n', answer.content.decode())
    assert head is not None
    shell = json.loads(head[2])
    assert [path for path in shell if not path.startswith("/static/")] == []
    assert [path for path in shell if finders.find(path.removeprefix("/static/")) is None] == []
    assert log_in(aurora.agent).get("/sw.js").content == answer.content


def test_the_page_for_no_connection_holds_nothing_of_a_person(aurora: Tenant, borealis: Tenant, log_in: LogIn) -> None:
    aurora.agent.language = "cs"
    aurora.agent.save()
    answer = log_in(aurora.agent).get("/offline/")
    page = answer.content.decode()
    assert (answer.status_code, answer["Content-Language"]) == (200, "cs")
    assert [word for word in ("aurora", "csrf", str(aurora.agent.pk), "borealis") if word in page.casefold()] == []
    assert "Set-Cookie" not in answer.headers
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_the_manifest_names_icons_that_exist(db: None) -> None:
    answer = Client().get("/manifest.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    described = answer.json()
    assert (described["start_url"], described["scope"], described["display"]) == ("/", "/", "standalone")
    assert [icon["purpose"] for icon in described["icons"]] == ["any", "any", "maskable"]
    assert [icon for icon in described["icons"] if finders.find(icon["src"].removeprefix("/static/")) is None] == []


def test_the_first_explanation_never_comes_back(aurora: Tenant, borealis: Tenant, log_in: LogIn) -> None:
    client = log_in(aurora.agent)
    assert 'id="welcome"' in client.get("/sms/").content.decode()
    assert client.post("/account/welcome/", headers={"HX-Request": "true"}).content == b""
    assert 'id="welcome"' not in client.get("/sms/").content.decode()
    assert 'id="welcome"' not in log_in(User.objects.get(pk=aurora.agent.pk)).get("/sms/").content.decode()
    assert 'id="welcome"' in log_in(borealis.agent).get("/sms/").content.decode()


def test_the_palette_finds_ones_own_conversations(aurora: Tenant, borealis: Tenant, log_in: LogIn) -> None:
    make_conversation(aurora, name="Jana Nováková")
    make_conversation(aurora, name="Petr")
    make_conversation(borealis, name="Jana of Borealis")
    client = log_in(aurora.agent)

    def found(words: str) -> list[str]:
        page = client.post("/sms/find/", {"q": words}).content.decode()
        return re.findall(r"</span><span>([^<]+)</span></a>", page)

    assert (found("jana"), found("j"), found("")) == (["Jana Nováková"], [], [])
    assert client.get("/sms/find/?q=jana").status_code == 405


def test_single_keys_can_be_turned_off(aurora: Tenant, log_in: LogIn) -> None:
    client = log_in(aurora.agent)
    assert "data-single-keys" in client.get("/sms/").content.decode()
    form = {"first_name": "A", "last_name": "B", "language": "en", "time_zone": "UTC"}
    assert client.post("/account/", form).status_code == 302
    assert "data-single-keys" not in client.get("/sms/").content.decode()


def test_help_shows_what_a_person_may_do(aurora: Tenant, log_in: LogIn) -> None:
    def links(user: User) -> list[str]:
        return re.findall(r'class="btn" href="(/help/[^"]+)"', log_in(user).get("/help/").content.decode())

    assert {user.role: links(user) for user in aurora.users} == {
        "ADMIN": ["/help/inbox/", "/help/metrics/", "/help/administration/"],
        "SUPERVISOR": ["/help/inbox/", "/help/metrics/"],
        "AGENT": ["/help/inbox/", "/help/metrics/"],
        "CUSTOMER": [],
    }
    client = log_in(aurora.admin)
    for address in ("/help/inbox/", "/help/administration/"):
        page = client.get(address).content.decode()
        pictures = re.findall(r'<img src="([^"]+)"', page)
        assert {client.get(picture)["Content-Type"] for picture in pictures} == {"image/png"}
    assert client.get("/help/images/nothing.png").status_code == 404


def test_the_components_are_shown_to_developers_only(db: None, settings: Any) -> None:
    assert Client().get("/styleguide").status_code == 404
    settings.STYLEGUIDE = True
    assert Client().get("/styleguide").status_code == 200
