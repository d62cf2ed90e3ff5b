"""The inbox with 200,000 conversations and 2 million texts in one organization, against itself with a hundredth of it.

    .venv/bin/python bench/inbox.py [--small 2000] [--large 200000] [--requests 10] [--rounds 5]

Two installations stand side by side and take turns, page by page; one client asks, and the median counts. Each page
also tells how many queries it takes.
"""

import argparse
import re
import statistics
import sys
import urllib.request
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import inbox_rows
from bench.common import Installation, Result, installation, report, say
from bench.inbox_page import log_in
from bench.inbox_rows import COMMON, SELDOM, SOMETIMES, House
from bench.load import drive, get, post

TARGET, MOST_QUERIES = 1.3, 15
SETTINGS = {"DJANGO_SETTINGS_MODULE": "bench.counted_settings"}


@dataclass(frozen=True, slots=True)
class Side:
    """One installation, with its server and the requests to it by the names of the pages."""

    port: int
    requests: dict[str, bytes]
    queries: dict[str, int]


def prepare(stack: Installation, house: House, count: int) -> Side:
    """Start the server and write the requests."""
    port = stack.serve("gunicorn", **SETTINGS)
    cookie = log_in(f"http://127.0.0.1:{port}")
    requests = {name: get(path, port=port, cookie=cookie) for name, path in _pages(stack, house, port, cookie).items()}
    for name, text in _searches(count).items():
        requests[f"search: {name}"] = _post(port, cookie, {"q": text})
    requests["refresh of the list, with all counts"] = _post(port, cookie, {"shown": "60"})
    return Side(port, requests, {name: _queries(port, request) for name, request in requests.items()})


def _pages(stack: Installation, house: House, port: int, cookie: str) -> dict[str, str]:
    day = stack.query("SELECT (max(last_message_at) - interval '200 days')::date::text FROM sms_conversation")[0][0]
    conversation, text = stack.query(
        "SELECT conversation_id, id FROM sms_message WHERE organization_id = %s ORDER BY id OFFSET %s LIMIT 1",
        *(house.org, 1000),
    )[0]
    lists = {
        "all": "",
        "mine": "?assignee=me",
        "unassigned": "?assignee=none",
        "pending": "?state=pending",
        "snoozed": "?state=snoozed",
        "resolved": "?state=resolved",
        "mentions": "?state=any&mentions=1",
        "unread": "?unread=1",
        "filter: team": f"?team={house.teams[0]}",
        "filter: common label": f"?label={house.labels[0]}",
        "filter: rare label": f"?label={house.labels[1]}",
        "filter: our number": f"?number={house.numbers[0][0]}",
        "filter: days": f"?to={day}",
        "filter: team, label, unread, mine": (
            f"?team={house.teams[0]}&label={house.labels[0]}&unread=1&assignee=me&filter=1"
        ),
        "any state": "?state=any",
        "any state, mine, waiting time": "?state=any&assignee=me&sort=waiting",
        "waiting time": "?sort=waiting",
        "mine, waiting time": "?sort=waiting&assignee=me",
        "resolved, waiting time": "?sort=waiting&state=resolved",
    }
    pages = {name: f"/sms/{query}" for name, query in lists.items()}
    for name in ("all", "waiting time"):
        pages[f"{name}, second page"] = _next(port, cookie, pages[name])
    return {**pages, "thread": f"/sms/{conversation}/", "thread around a text": f"/sms/{conversation}/?around={text}"}


def _next(port: int, cookie: str, path: str) -> str:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Cookie": cookie})
    found = re.search(r'href="(/sms/\?[^"]*before=[^"]+)"', urllib.request.urlopen(request).read().decode())
    assert found, f"{path} has no second page"
    return unescape(found[1])


def _searches(count: int) -> dict[str, str]:
    return {
        "a common first name": "jana",
        "a whole name": "jana nono",
        "a whole number": inbox_rows.address_of(count // 3),
        "four digits": inbox_rows.address_of(count // 3)[-4:],
        "a word of every fifth text": COMMON,
        "a word of three in a thousand": SOMETIMES,
        "a word of one in ten thousand": SELDOM,
        "two words": f"{COMMON} {SOMETIMES}",
        "a number in one text": f"{count * 5:07d}",
        "nothing": "xylophone",
    }


def _post(port: int, cookie: str, form: dict[str, str]) -> bytes:
    token = re.search(r"csrftoken=([^;]+)", cookie)
    assert token, "no CSRF token among the cookies"
    headers = f"Cookie: {cookie}\r\nX-CSRFToken: {token[1]}\r\nHX-Request: true\r\nHX-Target: rows\r\n"
    return post("/sms/", urlencode(form).encode(), port=port, headers=headers)


def _queries(port: int, request: bytes) -> int:
    head, _end, body = request.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, path, _version = first.split(" ")
    headers = dict(line.split(": ", 1) for line in lines if line and not line.startswith("Content-Length"))
    asked = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", body if method == "POST" else None, headers, method=method
    )
    return int(urllib.request.urlopen(asked).headers["X-Queries"])


def measure(small: Side, large: Side, *, requests: int, rounds: int) -> list[Result]:
    """Let the two take turns; the first round only warms them up."""
    times: dict[tuple[str, str], list[float]] = {}
    for number in range(rounds + 1):
        for name in small.requests:
            for which, side in (("small", small), ("large", large)):
                load = drive(side.port, [side.requests[name]] * requests, connections=1)
                if number:
                    times.setdefault((which, name), []).append(load.median * 1000)
        say(f"round {number} of {rounds}")
    return [_result(name, times["small", name], times["large", name], small, large) for name in small.requests]


def _result(name: str, few: list[float], many: list[float], small: Side, large: Side) -> Result:
    # The two of one round were measured under the same weather.
    ratio = statistics.median(ours / least for ours, least in zip(many, few, strict=True))
    queries = max(small.queries[name], large.queries[name])
    title = f"{name} ({queries} queries{'' if queries <= MOST_QUERIES else ': TOO MANY'})"
    return Result(title, ratio, TARGET, False, f"{statistics.median(few):.1f} ms", f"{statistics.median(many):.1f} ms")


def run(*, small: int, large: int, requests: int, rounds: int) -> list[Result]:
    """Fill both installations and measure every page of the inbox."""
    with installation() as few, installation() as many:
        sides = [prepare(stack, inbox_rows.fill(stack, count), count) for stack, count in ((few, small), (many, large))]
        return measure(*sides, requests=requests, rounds=rounds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", type=int, default=2_000, help="conversations, with ten texts each")
    parser.add_argument("--large", type=int, default=200_000)
    parser.add_argument("--requests", type=int, default=10, help="requests for each page in one round")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    report(run(small=given.small, large=given.large, requests=given.requests, rounds=given.rounds))


if __name__ == "__main__":
    main()
