"""ASGI entry point: pages, API, webhooks and the live stream."""

import os

import django
from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.base import BaseHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "contactcenter.settings.base")

# What awaits instead of working; everything else is ordinary synchronous Django.
_ASYNCHRONOUS = "/live"


class Application(ASGIHandler):
    """Answers synchronous views, with all their middleware, in one visit to one thread.

    Django's own handler changes between event loop and thread at every middleware that could do both, some ten times
    for a page of ours; that costs more than the view (docs/benchmarks.md).
    """

    def __init__(self) -> None:
        super().__init__()
        self._in_a_thread = BaseHandler()
        self._in_a_thread.load_middleware()

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """Return the answer to one request."""
        if request.path_info.startswith(_ASYNCHRONOUS):
            return await super().get_response_async(request)
        return await sync_to_async(self._in_a_thread.get_response, thread_sensitive=True)(request)


django.setup(set_prefix=False)
application = Application()
