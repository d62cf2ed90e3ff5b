"""The ASGI program: ``uvicorn contactcenter.simulator.app:app --host 127.0.0.1 --no-access-log``."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

from . import control, logs, media, telnyxapi, twilioapi, twiliobodies
from .accounts import DEMO_ACCOUNTS, TELNYX, TWILIO, AccountRegistry, accounts_from_environment
from .carrier import Carrier, Texting
from .config import Config
from .courier import is_loopback
from .http import Fault, Receive, Request, Response, Scope, Send, json_response, read_request, respond
from .lines import Calling
from .telnyxevents import TelnyxCalling
from .twiliocalls import TwilioCalling


class Simulator:
    """Both carriers and the control endpoints behind one loopback port."""

    def __init__(self, config: Config, accounts: AccountRegistry) -> None:
        texting: dict[str, Texting] = {TWILIO: twilioapi.TwilioTexting(), TELNYX: telnyxapi.TelnyxTexting()}
        self.config = config
        calling: dict[str, Calling] = {TWILIO: TwilioCalling(), TELNYX: TelnyxCalling()}
        self.carrier = Carrier(config, accounts, texting, calling)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        request = await read_request(scope, receive)
        if request is None:
            await respond(Response(fault=Fault.CUT), receive, send, self.carrier.stopping)
            return
        response = await self._answer(scope, request)
        if self.config.log_requests:
            _log(request, response, time.perf_counter() - started)
        await respond(response, receive, send, self.carrier.stopping)

    async def _answer(self, scope: Scope, request: Request) -> Response:
        if not self._called_on_loopback(scope, request):
            return json_response({"error": "the simulator answers on loopback only"}, 403)
        path = request.path
        if path.startswith(twiliobodies.API + "/"):
            return await twilioapi.handle(self.carrier, request)
        if path.startswith("/v2/"):
            return await telnyxapi.handle(self.carrier, request)
        if path.startswith(control.PREFIX):
            return control.handle(self.carrier, request)
        return self._file(request)

    def _file(self, request: Request) -> Response:
        """Answer the links that webhooks name: pictures, and recordings of calls."""
        folder, _, name = request.path.lstrip("/").partition("/")
        if folder == "_media":
            return Response(200, media.picture(name.removesuffix(".png")), media.CONTENT_TYPE.encode())
        if folder == "_recording":
            return self.carrier.switchboard.recordings.by_link(name, request.query(), time.time())
        return json_response({"error": "not found"}, 404)

    def _called_on_loopback(self, scope: Scope, request: Request) -> bool:
        """Check the address, and the Host header: a foreign name that resolves to us is an attack."""
        server = scope.get("server")
        if server is not None and server[1] is not None and not is_loopback(str(server[0])):
            return False
        host = request.header(b"host")
        if host and not is_loopback(urlsplit(f"//{host}").hostname or ""):
            return False
        if not self.carrier.own_url and host:
            self.carrier.own_url = f"http://{host}"
        return True

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            event = await receive()
            if event["type"] == "lifespan.startup":
                logs.configure(requests=self.config.log_requests)
                self._notice_signals()
                await send({"type": "lifespan.startup.complete"})
            else:
                self.stop()
                await self.carrier.courier.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    def stop(self) -> None:
        """End what waits (hanging answers, pauses, timers), so that the server can leave at once."""
        self.carrier.stopping.set()
        self.carrier.quiet()

    def _notice_signals(self) -> None:
        """Stop on TERM and INT before uvicorn waits for the connections that hang on purpose."""
        if threading.current_thread() is not threading.main_thread():
            return
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            previous = signal.getsignal(number)

            def on_signal(signum: int, frame: FrameType | None, previous: Any = previous) -> None:
                loop.call_soon_threadsafe(self.stop)
                if callable(previous):
                    previous(signum, frame)

            signal.signal(number, on_signal)


def _log(request: Request, response: Response, seconds: float) -> None:
    outcome: object = response.fault.value if response.fault else response.status
    logs.logger.info(
        "%s %s %s %s %.0fms",
        request.method, logs.masked_path(request.path), outcome, request.note, seconds * 1000,
    )  # fmt: skip


def create_app(config: Config | None = None) -> Simulator:
    """Return a simulator with the demo accounts and those of the environment."""
    accounts = AccountRegistry([*DEMO_ACCOUNTS, *accounts_from_environment(os.environ)])
    return Simulator(config or Config.from_environment(os.environ), accounts)


app = create_app()
