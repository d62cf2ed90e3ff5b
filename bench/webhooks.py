"""Webhooks: requests a second of the product's status endpoint against a bare view with the same single INSERT.

    .venv/bin/python bench/webhooks.py [--requests 3000] [--rounds 5] [--server uvicorn|gunicorn|both]

Every webhook is another one and genuinely signed. Floor and product take turns, and the median round counts.
Workers do not run: it is the endpoint that is measured, and the floor would have nothing for them.
"""

import argparse
import statistics
import sys
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.common import Installation, Result, installation, report, say
from bench.load import Load, drive, post
from contactcenter.providers.twilio.signature import read_form, sign
from contactcenter.simulator.accounts import DEMO_ACCOUNTS

PATH = "/hooks/twilio/sms/status"
TARGET = 0.5
CONNECTIONS = 8
WARM_UP = 300


def webhook(port: int, public_url: str) -> bytes:
    """Return one delivery report of a text that nobody knows, signed as Twilio signs."""
    account = DEMO_ACCOUNTS[0]
    target = f"{PATH}?m={uuid4()}"
    sid = f"SM{uuid4().hex}"
    fields = {
        "AccountSid": account.account_id,
        "From": account.numbers[0],
        "To": "+12025550199",
        "MessageSid": sid,
        "SmsSid": sid,
        "ApiVersion": "2010-04-01",
        "MessageStatus": "delivered",
        "SmsStatus": "delivered",
        "RawDlrDoneDate": "2311131245",
    }
    body = urlencode(fields).encode()
    signature = sign(account.secret, public_url + target, read_form(body))
    return post(target, body, port=port, headers=f"X-Twilio-Signature: {signature}\r\n")


def measure(stack: Installation, server: str, *, requests: int, rounds: int) -> Result:
    """Let floor and product take turns on one kind of server."""
    say(f"{server}: starting floor and product")
    ports = {
        "floor": stack.serve(server, DJANGO_SETTINGS_MODULE="bench.floor.webhook_settings"),
        "product": stack.serve(server),
    }
    found: dict[str, list[Load]] = {"floor": [], "product": []}
    for number in range(rounds + 1):
        for name, port in ports.items():
            count = requests if number else WARM_UP
            texts = [webhook(port, stack.url) for _ in range(count)]
            load = drive(port, texts, connections=CONNECTIONS)
            if number:
                found[name].append(load)
                share = load.busy / load.seconds
                say(f"  round {number} {name:8} {load.per_second:7.0f}/s, generator busy {share:.0%}")
    stored = stack.query(
        "SELECT count(*) FROM core_webhookreceipt WHERE event_key LIKE 'status:SM%%' OR event_key LIKE 'floor:%%'"
    )
    say(f"  {stored[0][0]} receipts are stored")
    floor, product = (statistics.median(load.per_second for load in found[name]) for name in ("floor", "product"))
    return Result(f"webhook endpoint, {server}", product / floor, TARGET, True, f"{floor:.0f}/s", f"{product:.0f}/s")


def run(*, servers: list[str], requests: int, rounds: int) -> list[Result]:
    """Measure on each kind of server."""
    with installation() as stack:
        return [measure(stack, server, requests=requests, rounds=rounds) for server in servers]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=3000, help="requests in one round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--server", choices=["uvicorn", "gunicorn", "both"], default="both")
    given = parser.parse_args()
    servers = ["uvicorn", "gunicorn"] if given.server == "both" else [given.server]
    report(run(servers=servers, requests=given.requests, rounds=given.rounds))


if __name__ == "__main__":
    main()
