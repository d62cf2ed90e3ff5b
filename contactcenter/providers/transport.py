"""What a transport exception proves. Only a failure in the connect phase proves that nothing was sent.

Measured with twilio 9.13 (requests, urllib3) and telnyx 4.189 (httpx); everything not listed is ambiguous.
"""

import ssl

import httpx
import requests
import urllib3.exceptions as urllib3_errors

from contactcenter.providers.errors import CONNECT_FAILED, READ_TIMEOUT, RESET_OR_GARBAGE

_URLLIB3_NOT_SENT = (
    urllib3_errors.NewConnectionError,
    urllib3_errors.ConnectTimeoutError,
    urllib3_errors.NameResolutionError,
)
_HTTPX_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)


def requests_code(error: BaseException) -> str:
    """The code of what `requests` raised."""
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return CONNECT_FAILED
    if isinstance(error, requests.exceptions.ConnectionError):
        reason = getattr(error.args[0], "reason", None) if error.args else None
        if isinstance(reason, _URLLIB3_NOT_SENT):
            return CONNECT_FAILED
        if isinstance(error, requests.exceptions.SSLError) and _certificate_refused(reason):
            return CONNECT_FAILED
    if isinstance(error, requests.exceptions.Timeout):
        return READ_TIMEOUT
    return RESET_OR_GARBAGE


def _certificate_refused(reason: object) -> bool:
    """True when our side refused the certificate, which happens before any byte of the request."""
    args = getattr(reason, "args", ())
    return any(isinstance(part, ssl.SSLCertVerificationError) for part in (reason, *args))


def httpx_code(error: BaseException | None) -> str:
    """The code of what `httpx` raised; the Telnyx SDK keeps it as the `__cause__` of its own error."""
    if isinstance(error, _HTTPX_NOT_SENT):
        return CONNECT_FAILED
    if isinstance(error, httpx.TimeoutException):
        return READ_TIMEOUT
    return RESET_OR_GARBAGE
