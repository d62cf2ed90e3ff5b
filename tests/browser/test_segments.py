"""The browser counts segments exactly as the server does."""

import json
import random
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

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
    script = (ROOT / "static" / "js" / "segments.js").read_text(encoding="utf-8")
    page.route(
        "http://segments.test/segments.js", lambda route: route.fulfill(body=script, content_type="text/javascript")
    )
    page.route("http://segments.test/", lambda route: route.fulfill(body="<title>.</title>", content_type="text/html"))
    page.goto("http://segments.test/")
    page.evaluate("import('/segments.js').then((module) => { window.count = module.count; })")
    return page


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
