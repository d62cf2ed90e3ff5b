"""The inbox's search: names, ends of numbers, words of texts; marked, and one click from their place in the thread."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from sms import searching, words
from sms.enums import Direction
from sms.views.marking import excerpt, marked
from tests.conftest import LogIn
from tests.factories import Tenant, make_conversation, make_message
from tests.sms.test_inbox_views import fragment, names, texts

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(aurora: Tenant, log_in: LogIn) -> Client:
    return log_in(aurora.agent)


def search(browser: Client, text: str) -> str:
    return browser.post("/sms/", {"q": text}, headers=fragment("rows")).content.decode()


def look_at(newest: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let only so many of the newest texts be looked at one by one; the others come from the index."""
    for name in ("_TEXTS_WITH_WORD", "_TEXTS_WITH_WORDS"):
        statement = getattr(searching, name)
        assert "LIMIT 2000" in statement
        monkeypatch.setattr(searching, name, statement.replace("LIMIT 2000", f"LIMIT {newest}"))


def found_texts(html: str) -> list[str]:
    found = re.findall(r'id="f-.*?<span class="row-preview">(.*?)</span></a>', html, re.DOTALL)
    return [unescape(text) for text in found]


def test_accents_capitals_and_strokes_make_no_difference(aurora: Tenant, borealis: Tenant, agent: Client) -> None:
    for tenant in (aurora, borealis):
        make_conversation(tenant, name=f"Jana Nováková {tenant.org.slug}")
        make_conversation(tenant, name=f"Łukasz Peña {tenant.org.slug}")

    for typed in ("novak", "NOVÁKOVÁ jan", "jana nova"):
        assert names(search(agent, typed)) == ["Jana Nováková aurora"]
    for typed in ("lukasz", "ŁUK pena", "Pen\u0303a"):
        assert names(search(agent, typed)) == ["Łukasz Peña aurora"]
    assert names(search(agent, "jana pena")) == []


def test_of_several_words_whole_ones_come_first_and_beginnings_when_those_are_few(
    aurora: Tenant, borealis: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    for number in range(12):
        make_conversation(aurora, name=f"Jana Nová {number}", last_message_at=now - timedelta(days=number + 1))
        make_conversation(borealis, name=f"Jana Nová {number}")
    make_conversation(aurora, name="Janatá Nová", last_message_at=now - timedelta(days=20))
    make_conversation(aurora, name="Last of all", last_message_at=now)
    monkeypatch.setitem(searching._CONVERSATIONS, "names", _only_newest(searching._CONVERSATIONS["names"]))

    def found(text: str) -> list[str]:
        return [line.name for line in searching.search(aurora.org, text, reader=aurora.agent.pk).conversations]

    assert found("jana nov") == [f"Jana Nová {number}" for number in range(8)]
    assert found("jan nová 11") == ["Jana Nová 11"]
    assert found("nova janat") == ["Janatá Nová"]
    assert found("nov janat") == ["Janatá Nová"]


def test_a_number_is_found_by_its_end_also_far_below_the_newest(
    aurora: Tenant, borealis: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = timezone.now() - timedelta(days=400)
    make_conversation(aurora, name="Jana", address="+420777123456", last_message_at=old)
    make_conversation(borealis, name="Borealis Patient", address="+420777123456")
    newest = make_conversation(aurora, name="Petr", address="+420777123999")
    monkeypatch.setitem(searching._CONVERSATIONS, "number", _only_newest(searching._CONVERSATIONS["number"]))

    def found(text: str) -> list[str]:
        return [line.name for line in searching.search(aurora.org, text, reader=aurora.agent.pk).conversations]

    assert found("777 123 456") == found("+420 777 123 456") == found("3456") == ["Jana"]
    assert found("999") == [newest.contact.name]
    assert found("9456") == []


def _only_newest(statement: str) -> str:
    return statement.replace("LIMIT 1000", "LIMIT 1")


def test_words_of_texts_are_found_marked_newest_first(aurora: Tenant, borealis: Tenant, agent: Client) -> None:
    conv = make_conversation(aurora, name="Jana")
    make_message(conv, body="Kdy dorazí <b>objednávka</b> č. 88231?", direction=Direction.INBOUND)
    make_message(conv, body="Objednávku 88231 jsme odeslali.")
    make_message(conv, body="Děkuji")
    make_message(make_conversation(borealis), body="Objednávka 88231")

    html = search(agent, "objednavk 88231")
    previews = found_texts(html)

    assert previews[0].endswith("<mark>Objednávk</mark>u <mark>88231</mark> jsme odeslali.")
    assert previews[1] == "Kdy dorazí <b><mark>objednávk</mark>a</b> č. <mark>88231</mark>?"
    assert len(previews) == 2
    assert "&lt;b&gt;" in html
    assert names(html) == ["Jana", "Jana"]
    assert found_texts(search(agent, "bjednav")) == []


def test_rare_words_are_found_in_every_month_and_the_newest_come_first(
    aurora: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    conv = make_conversation(aurora, name="Jana")
    now = timezone.now()
    for months in range(30):
        make_message(conv, body=f"zásilka {months}", at=now - timedelta(days=30 * months))
    make_message(conv, body="newest of all", at=now + timedelta(seconds=1))
    # With one text looked at, all that is found comes from the index.
    look_at(1, monkeypatch)

    common = searching.search(aurora.org, "zasilk", reader=aurora.agent.pk)
    rare = searching.search(aurora.org, "zasilka 29", reader=aurora.agent.pk)

    assert [text.body for text in common.texts] == [f"zásilka {months}" for months in range(20)]
    assert common.has_more
    assert [text.body for text in rare.texts] == ["zásilka 29"]
    assert not rare.has_more


@pytest.mark.parametrize("newest", [1, 5, 40])
def test_all_words_are_in_what_is_found_whichever_of_them_is_rare(
    aurora: Tenant, borealis: Tenant, monkeypatch: pytest.MonkeyPatch, newest: int
) -> None:
    now = timezone.now()
    for tenant in (aurora, borealis):
        conv = make_conversation(tenant, name="Jana")
        for days in range(20):
            make_message(conv, body=f"zásilka {days}", at=now - timedelta(days=20 * days))
        for days, body in ((200, "účet nonius"), (250, "zásilka nonius"), (300, "jiná zásilka, nonus")):
            make_message(conv, body=f"{body} {tenant.org.slug}", at=now - timedelta(days=days, hours=1))
    look_at(newest, monkeypatch)

    def found(text: str) -> list[str]:
        texts = searching.search(aurora.org, text, reader=aurora.agent.pk).texts
        return [text.body.removesuffix(" aurora") for text in texts]

    assert found("zasil non") == found("non zasil") == ["zásilka nonius", "jiná zásilka, nonus"]
    assert found("zasilka nonius") == ["zásilka nonius"]
    assert found("ucet zasilka") == found("zasilka xylofon") == found("xylofon ucet") == []
    assert found("nonius ucet aurora") == ["účet nonius"]
    assert found("nonius borealis") == []


def test_a_found_text_opens_amid_its_thread_with_a_way_to_the_end(
    aurora: Tenant, borealis: Tenant, agent: Client
) -> None:
    conv = make_conversation(aurora, name="Jana")
    rows = [make_message(conv, body=f"text {number:02d}") for number in range(60)]
    url = re.search(r'id="f-[^"]+" href="([^"]+)"', search(agent, "text 05"))
    assert url is not None
    address, _anchor, anchor = unescape(url[1]).partition("#")
    page = agent.get(address, headers=fragment("thread-pane")).content.decode()

    assert anchor == f"m-{rows[5].pk}"
    assert texts(page) == [f"text {number:02d}" for number in range(26)]
    assert re.findall(r'message-found" tabindex="-1" id="([^"]+)"', page) == [anchor]
    assert 'id="newer-link"' in page
    assert "/tail/" not in page
    end = agent.get(f"/sms/{conv.pk}/?around={rows[55].pk}").content.decode()
    assert (texts(end)[-1], "newer-link" in end, "/tail/" in end) == ("text 59", False, True)
    other = make_message(make_conversation(borealis), body="Borealis words")
    wrong = agent.get(f"/sms/{conv.pk}/?around={other.pk}").content.decode()
    assert (texts(wrong)[-1], "message-found" in wrong) == ("text 59", False)


def test_nonsense_finds_nothing_and_breaks_nothing(aurora: Tenant, agent: Client) -> None:
    make_message(make_conversation(aurora, name="Jana"), body="x" * 3000)
    for typed in ("'", "!", "a & b | !c", "<->", "\\", ":*", "% _", "ß" * 80, "\x00", "()", "٣٤٥"):
        assert agent.post("/sms/", {"q": typed}).status_code == 200
    assert names(search(agent, "& | !")) == []


@pytest.mark.parametrize(
    "text", ["Žluťoučký kůň, úpěl! ĎÁBELSKÉ", "„Łódź“ – Ørsted/Đorđe👍ano", "ﬁrst_e-mail@x.cz ½ naïve"]
)
def test_python_and_postgresql_take_the_same_words_from_a_text(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tsvector_to_array(to_tsvector('simple', core_plain(%s)))", [text])
        (theirs,) = cursor.fetchone()
    ours = words.words_of(text)
    assert sorted(theirs) == sorted(ours)


def test_marks_fit_the_text_as_it_was_written() -> None:
    assert marked("Peña & pena", ["pena"]) == "<mark>Peña</mark> &amp; <mark>pena</mark>"
    assert marked("+420 777 123 456", [], digits="77712") == "+420 <mark>777 12</mark>3 456"
    long = "word " * 40 + "Zásilka dorazila " + "word " * 40
    assert re.fullmatch(r"… (word )+<mark>Zásilka</mark> dorazila (word ?)+.* …", excerpt(long, ("zasilka",)))
