"""Texts a second that one worker hands to a slow carrier, against concurrency ÷ latency: what no worker can exceed.

    .venv/bin/python bench/sender.py [--concurrency 16 32] [--latency 0.2] [--seconds 15]

The carrier simulator answers every text after the latency and reports nothing more. The rate is that of the attempts
finished between the first tenth and the last, so that neither start nor end counts.
"""

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.common import Installation, Result, installation, queue_texts, report, say, states

TARGET = 0.8
_UNDER_WAY = {"queued", "claimed", "sending"}
_RATE = """
SELECT count(*) / extract(epoch FROM max(finished_at) - min(finished_at))
FROM (
    SELECT a.finished_at, percent_rank() OVER (ORDER BY a.finished_at) AS place
    FROM sms_attempt AS a JOIN sms_message AS m ON m.id = a.message_id WHERE m.metadata->>'bench' = 'text'
) AS attempts WHERE place BETWEEN 0.1 AND 0.9
"""


def measure(stack: Installation, *, concurrency: int, latency: float, texts: int) -> Result:
    """Send that many texts with one worker."""
    stack.start_simulator()
    stack.carrier.script({"latency": latency, "callbacks": []})
    stack.start_process("worker")
    send(stack, 4 * concurrency, "warm-up")
    say(f"sending {texts} texts with concurrency {concurrency} to a carrier that takes {latency} s")
    send(stack, texts, "text")
    rate, most = float(stack.query(_RATE)[0][0]), concurrency / latency
    say(f"  {rate:.1f} of {most:.0f} a second")
    return Result(
        f"sender, concurrency {concurrency}, latency {latency} s",
        rate / most,
        TARGET,
        True,
        f"{most:.0f}/s",
        f"{rate:.1f}/s",
    )


def send(stack: Installation, texts: int, mark: str) -> None:
    """Queue texts and wait until the carrier has accepted each of them, at the first claim."""
    queue_texts(stack, texts, mark=mark)
    while _UNDER_WAY & set(states(stack, mark)):  # Seldom: to count thousands of rows takes from what is measured.
        time.sleep(0.5)
    claims = stack.query("SELECT max(claims) FROM sms_message WHERE metadata->>'bench' = %s", mark)
    assert (states(stack, mark), claims) == ({"accepted": texts}, [(1,)]), (states(stack, mark), claims)


def run(*, concurrencies: list[int], latency: float, seconds: float) -> list[Result]:
    """Measure each concurrency with an installation of its own."""
    results = []
    for concurrency in concurrencies:
        with installation(SENDER_CONCURRENCY=str(concurrency), SIMULATOR_SPEED="1") as stack:
            texts = int(seconds * concurrency / latency)
            results.append(measure(stack, concurrency=concurrency, latency=latency, texts=texts))
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--concurrency", type=int, nargs="+", default=[16, 32])
    parser.add_argument("--latency", type=float, default=0.2, help="seconds the carrier takes to answer")
    parser.add_argument("--seconds", type=float, default=15, help="about how long one measurement lasts")
    given = parser.parse_args()
    report(run(concurrencies=given.concurrency, latency=given.latency, seconds=given.seconds))


if __name__ == "__main__":
    main()
