"""Our application for a real gunicorn, with an address at which an exception escapes: Django lets none do so."""

from collections.abc import Callable, Iterable
from typing import Any

from contactcenter.wsgi import application as ours


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    if environ["PATH_INFO"] == "/escapes":
        raise RuntimeError(f"no row for {environ['QUERY_STRING']}")
    return ours(environ, start_response)
