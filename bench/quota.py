"""Refused texts a second with the log in Valkey, against the same without it: PostgreSQL alone, under its lock.

    .venv/bin/python bench/quota.py [--seconds 5]

Eight processes send for one organization that has reached its limit. Both ways take turns.
"""

import argparse
import os
import statistics
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.common import Installation, Result, installation, report, say
from tests.stack import ROOT

TARGET = 1.0
PROCESSES = 8
LIMIT = 50
_NOWHERE = "redis://127.0.0.1:9/0"
_SENDER = """
import sys, time, django
django.setup()
from contactcenter.core.models import Organization
from sms import services
org = Organization.objects.get(slug="aurora")

def is_refused():
    try:
        services.send_message(org=org, actor=None, text=services.OutgoingText(to_number="+12025550175", body="Hello"))
    except services.QuotaExceeded:
        return True
    return False

while not is_refused():
    pass
sys.stdout.write("ready\\n"); sys.stdout.flush(); sys.stdin.readline()
refused, ends = 0, time.monotonic() + float(sys.argv[1])
while time.monotonic() < ends:
    refused += is_refused()
sys.stdout.write(f"{refused}\\n")
"""


def rate(stack: Installation, *, valkey: str, seconds: float) -> float:
    """Return the refusals a second of all processes together."""
    environment = {**stack.environment, "REDIS_URL": valkey, "SMS_RATE_LIMIT": str(LIMIT), "PYTHONPATH": str(ROOT)}
    environment["SMS_NUMBER_HOURLY_LIMIT"] = str(2 * LIMIT)
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", _SENDER, str(seconds)],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        for _ in range(PROCESSES)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    return sum(int(process.communicate()[0]) for process in processes) / seconds


def run(*, seconds: float, rounds: int) -> list[Result]:
    """Measure both ways in turns; the median of each counts."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "contactcenter.settings.base"
    with installation() as stack:
        pairs = []
        for _ in range(rounds):
            alone = rate(stack, valkey=_NOWHERE, seconds=seconds)
            with_log = rate(stack, valkey=stack.valkey.url, seconds=seconds)
            pairs.append((alone, with_log))
            say(f"  {alone:.0f}/s by PostgreSQL alone, {with_log:.0f}/s with the log")
    floor, product = (statistics.median(side) for side in zip(*pairs, strict=True))
    return [Result("refused texts, 8 processes", product / floor, TARGET, True, f"{floor:.0f}/s", f"{product:.0f}/s")]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5, help="how long each way is measured in a round")
    report(run(seconds=parser.parse_args().seconds, rounds=3))


if __name__ == "__main__":
    main()
