"""Floor and product in one run: webhooks, the inbox, the sender, the API. `bench/faults.py` is apart, it takes minutes.

.venv/bin/python bench/product.py [--quick]
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import api, inbox, sender, webhooks
from bench.common import report

SERVERS = ["uvicorn", "gunicorn"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds: a smoke test")
    rounds = 2 if (quick := parser.parse_args().quick) else 5
    report([
        *webhooks.run(servers=SERVERS, requests=500 if quick else 3000, rounds=rounds),
        *inbox.run(servers=SERVERS, conversations=10_000, requests=60 if quick else 300, rounds=rounds),
        *sender.run(concurrencies=[8] if quick else [8, 16, 32], latency=0.2, seconds=5 if quick else 15),
        *api.run(servers=SERVERS, rows=20_000, requests=30 if quick else 100, rounds=rounds),
    ])  # fmt: skip


if __name__ == "__main__":
    main()
