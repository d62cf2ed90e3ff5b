"""The only user of the Telnyx SDK: one request, one deadline, no kept connection, no redirect, no retry.

Imported by the adapter on the first request: the SDK takes seconds to load. Its classes of resources, with all that the
API can do, take as long again, and would only put the words that we have into the body: so requests go out by the SDK's
plain `get` and `post`.
"""

import ssl
import threading
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any
from urllib.parse import quote

import httpx
import telnyx

from contactcenter.providers import deadline
from contactcenter.providers.answer import Answer, fault, finished
from contactcenter.providers.base import Credentials, Timeouts
from contactcenter.providers.transport import httpx_code

# What comes last in the path of an action.
_ACTIONS = frozenset({"answer", "enqueue", "hangup", "record_start", "speak", "transcription_start", "transfer"})


def send_message(credentials: Credentials, wire: Mapping[str, Any], timeouts: Timeouts) -> Answer:
    """POST /messages once; the wire's idempotency key goes as a header. Raises TransportFault."""
    body = dict(wire)
    key = body.pop("idempotency_key", None)
    return _post(credentials, "/messages", body, timeouts, headers={"Idempotency-Key": key} if key else {})


def fetch_message(credentials: Credentials, message_id: str, timeouts: Timeouts) -> Answer:
    """GET /messages/{id}. Raises TransportFault."""
    return _get(credentials, f"/messages/{_quoted(message_id)}", {}, timeouts)


def list_records(
    credentials: Credentials, wanted: Mapping[str, Any], *, number: int, most: int, timeouts: Timeouts
) -> Answer:
    """GET one page of /detail_records, the newest first. Raises TransportFault."""
    asked = {"filter": wanted, "page[number]": number, "page[size]": most, "sort": ["-created_at"]}
    return _get(credentials, "/detail_records", asked, timeouts)


def dial(credentials: Credentials, wire: Mapping[str, Any], timeouts: Timeouts) -> Answer:
    """POST /calls once. Raises TransportFault."""
    return _post(credentials, "/calls", wire, timeouts)


def command_call(
    credentials: Credentials, call_control_id: str, wire: Mapping[str, Any], command_id: str, timeouts: Timeouts
) -> Answer:
    """POST /calls/{id}/actions/{action} once. Raises TransportFault, and KeyError for an action we never write."""
    action = wire["action"]
    if action not in _ACTIONS:
        raise KeyError(action)
    body = {name: value for name, value in wire.items() if name != "action"} | {"command_id": command_id}
    return _post(credentials, f"/calls/{_quoted(call_control_id)}/actions/{action}", body, timeouts)


def fetch_call(credentials: Credentials, call_control_id: str, timeouts: Timeouts) -> Answer:
    """GET /calls/{id}. Raises TransportFault."""
    return _get(credentials, f"/calls/{_quoted(call_control_id)}", {}, timeouts)


def load() -> None:
    """Build what the first request would have to build: the TLS settings."""
    _http()


def _quoted(one_id: str) -> str:
    return quote(one_id, safe="!$&'()*+,;=:@")


def _post(
    credentials: Credentials,
    path: str,
    wire: Mapping[str, Any],
    timeouts: Timeouts,
    *,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    # In one order, whichever the fields come in: a repeat with the same key has to have the same bytes.
    body = dict(sorted(wire.items()))
    return _call(
        credentials,
        timeouts,
        lambda client: client.post(
            path, cast_to=httpx.Response, body=body, options={"headers": dict(headers) if headers else {}}
        ),
    )


def _get(credentials: Credentials, path: str, query: Mapping[str, Any], timeouts: Timeouts) -> Answer:
    return _call(
        credentials,
        timeouts,
        lambda client: client.get(path, cast_to=httpx.Response, options={"params": dict(query)}),
    )


def _call(credentials: Credentials, timeouts: Timeouts, use: Callable[[telnyx.Telnyx], httpx.Response]) -> Answer:
    client = telnyx.Telnyx(
        api_key=credentials.secret,
        base_url=credentials.base_url,
        max_retries=0,  # the default POSTs up to three times
        timeout=httpx.Timeout(timeouts.total, connect=timeouts.connect),
        http_client=_http(),
    )
    with deadline.deadline(timeouts.total) as limit:
        try:
            response = use(client)
        except telnyx.APIStatusError as error:
            response = error.response
        except telnyx.APIConnectionError as error:
            cause = error.__cause__ or error
            raise fault(cause, httpx_code(cause), limit) from None
    return finished(Answer(response.status_code, dict(response.headers), response.text), limit)


_of_thread = threading.local()


@cache
def _tls() -> ssl.SSLContext:
    """The TLS settings of all clients: they take 25 ms to build."""
    return httpx.create_ssl_context()


def _http() -> httpx.Client:
    """This thread's client, for all accounts. In a shared one threads queue for the lock of its pool of connections.

    It keeps no connection: a POST into one that the other side has just closed is an ambiguous reset.
    """
    client: httpx.Client | None = getattr(_of_thread, "client", None)
    if client is None:
        client = _of_thread.client = telnyx.DefaultHttpxClient(
            verify=_tls(),
            follow_redirects=False,  # a loop of 307 is 21 POSTs
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
            event_hooks={"request": [_trace_dialling]},
        )
    return client


def _trace_dialling(request: httpx.Request) -> None:
    limit = deadline.current()
    if limit is None:
        return

    def trace(event: str, info: Mapping[str, Any]) -> None:
        if event not in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            return
        stream = info["return_value"]
        limit.watch(lambda: stream.get_extra_info("socket"))
        if limit.passed:
            # Name resolution and several addresses may outlast the connect timeout; nothing is written yet.
            stream.close()
            raise httpx.ConnectTimeout("connected after the deadline", request=request)

    request.extensions["trace"] = trace
