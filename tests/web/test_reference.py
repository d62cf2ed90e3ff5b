"""/docs and /redoc: pages about the API, under the security policy."""

import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

PAGES = ["/docs", "/docs/", "/redoc", "/redoc/"]
ASSET = re.compile(r'(?:src|href)="/static/([^"]+)"')


@pytest.mark.parametrize("url", PAGES)
def test_anybody_may_read_them(db: None, url: str) -> None:
    answer = Client().get(url)
    assert answer.status_code == 200
    html = answer.content.decode()
    assert 'data-schema="/api/schema?format=json"' in html
    assets = ASSET.findall(html)
    assert len(assets) >= 4
    assert [path for path in assets if finders.find(path) is None] == []


@pytest.mark.parametrize("url", PAGES)
def test_nothing_on_them_is_inline_or_from_elsewhere(db: None, url: str) -> None:
    html = Client().get(url).content.decode()
    assert re.findall(r"<style|<script(?![^>]* src=)|\son\w+=|\sstyle=|(?:src|href)=\"(?:https?:)?//", html) == []


def test_the_policy_is_relaxed_for_nothing_but_redocs_own_style_sheets(db: None) -> None:
    client = Client()
    elsewhere, docs, redoc = (
        client.get(url)["Content-Security-Policy"] for url in ("/accounts/login/", "/docs", "/redoc")
    )
    assert docs == elsewhere
    assert "unsafe" not in redoc
    nonce = re.search(r"style-src 'self' ('nonce-[^']+')", redoc)
    assert nonce is not None
    assert sorted(redoc.replace(f" {nonce[1]}", "").split("; ")) == sorted(docs.split("; "))
    assert client.get("/redoc")["Content-Security-Policy"] != redoc


@pytest.mark.parametrize("url", PAGES)
def test_they_are_read_only(db: None, url: str) -> None:
    assert Client().post(url).status_code == 405
    assert Client().head(url).status_code == 200


def test_trying_out_needs_the_token(db: None) -> None:
    assert "csrftoken" in Client().get("/docs").cookies
