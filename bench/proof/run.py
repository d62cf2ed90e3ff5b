"""One run with one seed: faults one after the other, texts all the time, then the verdict."""

import random
import time
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field

import psycopg

from bench.common import Installation, installation, say
from bench.control.arm import ControlArm
from bench.proof import faults
from bench.proof.crew import Crew
from bench.proof.faults import Fault, Scene
from bench.proof.feeding import Feed
from bench.proof.judging import Verdict, judge, seconds_to_next_text
from contactcenter.local.postgres import THROW_AWAY
from tests.stack import wait_until

LEASE, SWEEP = 4.0, 1.0
SETTINGS = {
    "PROVIDER_CONNECT_TIMEOUT": "0.5",
    "PROVIDER_TIMEOUT": "1",
    "SENDER_LEASE_SECONDS": str(LEASE),
    # The nasty script opens breakers all the time.
    "CIRCUIT_OPEN_SECONDS": "1",
    "CIRCUIT_LONGEST_SECONDS": "4",
    "SWEEP_INTERVAL_SECONDS": str(SWEEP),
    "SENDER_CONCURRENCY": "2",
    "ACCESS_TOKEN_SECONDS": "36000",
    # All customers have numbers of one range.
    "SMS_RANGE_HOURLY_LIMIT": "100000",
    "API_REQUESTS_PER_MINUTE": "1000000",
    "API_PUBLIC_REQUESTS_PER_MINUTE": "1000000",
}
# What was committed has to survive the crash of the server, though not of the machine: then no fsync is needed, but
# the commit has to be handed to the kernel before it is told.
DATABASE = {**THROW_AWAY, "synchronous_commit": "on"}
# Every so many faults the next one follows at once.
_OVERLAP = 4
_PAUSE_SECONDS = 0.3
_PATIENCE_SECONDS = 60
_UNDER_WAY = (
    "SELECT 1 FROM sms_message WHERE body LIKE 'proof %%' AND status IN ('queued', 'claimed', 'sending') LIMIT 1"
)
_UNREAD = "SELECT 1 FROM core_webhookreceipt WHERE processed_at IS NULL AND next_attempt_at < now() LIMIT 1"


@dataclass
class Outcome:
    """What one seed brought: the verdicts, how often each fault struck, and the longest recovery from it."""

    seed: str
    product: Verdict
    control: dict[str, int]
    struck: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    recovered: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0


def run(*, seed: str, messages: int, count: int, workers: int) -> Outcome:
    """Start an installation of its own and let `count` faults strike it while `messages` texts go out."""
    with installation(postgres_settings=DATABASE, durable_broker=True, SIMULATOR_SEED=seed, **SETTINGS) as stack:
        stack.start_simulator()
        stack.carrier.script("nasty")
        crew = Crew(stack, workers)
        control = ControlArm(stack)
        try:
            return _strike(Scene(stack, crew, control, LEASE), seed, messages, count)
        finally:
            control.stop()
            crew.stop()


def _strike(scene: Scene, seed: str, messages: int, count: int) -> Outcome:
    feed = Feed(scene.stack, scene.control)
    outcome = Outcome(seed, Verdict(), {})
    started, measured = time.monotonic(), []
    for number, fault in enumerate(_order(seed, count)):
        since, survived = _strike_once(scene, feed, fault, _share(messages, count, number))
        outcome.struck[fault.name] += 1
        if fault.by == "leases":
            outcome.recovered[fault.name] = max(outcome.recovered.get(fault.name, 0.0), survived)
        elif fault.by == "next text" and _stands_alone(number):
            measured.append((fault.name, since))
            _wait_for_next_text(scene.stack, since)
        if number % _OVERLAP:
            time.sleep(_PAUSE_SECONDS)
        if (number + 1) % 10 == 0:
            say(f"  {time.monotonic() - started:4.0f} s, {number + 1} faults, {len(feed.accepted)} texts accepted")
    feed.finish()
    _rest(scene.stack)
    for name, since in measured:
        if (seconds := seconds_to_next_text(scene.stack, since)) is not None:
            outcome.recovered[name] = max(outcome.recovered.get(name, 0.0), seconds)
    scene.control.rest()
    outcome.product, outcome.control = judge(scene.stack, feed), scene.control.judge()
    outcome.seconds = time.monotonic() - started
    return outcome


def _stands_alone(number: int) -> bool:
    """Whether neither the fault before nor the one after strikes at the same time: then it tells its own recovery."""
    return number % _OVERLAP not in (0, 1)


def _wait_for_next_text(stack: Installation, since: float) -> None:
    """Strike next when texts go on; if they do not, the table says so."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with suppress(psycopg.OperationalError):  # PostgreSQL is on its way up.
            if seconds_to_next_text(stack, since) is not None:
                return
        time.sleep(0.2)


def _order(seed: str, count: int) -> list[Fault]:
    """Every kind equally often, in an order that the seed decides."""
    every = faults.kinds(LEASE)
    chosen = [every[number % len(every)] for number in range(count)]
    random.Random(seed).shuffle(chosen)
    return chosen


def _share(messages: int, count: int, number: int) -> int:
    return messages * (number + 1) // count - messages * number // count


def _strike_once(scene: Scene, feed: Feed, fault: Fault, texts: int) -> tuple[float, float]:
    """Give half of the texts before the fault, half while it lasts. Returns when it struck and how long it took."""
    feed.give(texts // 2)
    act = fault.act(scene)
    next(act)
    since, started = time.time(), time.monotonic()
    feed.give(texts - texts // 2)
    next(act, None)
    return since, time.monotonic() - started


def _rest(stack: Installation) -> None:
    """Wait until no text is under way and every report was read; a text that never rests is left to the verdict."""
    deadline = time.monotonic() + 240
    while stack.query(_UNDER_WAY) and time.monotonic() < deadline:
        time.sleep(0.5)
    # Inbound texts and reports that are still being repeated to us.
    wait_until(lambda: not stack.query(_UNREAD), seconds=120, what="the last reports")
