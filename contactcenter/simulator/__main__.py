"""``python -m contactcenter.simulator --port 9010``: run the simulator on loopback."""

from __future__ import annotations

import argparse
import sys

import uvicorn

from .courier import is_loopback


def main(arguments: list[str] | None = None) -> int:
    """Run until a signal; refuse any address that is not loopback (exit code 2)."""
    parser = argparse.ArgumentParser(prog="simulator", description="A carrier simulator on loopback.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9010)
    options = parser.parse_args(arguments)
    if not is_loopback(options.host):
        sys.stderr.write("The simulator answers on loopback only: use --host 127.0.0.1.\n")
        return 2
    uvicorn.run(
        "contactcenter.simulator.app:app",
        host=options.host,
        port=options.port,
        access_log=False,  # it would print query strings, which hold phone numbers
        log_level="warning",
        timeout_graceful_shutdown=1,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
