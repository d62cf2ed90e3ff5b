"""Fetching a file that a provider's webhook named, hop by hop, and never more of it than is wanted."""

from collections.abc import Callable

import httpx
from django.conf import settings

from contactcenter.providers.base import MediaRequest
from contactcenter.providers.errors import MediaRefused

_MOST_REDIRECTS = 3


class TooLarge(Exception):
    """The file is larger than allowed."""


def download(url: str, *, ask: Callable[[str], MediaRequest], most_bytes: int) -> tuple[bytes, str]:
    """Return the content and its type. `ask` says for each address how it may be fetched, or raises MediaRefused.

    Raises MediaRefused, TooLarge, httpx.HTTPError, httpx.InvalidURL.
    """
    timeout = httpx.Timeout(settings.PROVIDER_TIMEOUT, connect=settings.PROVIDER_CONNECT_TIMEOUT)
    with httpx.Client(timeout=timeout, follow_redirects=False) as client:
        for _hop in range(_MOST_REDIRECTS + 1):
            request = ask(url)
            with client.stream("GET", request.url, auth=request.auth) as response:
                if response.is_redirect:
                    url = str(response.url.join(response.headers["location"]))
                    continue
                response.raise_for_status()
                return _read(response, most_bytes), _type_of(response)
    raise MediaRefused


def _type_of(response: httpx.Response) -> str:
    return str(response.headers.get("content-type", "")).partition(";")[0].strip()


def _read(response: httpx.Response, most_bytes: int) -> bytes:
    content = bytearray()
    for chunk in response.iter_bytes():
        content += chunk
        if len(content) > most_bytes:
            raise TooLarge
    return bytes(content)
