"""Ten thousand delivery reports: shuffled, a third doubled, a tenth never sent, to the real endpoint of a real server.

    .venv/bin/python bench/callbacks.py [--callbacks 10000] [--seed …]

The texts are sent through the simulator, whose own reports go nowhere: what it calls a text's state is the truth.
Every answer has to be a 2xx within a second; of every twentieth another connection has to see the receipt when the
answer is there. Then the provider is asked about what is not final, and all states have to be the right ones.
"""

import argparse
import http.client
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import psycopg

from bench.common import Installation, installation, machine, queue_texts, say, states
from contactcenter.simulator.accounts import DEMO_ACCOUNTS
from tests.callbacks import STATES, Report, Reported, reports_of, states_after
from tests.stack import wait_until

# Nobody listens there: the simulator's reports are lost, and ours are signed for this address.
PUBLIC_URL = "http://127.0.0.1:9"
CONNECTIONS, LOOK_AT_EVERY = 8, 20
DELIVERED = {"accept": True, "callbacks": [{"status": "sent", "after": 0.1}, {"status": "delivered", "after": 0.2}]}
UNDELIVERED = {
    "accept": True,
    "callbacks": [{"status": "sent", "after": 0.1}, {"status": "undelivered", "after": 0.2, "error_code": "30003"}],
}
_SEEN = "SELECT 1 FROM core_webhookreceipt WHERE event_key LIKE %s"
_HAS_CHECKS = (
    "SELECT 1 FROM information_schema.columns WHERE table_name = 'sms_message' AND column_name = 'next_check_at'"
)
# Prices are asked for after five minutes, and the answer tells the state, too: not before the reports were judged.
_ASK_LATER = "UPDATE sms_message SET next_check_at = now() + interval '1 day' WHERE next_check_at IS NOT NULL"
_ASK = "UPDATE sms_message SET next_check_at = now() WHERE provider_message_id = ANY(%s) AND rank < 30"
_DUE = "SELECT 1 FROM core_webhookreceipt WHERE processed_at IS NULL AND next_attempt_at < now() LIMIT 1"
_FOUND = "SELECT provider_message_id, status FROM sms_message WHERE provider_message_id = ANY(%s)"


def sent_texts(stack: Installation, count: int) -> list[Reported]:
    """Send texts, half of them through Twilio, and return those that it has, with their ends."""
    stack.carrier.script(DELIVERED)
    for digit in "05":
        stack.carrier.script(UNDELIVERED, suffix=digit)
    queue_texts(stack, 2 * count, mark="callback")
    wait_until(lambda: set(states(stack, "callback")) == {"accepted"}, seconds=600, what="acceptance of all texts")
    ends = ("delivered", "undelivered")
    wait_until(lambda: all(entry["status"] in ends for entry in stack.carrier.truth()), what="the ends of all texts")
    secrets = {account.account_id: account.secret for account in DEMO_ACCOUNTS}
    return [
        Reported(
            account_id=entry["account"],
            secret=secrets[entry["account"]],
            sender=entry["from"],
            to=entry["to"],
            sid=entry["id"],
            attempt=entry["attempt"],
            end=entry["status"],
        )
        for entry in stack.carrier.truth()
        if entry["provider"] == "TWILIO"
    ]


def deliver(stack: Installation, reports: list[Report]) -> tuple[list[float], int]:
    """POST all reports over a few connections; return the seconds of each answer, and how many promises were broken."""

    def work(part: list[Report]) -> tuple[list[float], int]:
        times, broken = [], 0
        client = http.client.HTTPConnection("127.0.0.1", stack.web_port, timeout=30)
        with psycopg.connect(stack.database_url, autocommit=True) as other:
            for number, report in enumerate(part):
                path, body, headers = report.request(PUBLIC_URL)
                started = time.perf_counter()
                client.request("POST", path, body, headers)
                answer = client.getresponse()
                answer.read()
                times.append(time.perf_counter() - started)
                broken += answer.status // 100 != 2
                if number % LOOK_AT_EVERY == 0:
                    key = f"status:{report.text.sid}%{report.word}%"
                    broken += other.execute(_SEEN, [key]).fetchone() is None
        return times, broken

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        parts = list(pool.map(work, [reports[start::CONNECTIONS] for start in range(CONNECTIONS)]))
    return [seconds for times, _broken in parts for seconds in times], sum(broken for _times, broken in parts)


def wrong_states(stack: Installation, texts: list[Reported], expected: dict[str, str]) -> int:
    """How many texts are in another state than they should be."""
    found = dict(stack.query(_FOUND, [text.sid for text in texts]))
    return sum(1 for sid, state in expected.items() if found.get(sid) != state)


def reconciled(stack: Installation, texts: list[Reported]) -> bool:
    """Ask the provider about what is not final, now instead of in a quarter of an hour; False where nobody asks."""
    if not stack.query(_HAS_CHECKS):
        return False
    sids = [text.sid for text in texts]
    stack.query(_ASK, sids)
    ends = {text.sid: STATES[text.end] for text in texts}
    wait_until(lambda: wrong_states(stack, texts, ends) == 0, seconds=600, what="the right states of all texts")
    return True


def run(*, callbacks: int, seed: str) -> dict[str, bool]:
    """Send, report, reconcile; return which promise was kept."""
    with installation(PUBLIC_BASE_URL=PUBLIC_URL, SIMULATOR_SPEED="1", SENDER_CONCURRENCY="16") as stack:
        stack.start_simulator()
        stack.start_process("web", "--port", str(stack.web_port))
        stack.start_process("worker")
        wait_until(stack.is_healthy, what="a healthy start")
        texts = sent_texts(stack, -(-callbacks // 3))
        reports = reports_of(texts, seed=seed)
        say(f"{len(texts)} texts, {3 * len(texts)} reports of which {len(reports)} are sent, doubles included")
        stack.query(_ASK_LATER)
        times, broken = deliver(stack, reports)
        wait_until(lambda: not stack.query(_DUE), seconds=600, what="the end of all receipts")
        wrong = wrong_states(stack, texts, states_after(texts, reports))
        is_reconciled = reconciled(stack, texts)
    slowest, median = max(times) * 1000, statistics.median(times) * 1000
    print(f"\n{machine()}\n\nanswers: median {median:.0f} ms, slowest {slowest:.0f} ms")
    return {
        "every answer is a 2xx, and none comes before the commit": broken == 0,
        "every answer comes within 1 s": max(times) < 1,
        "what came is believed, forwards only": wrong == 0,
        "all states are right after asking the provider": is_reconciled,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--callbacks", type=int, default=10_000)
    parser.add_argument("--seed", default="callbacks")
    given = parser.parse_args()
    kept = run(callbacks=given.callbacks, seed=given.seed)
    for promise, is_kept in kept.items():
        print(f"{'kept  ' if is_kept else 'BROKEN'}  {promise}")
    return 0 if all(kept.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
