"""A RabbitMQ broker of Debian's package for one test: a private node with an epmd of its own, all on loopback."""

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.stack import free_port, wait_until

_SCRIPT = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
_LOOPBACK = "127.0.0.1"


def demand_rabbitmq() -> None:
    """Skip where RabbitMQ is not installed; in CI, where it has to be, fail."""
    if _SCRIPT.is_file() and shutil.which("epmd"):
        return
    reason = "needs RabbitMQ: apt-get install --no-install-recommends rabbitmq-server"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


class RabbitMQ:
    """One node. Messages and queues survive `kill` and `start`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.port, self._epmd_port, self._dist_port = free_port(), free_port(), free_port()
        self.url = f"amqp://guest:guest@{_LOOPBACK}:{self.port}//"
        self._epmd: subprocess.Popen[bytes] | None = None
        self._node: subprocess.Popen[bytes] | None = None

    @property
    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self._folder),
            "LANG": "C.UTF-8",
            "ERL_EPMD_ADDRESS": _LOOPBACK,
            "ERL_EPMD_PORT": str(self._epmd_port),
            "RABBITMQ_NODENAME": f"test{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": _LOOPBACK,
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self._dist_port),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "RABBITMQ_MNESIA_BASE": str(self._folder / "data"),
            "RABBITMQ_LOG_BASE": str(self._folder / "log"),
            "RABBITMQ_CONF_ENV_FILE": str(self._folder / "none.conf"),
            "RABBITMQ_CONFIG_FILE": str(self._folder / "rabbitmq"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self._folder / "enabled_plugins"),
        }

    def start(self) -> None:
        """Start the node, and wait until it takes connections."""
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / "rabbitmq.conf").write_text("disk_free_limit.absolute = 1MB\nlog.console = true\n")
        (self._folder / "enabled_plugins").write_text("[].\n")
        if self._epmd is None:
            self._epmd = self._run("epmd", "-address", _LOOPBACK, "-port", str(self._epmd_port))
        self._node = self._run(str(_SCRIPT))
        wait_until(self._is_ready, seconds=60, what="the start of RabbitMQ")

    def kill(self) -> None:
        """End the node as a power cut would."""
        self._end(self._node)
        self._node = None

    def stop(self) -> None:
        """End everything that was started here."""
        self.kill()
        self._end(self._epmd)
        self._epmd = None

    def _run(self, *command: str) -> subprocess.Popen[bytes]:
        with (self._folder / "output.log").open("ab") as log:
            # A session of its own: the script's children are the node, and have to end with it.
            return subprocess.Popen(
                command,
                env=self._environment,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @staticmethod
    def _end(process: subprocess.Popen[bytes] | None) -> None:
        if process is not None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _is_ready(self) -> bool:
        assert self._node is not None
        assert self._node.poll() is None, (self._folder / "output.log").read_text()[-3000:]
        try:
            with socket.create_connection((_LOOPBACK, self.port), timeout=1) as connection:
                connection.sendall(b"AMQP\x00\x00\x09\x01")
                return bool(connection.recv(1))
        except OSError:
            return False


@contextmanager
def running_rabbitmq(folder: Path) -> Iterator[RabbitMQ]:
    """Run a broker for the time of a `with` block."""
    demand_rabbitmq()
    broker = RabbitMQ(folder)
    try:
        broker.start()
        yield broker
    finally:
        broker.stop()
