"""The only user of the Telnyx SDK: one request, one deadline, no kept connection, no redirect, no retry.

Imported by the adapter on the first request: the SDK and its resources take some seconds to load.
"""

import ssl
import threading
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import httpx
import telnyx

from contactcenter.providers import deadline
from contactcenter.providers.answer import Answer, fault, finished
from contactcenter.providers.base import Credentials, Timeouts
from contactcenter.providers.transport import httpx_code

# Wire name → SDK argument, where they differ.
_ARGUMENTS = {"from": "from_"}
# Last word of an action's path → SDK method.
_METHODS = {
    "answer": "answer",
    "enqueue": "enqueue",
    "hangup": "hangup",
    "record_start": "start_recording",
    "speak": "speak",
    "transcription_start": "start_transcription",
    "transfer": "transfer",
}


def send_message(credentials: Credentials, wire: Mapping[str, Any], timeouts: Timeouts) -> Answer:
    """POST /messages once. Raises TransportFault."""
    arguments = _arguments(wire)
    return _call(credentials, timeouts, _messages, lambda messages: messages.send(**arguments))


def fetch_message(credentials: Credentials, message_id: str, timeouts: Timeouts) -> Answer:
    """GET /messages/{id}. Raises TransportFault."""
    return _call(credentials, timeouts, _messages, lambda messages: messages.retrieve(message_id))


def list_records(
    credentials: Credentials, wanted: Mapping[str, Any], *, number: int, most: int, timeouts: Timeouts
) -> Answer:
    """GET one page of /detail_records, the newest first. Raises TransportFault."""
    return _call(
        credentials,
        timeouts,
        lambda client: client.detail_records.with_raw_response,
        lambda records: records.list(filter=wanted, page_number=number, page_size=most, sort=["-created_at"]),
    )


def dial(credentials: Credentials, wire: Mapping[str, Any], timeouts: Timeouts) -> Answer:
    """POST /calls once. Raises TransportFault."""
    arguments = _arguments(wire)
    return _call(credentials, timeouts, _calls, lambda calls: calls.dial(**arguments))


def command_call(
    credentials: Credentials, call_control_id: str, wire: Mapping[str, Any], command_id: str, timeouts: Timeouts
) -> Answer:
    """POST /calls/{id}/actions/{action} once. Raises TransportFault, and KeyError for an action we never write."""
    arguments = _arguments({name: value for name, value in wire.items() if name != "action"})
    method = _METHODS[wire["action"]]
    return _call(
        credentials,
        timeouts,
        _calls,
        lambda calls: getattr(calls.actions, method)(call_control_id, command_id=command_id, **arguments),
    )


def fetch_call(credentials: Credentials, call_control_id: str, timeouts: Timeouts) -> Answer:
    """GET /calls/{id}. Raises TransportFault."""
    return _call(credentials, timeouts, _calls, lambda calls: calls.retrieve_status(call_control_id))


def load() -> None:
    """Build what the first request would have to build: TLS settings and the SDK's classes."""
    client = telnyx.Telnyx(api_key="-", http_client=_http())
    _ = _messages(client), _calls(client).actions


def _messages(client: telnyx.Telnyx) -> Any:
    return client.messages.with_raw_response


def _calls(client: telnyx.Telnyx) -> Any:
    return client.calls.with_raw_response


def _arguments(wire: Mapping[str, Any]) -> dict[str, Any]:
    return {_ARGUMENTS.get(name, name): value for name, value in wire.items()}


def _call(
    credentials: Credentials,
    timeouts: Timeouts,
    resource_of: Callable[[telnyx.Telnyx], Any],
    use: Callable[[Any], Any],
) -> Answer:
    client = telnyx.Telnyx(
        api_key=credentials.secret,
        base_url=credentials.base_url,
        max_retries=0,  # the default POSTs up to three times
        timeout=httpx.Timeout(timeouts.total, connect=timeouts.connect),
        http_client=_http(),
    )
    # Before the clock starts: the first access imports for two seconds.
    resource = resource_of(client)
    with deadline.deadline(timeouts.total) as limit:
        try:
            # Raw resources: on a body that is not JSON the typed call returns a str instead of raising.
            response: httpx.Response = use(resource).http_response
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
