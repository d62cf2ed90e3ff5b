"""The only user of the Twilio SDK's REST client: one request, one deadline, no pool, no redirect, no retry.

A connection that was kept open may have been closed by the other side, and a POST into it is an ambiguous
reset; so every request dials anew.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError

from contactcenter.providers import deadline
from contactcenter.providers.answer import Answer, TransportFault, fault, finished
from contactcenter.providers.base import Credentials, Timeouts
from contactcenter.providers.errors import RESET_OR_GARBAGE
from contactcenter.providers.transport import requests_code

# Without it (and an empty mapping counts as none) the SDK reads account, region and edge from the process.
_NOTHING = {"": ""}
# Wire name → SDK argument.
_ARGUMENTS = {
    "To": "to",
    "From": "from_",
    "MessagingServiceSid": "messaging_service_sid",
    "Body": "body",
    "MediaUrl": "media_url",
    "StatusCallback": "status_callback",
    "StatusCallbackEvent": "status_callback_event",
    "StatusCallbackMethod": "status_callback_method",
    "Timeout": "timeout",
    "Twiml": "twiml",
    "Status": "status",
}


def create_message(credentials: Credentials, wire: Mapping[str, Any], timeouts: Timeouts) -> Answer:
    """POST Messages.json once. Raises TransportFault, and KeyError for a field we never write."""
    arguments = _arguments(wire)
    return _call(credentials, timeouts, lambda client: client.messages.create(**arguments))


def fetch_message(credentials: Credentials, sid: str, timeouts: Timeouts) -> Answer:
    """GET Messages/{Sid}.json. Raises TransportFault."""
    return _call(credentials, timeouts, lambda client: client.messages(sid).fetch())


def list_messages(
    credentials: Credentials,
    timeouts: Timeouts,
    *,
    most: int,
    to: str = "",
    sender: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> Answer:
    """GET one page of Messages.json. With dates only what was sent already. Raises TransportFault."""
    # The SDK writes a "Z" behind whatever the clock of the datetime says.
    wanted: dict[str, Any] = {
        "to": to,
        "from_": sender,
        "date_sent_after": since and since.astimezone(UTC),
        "date_sent_before": until and until.astimezone(UTC),
        "page_size": most,
    }
    arguments = {name: value for name, value in wanted.items() if value}
    return _call(credentials, timeouts, lambda client: client.messages.page(**arguments))


def next_messages(credentials: Credentials, uri: str, timeouts: Timeouts) -> Answer:
    """GET the page that a page named as its next. Raises TransportFault."""
    return _call(credentials, timeouts, lambda client: client.messages.get_page(credentials.base_url.rstrip("/") + uri))


def list_media(credentials: Credentials, sid: str, timeouts: Timeouts) -> Answer:
    """GET Messages/{Sid}/Media.json. Raises TransportFault."""
    return _call(credentials, timeouts, lambda client: client.messages(sid).media.page())


def create_call(credentials: Credentials, wire: Mapping[str, Any], timeouts: Timeouts) -> Answer:
    """POST Calls.json once. Raises TransportFault, and KeyError for a field we never write."""
    arguments = _arguments(wire)
    return _call(credentials, timeouts, lambda client: client.calls.create(**arguments))


def update_call(credentials: Credentials, sid: str, wire: Mapping[str, Any], timeouts: Timeouts) -> Answer:
    """POST Calls/{Sid}.json once. Raises TransportFault, and KeyError for a field we never write."""
    arguments = _arguments(wire)
    return _call(credentials, timeouts, lambda client: client.calls(sid).update(**arguments))


def fetch_call(credentials: Credentials, sid: str, timeouts: Timeouts) -> Answer:
    """GET Calls/{Sid}.json. Raises TransportFault."""
    return _call(credentials, timeouts, lambda client: client.calls(sid).fetch())


def list_calls(
    credentials: Credentials, *, to: str, sender: str, since: datetime, most: int, timeouts: Timeouts
) -> Answer:
    """GET one page of Calls.json, the newest first. Raises TransportFault."""
    # The SDK writes a "Z" behind whatever the clock of the datetime says.
    start = since.astimezone(UTC)
    return _call(
        credentials,
        timeouts,
        lambda client: client.calls.page(to=to, from_=sender, start_time_after=start, page_size=most),
    )


def load() -> None:
    """Import what the first request would have to import."""
    _ = Client("-", "-", environment=_NOTHING).calls


def _arguments(wire: Mapping[str, Any]) -> dict[str, Any]:
    return {_ARGUMENTS[name]: value for name, value in wire.items()}


def _call(credentials: Credentials, timeouts: Timeouts, use: Callable[[Client], object]) -> Answer:
    with requests.Session() as session:
        session.mount("http://", _Adapter())
        session.mount("https://", _Adapter())
        http = _Http(session, timeouts)
        client = Client(credentials.account_id, credentials.secret, http_client=http, environment=_NOTHING)
        client.api.base_url = credentials.base_url.rstrip("/")
        # Before the clock starts: the first access imports for half a second.
        _ = client.api.v2010
        with deadline.deadline(timeouts.total) as limit:
            try:
                use(client)
            except Exception as error:  # noqa: BLE001 - classified here, whatever it is
                # With an answer in hand the SDK's opinion about it (an exception per status, its date
                # parser, …) adds nothing: the adapter reads the answer itself.
                if http.answer is None:
                    raise fault(error, requests_code(error), limit) from None
    if http.answer is None:
        raise TransportFault(RESET_OR_GARBAGE, "NoAnswer")
    return finished(http.answer, limit)


class _Http(TwilioHttpClient):  # type: ignore[misc] # the SDK ships no types
    """Keeps the raw answer; the SDK drops the headers of failures, and with them `Retry-After`."""

    def __init__(self, session: requests.Session, timeouts: Timeouts) -> None:
        super().__init__(pool_connections=False)
        self.session = session
        # The constructor does not take a pair.
        self.timeout = (timeouts.connect, timeouts.total)
        self.answer: Answer | None = None

    def request(self, *args: Any, **kwargs: Any) -> Response:
        response = super().request(*args, **kwargs)
        headers = {name.lower(): value for name, value in (response.headers or {}).items()}
        self.answer = Answer(response.status_code, headers, response.text)
        return response


def _dial(connection: HTTPConnection, connect: Any) -> None:
    limit = deadline.current()
    if limit is None:
        connect()
        return
    limit.watch(lambda: connection.sock)
    connect()
    if limit.passed:
        # Name resolution and several addresses may outlast the connect timeout; nothing is written yet.
        connection.close()
        raise ConnectTimeoutError(connection, "connected after the deadline")


class _Connection(HTTPConnection):
    def connect(self) -> None:
        _dial(self, super().connect)


class _TlsConnection(HTTPSConnection):
    def connect(self) -> None:
        _dial(self, super().connect)


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class _Adapter(HTTPAdapter):
    """Connections that the deadline can end. Retries are zero, as in the default adapter."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}
