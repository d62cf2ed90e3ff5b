"""Figures with fifty organizations, 5 million calls and 10 million texts, against a hundredth of it and a constant.

    .venv/bin/python bench/analytics.py [--calls 5000000] [--texts 10000000] [--share 100] [--requests 10] [--rounds 5]

Two installations stand side by side and take turns, address by address; one client asks, and the median counts. Each
address is also held against a view of the large installation that answers a constant of the same size, behind the same
middleware; and the same figures are counted from the rows, which is what the rollups save.
"""

import argparse
import json
import statistics
import sys
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import psycopg

from bench import analytics_rows
from bench.api import SETTINGS, log_in
from bench.common import Installation, Result, installation, report, say
from bench.load import drive, get

MOST_GROWTH, MOST_OVER_FLOOR = 1.2, 3.0
# What is measured, with the query that counts the same from the rows; more pages go here.
_ROWS = "FROM calls_call WHERE organization_id = %(org)s AND deleted_at IS NULL"
_FIGURES = """count(*), count(*) FILTER (WHERE direction = 'INBOUND'), count(*) FILTER (WHERE status = 'COMPLETED'),
    count(*) FILTER (WHERE status = 'FAILED'), sum(duration) FILTER (WHERE status = 'COMPLETED')"""
_DAYS = (
    f"SELECT date_trunc('day', started_at), {_FIGURES} {_ROWS} AND started_at > now() - %(time)s::interval GROUP BY 1"
)
_AGENTS = f"SELECT agent_id, {_FIGURES} {_ROWS} AND started_at > now() - %(time)s::interval GROUP BY 1"
PAGES: Mapping[str, tuple[str, str]] = {
    "/api/analytics/dashboard": (f"SELECT {_FIGURES} {_ROWS} AND started_at > now() - %(time)s::interval", "1 day"),
    "/api/analytics/calls": (_DAYS, "30 days"),
    "/api/analytics/calls?start_date={year}&group_by=month": (_DAYS, "1 year"),
    "/api/analytics/calls?start_date={year}&tz=Europe/Prague": (_DAYS, "1 year"),
    "/api/analytics/agents": (_AGENTS, "30 days"),
    "/api/analytics/agents?start_date={year}": (_AGENTS, "1 year"),
    "/api/analytics/campaigns": (f"SELECT campaign_id, {_FIGURES} {_ROWS} GROUP BY 1", ""),
    "/api/dashboard/overview": (f"SELECT {_FIGURES} {_ROWS} AND started_at > now() - %(time)s::interval", "1 day"),
    "/api/dashboard/stats": (_DAYS, "7 days"),
    "/api/dashboard/stats?days=365&tz=Asia/Kathmandu": (_DAYS, "1 year"),
    "/api/dashboard/agent-performance": (_AGENTS, "7 days"),
}


@dataclass(frozen=True, slots=True)
class Side:
    """One installation, with its server and who asks it."""

    stack: Installation
    port: int
    bearer: str

    def request(self, path: str) -> bytes:
        return get(path, port=self.port, bearer=self.bearer)


def prepare(stack: Installation, *, orgs: int, calls: int, texts: int) -> Side:
    """Load the rows and start the server."""
    analytics_rows.fill(stack, orgs=orgs, calls=calls, texts=texts)
    port = stack.serve("gunicorn", DJANGO_SETTINGS_MODULE="bench.floor.figures_settings")
    return Side(stack, port, log_in(port))


def paths() -> dict[str, tuple[str, str, str]]:
    """Return the addresses with their queries and times, by the names they have in the table."""
    year = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 364 * 86_400))
    return {name: (name.format(year=year), sql, span) for name, (sql, span) in PAGES.items()}


def ask(side: Side, path: str) -> tuple[int, int]:
    """Return how long the answer is and how many queries it takes."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{side.port}{path}", headers={"Authorization": f"Bearer {side.bearer}"}
    )
    with urllib.request.urlopen(request) as answer:
        return len(answer.read()), int(answer.headers.get("X-Queries") or 0)


def measure(small: Side, large: Side, *, requests: int, rounds: int) -> list[Result]:
    """Let small, large and floor take turns; the first round only warms them up."""
    found = {name: (path, *ask(large, path)) for name, (path, _sql, _span) in paths().items()}
    times: dict[tuple[str, str], list[float]] = {}
    for number in range(rounds + 1):
        for name, (path, size, _queries) in found.items():
            for which, side, asked in (
                ("small", small, path),
                ("large", large, path),
                ("floor", large, f"/bench/constant/{size}/"),
            ):
                load = drive(side.port, [side.request(asked)] * requests, connections=1)
                if number:
                    times.setdefault((which, name), []).append(load.median * 1000)
        say(f"round {number} of {rounds}")
    naive = {name: _naive(large, sql, span) for name, (_path, sql, span) in paths().items()}
    return [
        result
        for name, (_path, _size, queries) in found.items()
        for result in _results(name.removeprefix("/api/"), queries, naive[name], *_of(times, name))
    ]


def _of(times: dict[tuple[str, str], list[float]], name: str) -> tuple[list[float], list[float], list[float]]:
    return times["small", name], times["large", name], times["floor", name]


def _naive(side: Side, sql: str, span: str) -> float:
    """Return how many milliseconds the query over the rows takes, the median of three after one that warms up."""
    ((org,),) = side.stack.query("SELECT id FROM core_organization WHERE slug = 'aurora'")
    taken = []
    with psycopg.connect(side.stack.database_url, autocommit=True) as connection:
        for _n in range(4):
            began = time.monotonic()
            connection.execute(sql, {"org": org, "time": span}).fetchall()  # type: ignore[call-overload]
            taken.append((time.monotonic() - began) * 1000)
    return statistics.median(taken[1:])


def _results(
    name: str, queries: int, naive: float, few: list[float], many: list[float], floor: list[float]
) -> list[Result]:
    shown = f"{statistics.median(many):.1f} ms"
    title = f"{name} ({queries} queries; naive query {naive:.0f} ms)"
    return [
        Result(title, _ratio(many, few), MOST_GROWTH, False, f"{statistics.median(few):.1f} ms", shown),
        Result("  … over a constant", _ratio(many, floor), MOST_OVER_FLOOR, False, _shown(floor), shown),
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
    parser.add_argument("--rounds", type=int, default=5)
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
