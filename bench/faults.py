"""What faults leave behind: nothing sent twice, nothing lost, every text in a state that a person can read.

    .venv/bin/python bench/faults.py [--texts 200] [--workers 8] [--kill-every 2] [--seed …]
    .venv/bin/python bench/faults.py --messages 2000 --faults 200 --seeds 1,2,3

The second form is the proof of docs/reliability.md: every kind of fault, beside a control arm. The first is short.

Texts go out through the simulator with its nastiest script (refusals, 429, lost sockets, truncated, late, doubled and
missing reports). Every two seconds a working worker is killed with SIGKILL and replaced, unless it is the only one that
has finished starting; Valkey is wiped twice. The simulator's list of what it accepted is the ground truth. Then Valkey
is frozen (SIGSTOP): pages are timed, and texts go out all the same. Ends with 1 when a promise was broken.
"""

import argparse
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import psycopg

from bench.common import Installation, installation, machine, queue_texts, say, states
from bench.inbox_page import log_in
from bench.load import drive, get
from bench.proof.report import report
from bench.proof.run import run
from tests.carrier import sent_twice
from tests.stack import wait_until

LEASE, SWEEP = 4.0, 0.5
SETTINGS = {
    "PROVIDER_CONNECT_TIMEOUT": "0.5",
    "PROVIDER_TIMEOUT": "1",
    "SENDER_LEASE_SECONDS": str(LEASE),
    # The nasty script opens breakers all the time.
    "CIRCUIT_OPEN_SECONDS": "1",
    "CIRCUIT_LONGEST_SECONDS": "4",
    "SWEEP_INTERVAL_SECONDS": str(SWEEP),
    "SENDER_CONCURRENCY": "1",  # So that the texts outlast the kills.
}
PROOF_WORKERS = 4
UNDER_WAY = {"queued", "claimed", "sending"}
PAGES = ("/sms/", "/sms/new/", "/account/", "/accounts/password/change/")
WIPES = 2
LEAST_KILLS = 5
# A sweep ends some time after it began, and the observer's own look takes time as well.
TOLERANCE = 1.0
_OVERDUE = """
SELECT coalesce(max(extract(epoch FROM clock_timestamp() - lease_until)), 0)
FROM sms_message WHERE status IN ('claimed', 'sending')
"""
_REPORTED_FAILED = """
SELECT m.body FROM sms_message AS m JOIN sms_providerevent AS e ON e.message_id = m.id WHERE e.status = 'failed'
"""


class Observer(threading.Thread):
    """Looks at the table all the time: how long past its lease was a text still claimed or sending?"""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self.url, self.longest, self.looks, self.done = url, 0.0, 0, threading.Event()

    def run(self) -> None:
        """Look every 50 ms until `done`."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            while not self.done.wait(0.05):
                found = connection.execute(_OVERDUE).fetchone()
                self.longest = max(self.longest, float(found[0]) if found else 0.0)
                self.looks += 1


@contextmanager
def observed(stack: Installation) -> Iterator[Observer]:
    """Watch for the time of a `with` block."""
    observer = Observer(stack.database_url)
    observer.start()
    try:
        yield observer
    finally:
        observer.done.set()
        observer.join()


class Workers:
    """Some workers, of which one can be killed at any time; another takes its place."""

    def __init__(self, stack: Installation, count: int) -> None:
        self.stack, self.kills = stack, 0
        self.alive = [stack.start_process("worker") for _ in range(count)]
        wait_until(lambda: len(self.ready()) == count, seconds=180, what="the workers")

    def ready(self) -> list["subprocess.Popen[bytes]"]:
        """Those that have begun to work: their heart has beaten."""
        rows = self.stack.query("SELECT name FROM core_heartbeat WHERE kind = 'worker'")
        beating = {int(name.rpartition(":")[2]) for (name,) in rows}
        return [process for process in self.alive if process.pid in beating]

    def kill_one(self) -> None:
        """Kill the one that has worked longest; not the last one, while the others are still starting."""
        ready = self.ready()
        if len(ready) < 2:
            return
        ready[0].kill()
        self.kills += 1
        self.alive.remove(ready[0])
        self.alive.append(self.stack.start_process("worker"))


def torture(stack: Installation, *, texts: int, workers: int, kill_every: float) -> dict[str, bool]:
    """Send texts while workers die and Valkey forgets; return which promise was kept."""
    stack.carrier.script("nasty")
    crew = Workers(stack, workers)
    queue_texts(stack, texts, mark="fault")
    started, ticks = time.monotonic(), 0
    with observed(stack) as observer:
        while UNDER_WAY & set(states(stack, "fault")) or crew.kills < LEAST_KILLS:
            time.sleep(kill_every)
            ticks += 1
            crew.kill_one()
            if ticks <= WIPES:
                stack.valkey_command("FLUSHALL")
            if ticks % 5 == 0:
                say(f"  {time.monotonic() - started:4.0f} s, {crew.kills} kills: {dict(states(stack, 'fault'))}")
            assert time.monotonic() - started < 900, "texts are still under way after fifteen minutes"
    say(f"  all texts rest after {time.monotonic() - started:.0f} s; {WIPES} wipes, {crew.kills} kills of {ticks} due")
    if crew.kills < ticks:
        say("  (the others were left out: no second worker had finished starting, which takes this machine too long)")
    wait_until(lambda: _receipts_are_done(stack), what="the last reports")
    for worker in crew.alive:
        worker.terminate()
    return judge(stack, texts, observer)


def _receipts_are_done(stack: Installation) -> bool:
    due = "SELECT 1 FROM core_webhookreceipt WHERE processed_at IS NULL AND next_attempt_at < now() LIMIT 1"
    return not stack.query(due)


def judge(stack: Installation, texts: int, observer: Observer) -> dict[str, bool]:
    """Compare the table with the ground truth and print the counts."""
    taken = [entry for entry in stack.carrier.truth() if entry["body"].startswith("fault ")]
    accepted = Counter(entry["body"] for entry in taken)
    rows = stack.query("SELECT body, status FROM sms_message WHERE metadata->>'bench' = 'fault'")
    silent = Counter(status for body, status in rows if body not in accepted)
    # Not accepted by the carrier is right for a text that failed for certain; for one in doubt it is what doubt means.
    missing = sum(count for status, count in silent.items() if status not in ("failed", "uncertain", "held"))
    reported = {body for (body,) in stack.query(_REPORTED_FAILED)}
    lies = [body for body, status in rows if status == "failed" and body in accepted and body not in reported]
    twice = len(sent_twice(taken))
    once = len(accepted) - twice
    print(f"""
texts {texts}: accepted once {once}, twice or more {twice}, missing {missing}
final states: {dict(states(stack, "fault"))}
not accepted by the carrier: {dict(silent)}; called failed although accepted and not reported as failed: {len(lies)}
longest past its lease: {observer.longest:.2f} s (a sweep every {SWEEP} s; {observer.looks} looks)""")
    return {
        "no text is accepted twice": twice == 0,
        "no accepted text is called failed": not lies,
        "no text is missing": missing == 0 and len(rows) == texts,
        "every text ends in a readable state": not UNDER_WAY & {status for _body, status in rows},
        f"nothing is claimed or sending beyond lease + sweep (+ {TOLERANCE} s to look)": (
            observer.longest <= SWEEP + TOLERANCE
        ),
    }


def freeze(stack: Installation) -> dict[str, bool]:
    """Stop Valkey without ending it; time pages and send texts meanwhile."""
    stack.carrier.script(None)
    stack.start_process("worker")
    port = stack.web_port
    wait_until(stack.is_healthy, what="health before the frost")
    cookie = log_in(stack.url)
    pages = [get(path, port=port, cookie=cookie) for path in PAGES]
    warm = drive(port, pages * 5, connections=1)
    os.kill(stack.valkey.pid or 0, signal.SIGSTOP)
    try:
        frozen = drive(port, pages * 25, connections=1)
        started = time.monotonic()
        queue_texts(stack, 20, mark="frozen")
        wait_until(lambda: states(stack, "frozen")["delivered"] == 20, what="delivery without Valkey")
        seconds = time.monotonic() - started
    finally:
        os.kill(stack.valkey.pid or 0, signal.SIGCONT)
    usual, slowest = (f"{load.median * 1000:.0f} and {max(load.times) * 1000:.0f} ms" for load in (warm, frozen))
    print(f"""
Valkey frozen: pages take (median and slowest) {slowest}; otherwise {usual}
20 texts were delivered within {seconds:.1f} s""")
    return {"pages answer within 1 s": max(frozen.times) < 1.0, "texts go out without Valkey": True}


def prove(*, messages: int, faults: int, seeds: list[str]) -> int:
    """Run the proof once for each seed, with equal shares of texts and faults."""
    outcomes = []
    for seed in seeds:
        share = -(-messages // len(seeds)), -(-faults // len(seeds))
        say(f"seed {seed}: {share[0]} texts, {share[1]} faults")
        outcomes.append(run(seed=seed, messages=share[0], count=share[1], workers=PROOF_WORKERS))
    return 0 if report(outcomes) else 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=200)
    parser.add_argument("--workers", type=int, default=8, help="workers at work or starting, at any time")
    parser.add_argument("--kill-every", type=float, default=2.0, help="seconds between two kills")
    parser.add_argument("--seed", default="faults", help="of the simulator's chance")
    parser.add_argument("--messages", type=int, help="the proof: texts in total")
    parser.add_argument("--faults", type=int, default=200, help="the proof: faults in total")
    parser.add_argument("--seeds", default="1,2,3", help="the proof: one run for each, separated by commas")
    given = parser.parse_args()
    if given.messages:
        return prove(messages=given.messages, faults=given.faults, seeds=given.seeds.split(","))
    with installation(SIMULATOR_SEED=given.seed, **SETTINGS) as stack:
        stack.start_simulator()
        stack.start_process("web", "--port", str(stack.web_port))
        say(f"{given.texts} texts, {given.workers} workers, one killed every {given.kill_every} s")
        kept = torture(stack, texts=given.texts, workers=given.workers, kill_every=given.kill_every)
        kept |= freeze(stack)
    print(f"\n{machine()}\n")
    for promise, is_kept in kept.items():
        print(f"{'kept  ' if is_kept else 'BROKEN'}  {promise}")
    return 0 if all(kept.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
