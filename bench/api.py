"""The API's lists: time per request against a bare view that answers the same JSON by one hand-written statement.

    .venv/bin/python bench/api.py [--rows 20000] [--requests 100] [--rounds 5] [--server uvicorn|gunicorn|both]

Both check the same bearer token, with the same function; the floor has nothing else around its statement: no
middleware, no DRF, no limits. Floor and product take turns, one client asks, and the median counts. Before anything is
measured both have to give the same answer.
"""

import argparse
import json
import statistics
import sys
import urllib.error
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import api_rows
from bench.common import PASSWORD, Installation, Result, installation, report, say
from bench.load import drive, get

TARGET = 2.0
WARM_UP = 30
SETTINGS = {
    "SIGNING_KEYS": "YmVuY2gtc2VlZC1vZi1hLXNpZ25pbmcta2V5LTMyYnk",
    # Longer than the benchmark takes; and as many requests as it makes, each of them counted.
    "ACCESS_TOKEN_SECONDS": "86400",
    "API_REQUESTS_PER_MINUTE": "100000000",
}


def log_in(port: int) -> str:
    """Return the access token of an administrator of the demo, who reads English as the floor answers."""
    body = json.dumps({"email": "admin@aurora.example", "password": PASSWORD}).encode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/auth/login", body, {"Content-Type": "application/json"}
    )
    token: str = json.load(urllib.request.urlopen(request))["access_token"]
    return token


def lists(stack: Installation) -> list[str]:
    """Return the addresses that are measured; the conversation is the one with the most texts."""
    longest = stack.query(
        "SELECT conversation_id FROM sms_message JOIN core_organization o ON o.id = organization_id"
        " WHERE o.slug = 'aurora' GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
    )[0][0]
    return [
        "/api/calls/",
        "/api/calls/?page_size=100",
        "/api/calls/?cursor=&page_size=100",
        "/api/agents/",
        "/api/agents/?limit=100",
        "/api/sms/inbox",
        "/api/sms/inbox?page_size=100",
        "/api/sms/conversations",
        "/api/sms/conversations?page_size=100",
        f"/api/sms/conversations/{longest}/messages",
        f"/api/sms/conversations/{longest}/messages?page_size=100",
    ]


def demand_equal(paths: list[str], ports: dict[str, int], bearer: str) -> None:
    """Fail unless floor and product answer the same JSON, with rows, and both turn strangers away."""
    for path in paths:
        floor, product = (_read(port, path, bearer) for port in (ports["floor"], ports["product"]))
        assert floor == product, f"{path}: the floor answers something else"
        items = product if isinstance(product, list) else product["items"]
        assert len(items) >= 20, f"{path}: only {len(items)} rows"
    for port in ports.values():
        assert _status(port, paths[0], "nobody") == 401
    say(f"floor and product give the same {len(paths)} answers")


def _read(port: int, path: str, bearer: str) -> object:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Authorization": f"Bearer {bearer}"})
    return json.load(urllib.request.urlopen(request))


def _status(port: int, path: str, bearer: str) -> int:
    try:
        _read(port, path, bearer)
    except urllib.error.HTTPError as error:
        return error.code
    return 200


def measure(stack: Installation, server: str, *, requests: int, rounds: int) -> list[Result]:
    """Let floor and product take turns on one kind of server."""
    say(f"{server}: starting floor and product")
    ports = {
        "floor": stack.serve(server, DJANGO_SETTINGS_MODULE="bench.floor.api_settings"),
        "product": stack.serve(server),
    }
    bearer, paths = log_in(ports["product"]), lists(stack)
    demand_equal(paths, ports, bearer)
    times: dict[tuple[str, str], list[float]] = {}
    for number in range(rounds + 1):
        for path in paths:
            for name, port in ports.items():
                count = requests if number else WARM_UP
                load = drive(port, [get(path, port=port, bearer=bearer)] * count, connections=1)
                if number:
                    times.setdefault((name, path), []).append(load.median * 1000)
        if number:
            say(f"{server}, round {number} of {rounds}")
    return [_result(path, server, times) for path in paths]


def _result(path: str, server: str, times: dict[tuple[str, str], list[float]]) -> Result:
    floor, product = times["floor", path], times["product", path]
    # The two of one round were measured under the same weather.
    ratio = statistics.median(ours / least for ours, least in zip(product, floor, strict=True))
    least, ours = statistics.median(floor), statistics.median(product)
    return Result(f"{_short(path)}, {server}", ratio, TARGET, False, f"{least:.2f} ms", f"{ours:.2f} ms")


def _short(path: str) -> str:
    parts = path.removeprefix("/api/").split("/")
    return "/".join("{id}" if len(part) == 36 else part for part in parts)


def run(*, servers: list[str], rows: int, requests: int, rounds: int) -> list[Result]:
    """Measure on each kind of server."""
    with installation(**SETTINGS) as stack:
        api_rows.fill(stack, agents=200, calls=rows, conversations=500, texts=rows)
        return [result for server in servers for result in measure(stack, server, requests=requests, rounds=rounds)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=20_000, help="calls, and texts, of each of the two organizations")
    parser.add_argument("--requests", type=int, default=100, help="requests for each list in one round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--server", choices=["uvicorn", "gunicorn", "both"], default="both")
    given = parser.parse_args()
    servers = ["uvicorn", "gunicorn"] if given.server == "both" else [given.server]
    report(run(servers=servers, rows=given.rows, requests=given.requests, rounds=given.rounds))


if __name__ == "__main__":
    main()
