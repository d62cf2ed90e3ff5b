"""The browser counts segments exactly as the server does."""

import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Route

from sms.segments import GSM7_BASIC, GSM7_EXTENSION, count

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[2]
VECTORS = json.loads((ROOT / "tests" / "samples" / "segments.json").read_text(encoding="utf-8"))
_PIECES = [
    *sorted(GSM7_BASIC),
    *sorted(GSM7_EXTENSION),
    *"áčďéěíňóřšťúůýž–…\u00a0\u200b",
    "👨‍👩‍👧‍👦",
    "👍🏽",
    "e\u0301",
    "🇨🇿",
    "\r\n",
]


@pytest.fixture
def page(browser_context: BrowserContext) -> Page:
    """A page with the module, served from the file itself."""
    page = browser_context.new_page()
    for name in ("segments.js", "gsm-look-alikes.js"):
        script = (ROOT / "static" / "js" / name).read_text(encoding="utf-8")
        page.route(f"http://segments.test/{name}", _answer_with(script))
    page.route("http://segments.test/", lambda route: route.fulfill(body="<title>.</title>", content_type="text/html"))
    page.goto("http://segments.test/")
    page.evaluate("import('/segments.js').then((module) => { window.count = module.count; })")
    page.evaluate("import('/gsm-look-alikes.js').then((module) => { window.plain = module.withLookAlikes; })")
    return page


def _answer_with(script: str) -> Callable[[Route], None]:
    return lambda route: route.fulfill(body=script, content_type="text/javascript")


def counted(page: Page, texts: list[str]) -> list[tuple[str, int, int]]:
    results = page.evaluate("(texts) => texts.map((text) => window.count(text))", texts)
    return [(result["encoding"], result["segments"], result["chars"]) for result in results]


def test_the_vectors(page: Page) -> None:
    expected = [(vector["encoding"], vector["segments"], vector["chars"]) for vector in VECTORS]
    assert counted(page, [vector["text"] for vector in VECTORS]) == expected


def test_texts_made_at_random_count_as_in_python(page: Page) -> None:
    chance = random.Random(20261122)
    texts = [
        "".join(chance.choices(_PIECES[: chance.choice((136, None))], k=chance.randrange(400))) for _ in range(300)
    ]
    texts += ["ž" * filler + "🏽" * 40 + "e" + "\u0301" * 150 + "tail" for filler in range(0, 80, 7)]
    expected = [(str(result.encoding), result.segments, result.units) for result in map(count, texts)]

    assert counted(page, texts) == expected


def test_the_characters_that_force_ucs2_are_named_once(page: Page) -> None:
    assert page.evaluate("window.count('Řekni řece, že €5 [ok] – ž').foreign") == ["Ř", "ř", "ž", "–"]


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("„Příliš žluťoučký kůň“ – úpěl…", '"Prilis zlutoucky kun" - upel...'),
        ("don’t\u00a0pay 5\u202f€", "don't pay 5 €"),
        ("ca\u0301fe\u0301 \ufeffça", "café ca"),
        ("Łódź, Đorđe, œuvre, 10×½™", "Lodz, Dorde, oeuvre, 10x1/2TM"),
        ("Ünïcödé ñ à ß ÅØ Ω", "Ünicödé ñ à ß ÅØ Ω"),
        ("😀 你好 Привет", "😀 你好 Привет"),
    ],
)
def test_look_alikes_take_the_place_of_what_gsm_does_not_have(page: Page, typed: str, plain: str) -> None:
    assert page.evaluate("(text) => window.plain(text)", typed) == plain


def test_what_gsm_has_stays_as_it_is(page: Page) -> None:
    text = "".join(sorted(GSM7_BASIC | GSM7_EXTENSION))
    assert page.evaluate("(text) => window.plain(text)", text) == text
