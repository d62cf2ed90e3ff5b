"""A carrier that misbehaves on the level of the socket, and counts what it received."""

import socket
import ssl
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Received:
    """One request the server read to its end."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


Behaviour = Callable[[socket.socket, "Server"], None]


@dataclass
class Server:
    """Loopback server that treats every connection by `behaviour`; `requests` holds what came in whole."""

    behaviour: Behaviour
    tls: ssl.SSLContext | None = None
    requests: list[Received] = field(default_factory=list)
    connections: int = 0
    release: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Server":
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.release.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    @property
    def posts(self) -> int:
        return sum(one.method == "POST" for one in self.requests)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._handle, args=(connection,), daemon=True).start()

    def _handle(self, connection: socket.socket) -> None:
        try:
            with connection:
                connection.settimeout(5)
                if self.tls:
                    with self.tls.wrap_socket(connection, server_side=True) as secure:
                        self.behaviour(secure, self)
                else:
                    self.behaviour(connection, self)
        except OSError:
            return


def read_request(connection: socket.socket, server: Server) -> Received | None:
    """Read one whole request and remember it; None when the client went away before its end."""
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = connection.recv(65536)
        if not chunk:
            return None
        data += chunk
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", "0")):
        chunk = connection.recv(65536)
        if not chunk:
            return None
        body += chunk
    method, path, _ = first.split(" ", 2)
    request = Received(method, path, headers, body)
    server.requests.append(request)
    return request


def _reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    # With TLS the plain socket below decides; tests reset only without it.
    connection.close()


def answering(
    status: str, body: str, *, content_type: str = "application/json", headers: tuple[str, ...] = ()
) -> Behaviour:
    """Answer every request of a connection like this."""
    payload = body.encode()
    lines = [
        f"HTTP/1.1 {status}",
        f"Content-Type: {content_type}",
        f"Content-Length: {len(payload)}",
        *headers,
    ]
    raw = "\r\n".join(lines).encode() + b"\r\n\r\n" + payload

    def behave(connection: socket.socket, server: Server) -> None:
        while read_request(connection, server):
            connection.sendall(raw)

    return behave


def silent(connection: socket.socket, server: Server) -> None:
    read_request(connection, server)
    server.release.wait(10)


def reset_after_reading(connection: socket.socket, server: Server) -> None:
    read_request(connection, server)
    _reset(connection)


def close_after_reading(connection: socket.socket, server: Server) -> None:
    read_request(connection, server)


def reset_before_reading(connection: socket.socket, _server: Server) -> None:
    # Once something has arrived: an earlier reset can hit the client while it is still connecting.
    connection.recv(1, socket.MSG_PEEK)
    _reset(connection)


def truncated(connection: socket.socket, server: Server) -> None:
    read_request(connection, server)
    head = b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n"
    connection.sendall(head + b'{"sid": "SM11111111111111111111111111111111"')


def dripping(connection: socket.socket, server: Server) -> None:
    """A byte every 50 ms for ever: no single read ever times out."""
    read_request(connection, server)
    connection.sendall(b"HTTP/1.1 201 Created\r\nX-Slow: ")
    while not server.release.wait(0.05):
        connection.sendall(b"a")


def redirecting(connection: socket.socket, server: Server) -> None:
    while request := read_request(connection, server):
        head = f"HTTP/1.1 307 Temporary Redirect\r\nLocation: {request.path}\r\nContent-Length: 0\r\n\r\n"
        connection.sendall(head.encode())
