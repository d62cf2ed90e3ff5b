"""JSON in, JSON out: what a client says it would accept changes nothing, what it says it sends must be JSON."""

from collections.abc import Iterable
from typing import Any

from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class JsonOnly(BaseContentNegotiation):
    """Accepts a body of application/json, of application/*+json, or of no stated type; anything else is 415."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        stated = (request.content_type or "").partition(";")[0].strip().lower()
        is_json = not stated or stated == "application/json" or (stated[:12], stated[-5:]) == ("application/", "+json")
        return next(iter(parsers), None) if is_json else None

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, Any]:
        renderer = next(iter(renderers))
        return renderer, renderer.media_type
