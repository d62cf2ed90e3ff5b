"""What a page weighs: the text of a conversation comes with the first answer, and what we wrote stays small."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from sms.enums import Direction
from tests.conftest import LogIn
from tests.factories import Tenant, make_conversation, make_message

MOST_BYTES_OF_A_PAGE = 100_000
MOST_BYTES_OF_JS, MOST_BYTES_OF_CSS = 30_000, 20_000
STATIC = settings.BASE_DIR / "static"


@pytest.fixture
def agent(aurora: Tenant, borealis: Tenant, log_in: LogIn) -> Client:
    return log_in(aurora.agent)


@pytest.mark.django_db
def test_one_request_brings_a_conversation_to_readable_text(aurora: Tenant, borealis: Tenant, agent: Client) -> None:
    conversation, theirs = make_conversation(aurora), make_conversation(borealis)
    make_message(theirs, direction=Direction.INBOUND, body="Not yours")
    # Longer than what is shown at once, beside a list longer than what is shown at once.
    words = [f"Řádek {n} " + "příliš žluťoučký kůň " * 20 for n in range(120)]
    for text in words:
        make_message(conversation, direction=Direction.INBOUND, body=text)
    for n in range(60):
        make_message(make_conversation(aurora), direction=Direction.INBOUND, body=f"Neighbour {n}")

    answer = agent.get(f"/sms/{conversation.pk}/")
    page = answer.content.decode()

    assert answer.status_code == 200
    assert (words[-1].strip() in page, "Not yours" in page) == (True, False)
    assert len(answer.content) < MOST_BYTES_OF_A_PAGE
    assert (
        re.findall(r"<link[^>]+stylesheet[^>]+href=\"(?!/static/)[^\"]*|<script[^>]+src=\"(?!/static/)[^\"]*", page)
        == []
    )


def weight(paths: list[Path]) -> int:
    """Return how many bytes go over the wire: each file by itself, compressed."""
    assert paths
    return sum(len(gzip.compress(path.read_bytes(), mtime=0)) for path in paths)


def scripts_of(page: str) -> list[Path]:
    """Return the scripts of ours that a page loads, with whatever they import."""
    waiting = [STATIC / name for name in re.findall(r'<script[^>]+src="/static/(js/[^"?]+)', page)]
    found: dict[Path, None] = {}
    while waiting:
        path = waiting.pop()
        if path not in found:
            found[path] = None
            imported = re.findall(r'^import [^;]*"\./([^"]+)";', path.read_text(encoding="utf-8"), re.MULTILINE)
            waiting += [path.parent / name for name in imported]
    return list(found)


@pytest.mark.django_db
def test_what_we_wrote_is_small(aurora: Tenant, agent: Client) -> None:
    page = agent.get(f"/sms/{make_conversation(aurora).pk}/").content.decode()

    scripts = scripts_of(page)
    assert {"app.js", "inbox.js", "live-stream.js"} <= {path.name for path in scripts}
    assert weight(scripts) < MOST_BYTES_OF_JS
    assert weight(sorted((STATIC / "css").glob("*.css"))) < MOST_BYTES_OF_CSS
