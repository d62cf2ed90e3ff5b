"""Figures with fifty organizations, 5 million calls and 10 million texts, against a hundredth of it and a constant.

    .venv/bin/python bench/analytics.py [--calls 5000000] [--texts 10000000] [--share 100] [--requests 10] [--rounds 15]

Two installations stand side by side and take turns, address by address; one client asks, and the median counts. Each
address is also held against a view of the large installation that answers a constant of the same size, behind the same
middleware: bytes to whoever has a token for an endpoint, a template without a tag to the same person for a page. The
same figures are counted from the rows, which is what the rollups save. Then the rollups are given another version, so
that the next request of each address has to read them: what that takes is told beside it.
"""

import argparse
import json
import statistics
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import psycopg

from bench import analytics_rows, inbox_page
from bench.analytics_addresses import ADMIN, AGENT, Address, addresses
from bench.api import SETTINGS, log_in
from bench.common import Installation, Result, installation, report, say
from bench.load import drive, get

MOST_GROWTH, MOST_OVER_FLOOR = 1.2, 3.0
_RENEW = "UPDATE analytics_rollupstate SET version = gen_random_uuid()"


@dataclass(frozen=True, slots=True)
class Side:
    """One installation, with its server, who asks it, and where the constant pages lie."""

    stack: Installation
    port: int
    bearer: str
    cookies: dict[str, str]
    templates: Path

    def request(self, address: Address, path: str) -> bytes:
        if address.reader:
            return get(path, port=self.port, cookie=self.cookies[address.reader])
        return get(path, port=self.port, bearer=self.bearer)

    def ask(self, address: Address) -> tuple[int, int, float]:
        """Return how long the answer is, how many queries it takes, and how many milliseconds."""
        who = {"Cookie": self.cookies[address.reader]} if address.reader else {"Authorization": f"Bearer {self.bearer}"}
        asked = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{address.path}", headers={"Accept-Language": "en", **who}
        )
        began = time.perf_counter()
        with urllib.request.urlopen(asked) as answer:
            length = len(answer.read())
            return length, int(answer.headers.get("X-Queries") or 0), (time.perf_counter() - began) * 1000


@dataclass(frozen=True, slots=True)
class Found:
    """What one answer showed: its size, its queries, and its floor's address."""

    size: int
    queries: int
    floor: str


def prepare(stack: Installation, *, orgs: int, calls: int, texts: int) -> Side:
    """Load the rows and start the server."""
    analytics_rows.fill(stack, orgs=orgs, calls=calls, texts=texts)
    templates = stack.folder / "templates"
    templates.mkdir()
    port = stack.serve(
        "gunicorn", DJANGO_SETTINGS_MODULE="bench.floor.figures_settings", BENCH_TEMPLATES=str(templates)
    )
    cookies = {email: inbox_page.log_in(f"http://127.0.0.1:{port}", email) for email in (ADMIN, AGENT)}
    return Side(stack, port, log_in(port), cookies, templates)


def look(side: Side, address: Address) -> Found:
    """Ask once, and write the constant page that is as long."""
    size, queries, _ms = side.ask(address)
    if address.reader:
        inbox_page.write_constant(side.templates / f"constant-{size}.html", size)
    return Found(size, queries, address.floor(size))


Times = dict[tuple[str, Address], list[float]]


def measure(small: Side, large: Side, *, requests: int, rounds: int) -> list[Result]:
    """Let small, large and floor take turns; the first round only warms them up."""
    found = {address: look(large, address) for address in addresses()}
    times: Times = {}
    for number in range(rounds + 1):
        for address, one in found.items():
            for which, side, path in (
                ("small", small, address.path),
                ("large", large, address.path),
                ("floor", large, one.floor),
            ):
                load = drive(side.port, [side.request(address, path)] * requests, connections=1)
                if number:
                    times.setdefault((which, address), []).append(load.median * 1000)
        say(f"round {number} of {rounds}")
    return [
        result
        for address, one in found.items()
        for result in _results(address, one, times, first=_first(large, address), naive=_naive(large, address))
    ]


def _first(side: Side, address: Address) -> float:
    """Return how many milliseconds an answer takes after the rollups changed, the median of three."""
    taken = []
    for _n in range(3):
        side.stack.query(_RENEW)
        taken.append(side.ask(address)[2])
    return statistics.median(taken)


def _naive(side: Side, address: Address) -> float | None:
    """Return how many milliseconds the query over the rows takes, the median of three after one that warms up."""
    if not address.naive:
        return None
    ((org,),) = side.stack.query("SELECT id FROM core_organization WHERE slug = 'aurora'")
    taken = []
    with psycopg.connect(side.stack.database_url, autocommit=True) as connection:
        for _n in range(4):
            began = time.monotonic()
            connection.execute(address.naive, {"org": org, "time": address.time}).fetchall()  # type: ignore[call-overload]
            taken.append((time.monotonic() - began) * 1000)
    return statistics.median(taken[1:])


def _results(address: Address, one: Found, times: Times, *, first: float, naive: float | None) -> list[Result]:
    few, many, floor = (times[which, address] for which in ("small", "large", "floor"))
    rows = f", from rows {naive:.0f} ms" if naive is not None else ""
    title = f"{address.name} ({one.queries} queries, {one.size} bytes; first {first:.0f} ms{rows})"
    return [
        Result(title, _ratio(many, few), MOST_GROWTH, False, _shown(few), _shown(many)),
        Result("  … over a constant", _ratio(many, floor), MOST_OVER_FLOOR, False, _shown(floor), _shown(many)),
    ]


def _ratio(ours: list[float], least: list[float]) -> float:
    # The two of one round were measured under the same weather.
    return statistics.median(one / other for one, other in zip(ours, least, strict=True))


def _shown(times: list[float]) -> str:
    return f"{statistics.median(times):.1f} ms"


def run(*, orgs: int, calls: int, texts: int, share: int, requests: int, rounds: int) -> list[Result]:
    """Fill both installations and measure every address."""
    with installation(**SETTINGS) as few, installation(**SETTINGS) as many:
        small = prepare(few, orgs=orgs, calls=calls // share, texts=texts // share)
        large = prepare(many, orgs=orgs, calls=calls, texts=texts)
        return measure(small, large, requests=requests, rounds=rounds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--organizations", type=int, default=50)
    parser.add_argument("--calls", type=int, default=5_000_000, help="of all organizations together")
    parser.add_argument("--texts", type=int, default=10_000_000)
    parser.add_argument("--share", type=int, default=100, help="how many times fewer rows the small one has")
    parser.add_argument("--requests", type=int, default=10, help="requests for each address in one round")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--figures", type=Path, help="write the results to this file, as JSON")
    given = parser.parse_args()
    results = run(
        orgs=given.organizations,
        calls=given.calls,
        texts=given.texts,
        share=given.share,
        requests=given.requests,
        rounds=given.rounds,
    )
    report(results)
    if given.figures:
        rows = [
            {"name": one.name, "ratio": one.ratio, "target": one.target, "least": one.floor, "ours": one.product}
            for one in results
        ]
        given.figures.write_text(json.dumps(rows, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
