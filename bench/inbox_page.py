"""The inbox page's time against a template without a single tag that is as long, through the same stack.

    .venv/bin/python bench/inbox_page.py [--conversations 10000] [--requests 300] [--rounds 5]

Both are fetched with the same log-in by one client and then by eight at once; floor and product take turns, and the
median counts. For comparison it says what the floor needs for a stranger, who has no session to look up.
"""

import argparse
import http.cookiejar
import re
import statistics
import sys
import urllib.parse
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.common import PASSWORD, Installation, Result, installation, report, say
from bench.load import drive, get

TARGET = 2.5
FLOOR, PRODUCT = "/bench/same-size/", "/sms/"


def fill(stack: Installation, count: int) -> None:
    """Add that many conversations to the first organization, the newest minutes ago."""
    stack.query(
        """
        WITH us AS (
            SELECT c.*, row_number() OVER () AS n FROM sms_conversation c
            JOIN core_organization o ON o.id = c.organization_id WHERE o.slug = 'aurora' AND c.state = 'open'
        )
        INSERT INTO sms_conversation (id, organization_id, contact_id, phone_number_id, address, state, assignee_id,
            unread_count, last_message_at, last_preview, last_direction, last_status, last_message_id, created_at)
        SELECT uuidv7(), us.organization_id, us.contact_id, us.phone_number_id,
            '+1303' || lpad(s::text, 7, '0'), 'open', NULL, CASE WHEN s %% 10 = 0 THEN 1 + s %% 3 ELSE 0 END,
            now() - s * interval '1 minute', us.last_preview, us.last_direction, us.last_status, NULL, now()
        FROM generate_series(1, %s) AS s JOIN us ON us.n = 1 + s %% (SELECT count(*) FROM us)
        """,
        count,
    )
    stack.query("VACUUM ANALYZE")


def log_in(url: str, email: str = "agent@aurora.example") -> str:
    """Log in, as the demo's agent unless another is named, and return the cookies."""
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    page = browser.open(f"{url}/accounts/login/").read().decode()
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found, "the log-in page has no form"
    form = {"login": email, "password": PASSWORD, "csrfmiddlewaretoken": found[1]}
    browser.addheaders = [("Referer", url)]
    answer = browser.open(f"{url}/accounts/login/", urllib.parse.urlencode(form).encode())
    assert answer.url.endswith("/sms/"), answer.url
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


def write_floor(url: str, cookie: str, folder: Path) -> None:
    """Write a template of exactly the inbox's length."""
    request = urllib.request.Request(url + PRODUCT, headers={"Cookie": cookie})
    length = len(urllib.request.urlopen(request).read())
    write_constant(folder / "same_size.html", length)
    say(f"the inbox has {length} bytes")


def write_constant(path: Path, length: int) -> None:
    """Write a template of this length; nothing in it is for the template engine."""
    head, foot = "<!DOCTYPE html><html><body>\n", "</body></html>\n"
    line = '<p class="row">The same number of bytes as the page, and nothing to compute.</p>\n'
    body = (line * (length // len(line) + 1))[: length - len(head) - len(foot)]
    path.write_text(head + body + foot, encoding="utf-8")


def measure(stack: Installation, server: str, *, requests: int, rounds: int) -> list[Result]:
    """Let floor and product take turns on one kind of server."""
    templates = stack.folder / "templates"
    templates.mkdir(exist_ok=True)
    settings = {"DJANGO_SETTINGS_MODULE": "bench.floor.page_settings", "BENCH_TEMPLATES": str(templates)}
    port = stack.serve(server, **settings)
    cookie = log_in(f"http://127.0.0.1:{port}")
    write_floor(f"http://127.0.0.1:{port}", cookie, templates)
    pages = {
        "floor": get(FLOOR, port=port, cookie=cookie),
        "stranger": get(FLOOR, port=port),
        "product": get(PRODUCT, port=port, cookie=cookie),
    }
    times: dict[tuple[str, int], list[float]] = {}
    for number in range(rounds + 1):
        for clients in (1, 8):
            for name, page in pages.items():
                load = drive(port, [page] * (requests if number else 50), connections=clients)
                if number:
                    seconds = load.median if clients == 1 else 1 / load.per_second
                    times.setdefault((name, clients), []).append(seconds * 1000)
        if number:
            last = ", ".join(f"{name} {values[-1]:.1f}" for (name, clients), values in times.items() if clients == 1)
            say(f"{server}, round {number}, one client, ms: {last}")
    stranger = statistics.median(times["stranger", 1])
    say(f"{server}, for comparison: the floor needs {stranger:.2f} ms for a stranger, who has no session to look up")
    return [
        _result(f"inbox, one client, {server}", times, "floor", 1),
        _result(f"inbox, eight clients, {server}", times, "floor", 8),
    ]


def _result(name: str, times: dict[tuple[str, int], list[float]], floor: str, clients: int) -> Result:
    least, ours = statistics.median(times[floor, clients]), statistics.median(times["product", clients])
    return Result(name, ours / least, TARGET, False, f"{least:.2f} ms", f"{ours:.2f} ms")


def run(*, servers: list[str], conversations: int, requests: int, rounds: int) -> list[Result]:
    """Measure on each kind of server."""
    with installation() as stack:
        fill(stack, conversations)
        return [result for server in servers for result in measure(stack, server, requests=requests, rounds=rounds)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--conversations", type=int, default=10_000)
    parser.add_argument("--requests", type=int, default=300, help="requests in one round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--server", choices=["uvicorn", "gunicorn", "both"], default="both")
    given = parser.parse_args()
    servers = ["uvicorn", "gunicorn"] if given.server == "both" else [given.server]
    report(run(servers=servers, conversations=given.conversations, requests=given.requests, rounds=given.rounds))


if __name__ == "__main__":
    main()
