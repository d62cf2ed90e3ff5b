"""Runs the control arm beside the product: its worker is killed when a worker is, and it shares Valkey."""

import importlib
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import redis

from bench.common import Installation, say
from contactcenter.simulator.accounts import DEMO_ACCOUNTS
from tests.stack import ROOT

MARK = "control"
_REST_SECONDS = 60.0


class ControlArm:
    """One Celery worker with two children, and what was given to it."""

    def __init__(self, stack: Installation) -> None:
        account = DEMO_ACCOUNTS[0]
        self.broker = stack.valkey.url.removesuffix("/0") + "/1"
        self._failed = stack.folder / "control-failed"
        self._failed.touch()
        self._log = stack.folder / "control.log"
        self._stack = stack
        os.environ |= {
            "CONTROL_BROKER_URL": self.broker,
            "CONTROL_CARRIER_URL": stack.carrier.url,
            "CONTROL_ACCOUNT": account.account_id,
            "CONTROL_SECRET": account.secret,
            "CONTROL_SENDER": account.numbers[0],
            "CONTROL_FAILED": str(self._failed),
        }
        self.accepted: set[str] = set()
        self._process = self._start()
        # Only now: the module reads the environment, and the next seed has other servers.
        self._app = importlib.reload(importlib.import_module("bench.control.app"))

    def _start(self) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "celery", "--quiet", "-A", "bench.control.app", "worker"]
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [*command, "--concurrency", "2", "--loglevel", "ERROR", "--without-mingle", "--without-gossip"],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def accept(self, to: str, body: str) -> None:
        """Take one text as a web application would: what `delay` did not refuse is accepted."""
        try:
            self._app.send.apply_async(args=[to, body], retry=False)
        except Exception:  # noqa: BLE001 - whatever it is, this application told its user that it failed
            return
        self.accepted.add(body)

    def kill_worker(self) -> None:
        """End the worker and its children at once, and start another."""
        self._kill()
        self._process = self._start()

    def kill_child(self) -> None:
        """End one child; its parent starts another."""
        parent = self._process.pid
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()
        if children:
            os.kill(int(children[0]), signal.SIGKILL)

    def _kill(self) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def rest(self) -> None:
        """Wait until its queue is empty and whatever it repeats has been repeated; for a minute at most."""
        deadline, still, before = time.monotonic() + _REST_SECONDS, 0, -1
        while time.monotonic() < deadline and still < 20:
            time.sleep(1)
            taken = len(self._truth())
            still = still + 1 if taken == before else 0
            before = taken
        with redis.Redis.from_url(self.broker) as client:
            waiting: Any = client.llen("celery")
            say(f"  control arm: {waiting} tasks wait, {client.hlen('unacked')} are not acknowledged")

    def stop(self) -> None:
        """End it for good."""
        self._kill()

    def _truth(self) -> list[str]:
        return [entry["body"] for entry in self._stack.carrier.truth() if entry["body"].startswith(f"{MARK} ")]

    def judge(self) -> dict[str, int]:
        """Count what became of the accepted texts."""
        times = Counter(self._truth())
        failed = set(self._failed.read_text(encoding="utf-8").split("\n"))
        return {
            "accepted": len(self.accepted),
            "lost": len(self.accepted - set(times) - failed),
            "doubled": sum(1 for count in times.values() if count > 1),
        }
