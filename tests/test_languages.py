"""On no page stands a word of English for somebody who reads Czech or Spanish."""

import json
import re
from datetime import UTC, datetime
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib import admin
from django.test import Client
from django.utils import translation

from contactcenter.core.models import User
from contactcenter.web.account import AccountAdapter
from contactcenter.web.contacts.forms import LANGUAGES
from sms.enums import ConsentState, ErrorCode, MediaState, MessageStatus
from sms.views.wording import composer_texts
from tests.conftest import LogIn
from tests.factories import Tenant, make_conversation
from tests.world import Url, World, make_world, urls

ENDLESS = {"live"}
# The guides are written in English, like all that stands in docs/.
GUIDES = {"help/inbox/", "help/administration/"}
ADMIN = {"admin/", "admin/core/user/", "admin/core/user/add/", "admin/core/organization/"}
WORD = re.compile(r"[^\W\d_]{3}")
# What comes from the rows of the test: names of organizations and people, addresses, codes, numbers.
DATA = re.compile(
    r"^\{|aurora|borealis|kraliki|[\d@/.]|sms-|voice_|^(Admin|Supervisor|Agent|Customer|Root)$",
    re.IGNORECASE,
)
# The same word in English and in that language. Names of products, languages and formats are nobody's translation.
NAMES = {
    "sms",
    "csv",
    "xlsx",
    "twilio",
    "telnyx",
    "english",
    "čeština",
    "español",
    "utc",
    "usd",
    "ctrl",
    "esc",
    "enter",
}
NAMES |= {"enter", *(name.casefold() for _code, name in LANGUAGES)}  # Each language in itself.
SHARED = {
    "cs": NAMES | {"text", "role", "agent", "data", "metadata", "import"},
    "es": NAMES | {"error", "supervisor", "color", "normal"},
}
# Django writes these into pictures that say yes and no, in English always.
# Words of our own in stored JSON, which the admin shows as it is.
KEYS = {"name"}
PICTURES = {"true", "false"}


class Reader(HTMLParser):
    """Collects what a page says to eyes and ears; `<pre>` holds data as it was stored."""

    SPEAKING = ("aria-label", "placeholder", "title", "alt")
    SILENT = ("pre", "script", "style", "textarea")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.said: set[str] = set()
        self._silent = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in self.SILENT
        given = dict(attrs)
        is_button = tag == "input" and given.get("type") in {"submit", "button"}
        names = (*self.SPEAKING, "value") if is_button else self.SPEAKING
        self.said |= {text.strip() for name in names if (text := given.get(name))}

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in self.SILENT

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.said.add(" ".join(data.split()))


def said(client: Client, url: str) -> set[str]:
    answer = client.get(url, follow=True)
    return Reader(answer.content.decode()).said if "html" in answer.headers.get("Content-Type", "") else set()


def pages(user: User, world: World) -> dict[str, str]:
    """The addresses where this person reads, by their routes: superusers what is theirs alone, others everything."""
    return {
        url.route: url.path(world)
        for url in urls()
        if url.route not in ENDLESS | GUIDES and (not user.is_superuser or url.route in ADMIN or is_for_superusers(url))
    }


def is_for_superusers(url: Url) -> bool:
    return url.model is not None and bool(getattr(admin.site._registry[url.model], "for_superusers", False))


def read_everything(user: User, world: World, language: str, log_in: LogIn) -> dict[str, set[str]]:
    User.objects.filter(pk=user.pk).update(language=language)
    client = log_in(user)
    return {route: said(client, path) for route, path in pages(user, world).items()}


def is_left_in_english(text: str, language: str) -> bool:
    """Judge a text that stands on a page in both languages."""
    word = text.strip(" :›").casefold()
    known = word in SHARED[language] | PICTURES or text.strip() in KEYS
    return bool(WORD.search(word)) and not known and not DATA.search(word)


@pytest.mark.parametrize("who", ["administrator", "superuser"])
def test_nobody_reads_english_who_chose_another_language(
    who: str, aurora: Tenant, superuser: User, log_in: LogIn, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    world = make_world(aurora)
    user = aurora.admin if who == "administrator" else superuser
    english = read_everything(user, world, "en", log_in)
    assert sum(map(len, english.values())) > 500, "there was hardly anything to read"
    for language in SHARED:
        left = {
            (route, text)
            for route, words in read_everything(user, world, language, log_in).items()
            for text in words & english[route]
            if is_left_in_english(text, language)
        }
        assert sorted(left) == []


@pytest.mark.parametrize(("language", "title"), [("cs", "Přihlásit se"), ("es", "Iniciar sesión"), ("de", "Log in")])
def test_strangers_are_greeted_in_the_language_of_their_browser(language: str, title: str, db: None) -> None:
    answer = Client().get("/accounts/login/", headers={"Accept-Language": language})
    assert f"<h1>{title}</h1>" in answer.content.decode()


@pytest.mark.parametrize("language", ["cs", "es"])
def test_a_wrong_password_is_explained_in_the_language_of_the_browser(language: str, aurora: Tenant) -> None:
    answer = Client().post(
        "/accounts/login/",
        {"login": aurora.agent.email, "password": "wrong"},
        headers={"Accept-Language": language},
    )
    with translation.override(language):
        sentence = AccountAdapter.error_messages["email_password_mismatch"]
        assert str(sentence) in unescape(answer.content.decode())
        assert "The email address and/or password" not in str(sentence)


@pytest.mark.parametrize("language", ["cs", "es"])
def test_every_reason_and_state_has_words_of_its_own_in_each_language(language: str) -> None:
    for words in (MessageStatus, ErrorCode, MediaState, ConsentState):
        english = [str(word.label) for word in words]
        with translation.override(language):
            translated = [str(word.label) for word in words]
        assert not set(english) & set(translated)
        assert len(set(translated)) == len(set(english))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["14:05", "Yesterday", "Fri", "30 Jan", "3 Feb 2025"]),
        ("cs", ["14:05", "Včera", "pá", "30. 1.", "3. 2. 2025"]),
        ("es", ["14:05", "Ayer", "vie", "30 ene", "3 feb 2025"]),
    ],
)
def test_times_in_the_list_are_written_as_in_the_language(
    language: str, words: list[str], aurora: Tenant, log_in: LogIn
) -> None:
    days = [
        datetime(2026, 2, 9),
        datetime(2026, 2, 8),
        datetime(2026, 2, 6),
        datetime(2026, 1, 30),
        datetime(2025, 2, 3),
    ]
    for day in days:
        make_conversation(aurora, last_message_at=day.replace(hour=13, minute=5, tzinfo=UTC))
    User.objects.filter(pk=aurora.agent.pk).update(language=language, time_zone="Europe/Prague")
    with time_machine.travel(datetime(2026, 2, 9, 17, tzinfo=UTC), tick=False):
        html = log_in(aurora.agent).get("/sms/").content.decode()
    assert re.findall(r'class="row-time"[^>]*>([^<]*)<', html) == words


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("cs", "Počítá se jako {n} zprávy, platí se každá"),
        ("es", "Cuenta como {n} mensajes; se cobra cada uno"),
    ],
)
def test_the_counter_gets_its_plural_forms(language: str, sentence: str) -> None:
    with translation.override(language):
        forms = json.loads(composer_texts())["several"]
    assert forms["few"] == sentence
    assert len({forms["one"], forms["few"]}) == 2


def test_an_english_word_would_be_noticed() -> None:
    assert is_left_in_english("Model name", "cs")
    assert is_left_in_english("Role:", "es")
    assert not is_left_in_english("Role:", "cs")
    assert Reader('<a title="Say">x<pre>stored</pre></a><input type="submit" value="Go">').said == {"Say", "x", "Go"}
