"""The processes that are killed, frozen and replaced."""

import glob
import os
import signal
import subprocess
from pathlib import Path

from bench.common import Installation, say
from contactcenter.local import ports
from tests.stack import wait_until

_LIBRARY = "libfaketimeMT.so.1"
_SHIFTED = Path(__file__).resolve().parent / "shifted"


def libfaketime() -> str | None:
    """Where the library that shifts clocks is: LIBFAKETIME, or where Debian's package puts it."""
    found = [os.environ.get("LIBFAKETIME", ""), *glob.glob(f"/usr/lib/*/faketime/{_LIBRARY}")]
    return next((path for path in found if path and Path(path).is_file()), None)


class Crew:
    """A web server, some workers and beat. Another takes the place of each one that dies, as a supervisor would do."""

    def __init__(self, stack: Installation, workers: int) -> None:
        self.stack = stack
        self.web = self._start_web()
        self.beat = stack.start_process("beat")
        self.workers = [stack.start_process("worker") for _ in range(workers)]
        wait_until(lambda: len(self.ready()) == workers, seconds=180, what="the workers")
        wait_until(lambda: ports.answers(stack.web_port), what="the web server")

    def _start_web(self) -> "subprocess.Popen[bytes]":
        return self.stack.start_process("web", "--port", str(self.stack.web_port))

    def ready(self) -> list["subprocess.Popen[bytes]"]:
        """The workers whose heart has beaten, the oldest first."""
        rows = self.stack.query("SELECT name FROM core_heartbeat WHERE kind = 'worker'")
        beating = {int(name.rpartition(":")[2]) for (name,) in rows}
        return [worker for worker in self.workers if worker.pid in beating]

    def victim(self) -> "subprocess.Popen[bytes]":
        """The worker that has worked longest, once there is a second one."""
        wait_until(lambda: len(self.ready()) > 1, seconds=180, what="a second worker")
        return self.ready()[0]

    def replace(self, worker: "subprocess.Popen[bytes]", *, shift: str = "") -> None:
        """Kill a worker and start another, if wanted with a clock that is wrong by `shift` ("+2h")."""
        worker.kill()
        worker.wait()
        self.workers.remove(worker)
        self.workers.append(self._start_shifted(shift) if shift else self.stack.start_process("worker"))

    def _start_shifted(self, shift: str) -> "subprocess.Popen[bytes]":
        clock = {
            "LD_PRELOAD": libfaketime() or "",
            "FAKETIME": shift,
            # Only the clock on the wall: a host whose clock is wrong still counts seconds.
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            # Its way around a fault of older C libraries lets whoever waits for Python's lock turn in circles.
            "FAKETIME_FORCE_MONOTONIC_FIX": "0",
            "PYTHONPATH": str(_SHIFTED),
        }
        log = self.stack.folder / f"worker-shifted-{len(self.stack.processes)}.log"
        return self.stack.launch(log, ["manage.py", "worker"], clock)

    def replace_web(self) -> None:
        """Kill the web server and start another at the same port."""
        self.web.kill()
        self.web.wait()
        self.web = self._start_web()
        wait_until(lambda: ports.answers(self.stack.web_port), what="the web server")

    def replace_beat(self) -> None:
        """Kill beat and start another."""
        self.beat.kill()
        self.beat.wait()
        self.beat = self.stack.start_process("beat")

    def crash_database(self) -> None:
        """Shut PostgreSQL down at once, as `pg_ctl stop -m immediate` does."""
        server = self.stack.postgres
        assert server is not None
        assert server.pid is not None
        os.kill(server.pid, signal.SIGQUIT)
        if server.process is not None:
            server.process.wait(30)

    def restart_database(self) -> None:
        """Start PostgreSQL again at the port that everybody knows; it recovers from its log."""
        server = self.stack.postgres
        assert server is not None
        port = server.port
        server.start()
        assert server.port == port, "PostgreSQL lost its port"

    def stop(self) -> None:
        """Ask all of them to end; whoever started them waits."""
        for process in (self.web, self.beat, *self.workers):
            process.terminate()
        say("  processes are ending")
