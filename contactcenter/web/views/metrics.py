"""The figures of the whole installation for Prometheus, with a token and without a session."""

import threading
import time

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from contactcenter.core import metrics as figures
from contactcenter.web.access import operator_page


class _Kept:
    """The last answer of this process, so that no number of scrapers makes the database work more."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._text = ""
        self._until = 0.0

    def text(self) -> str:
        """Return figures no older than METRICS_CACHE_SECONDS."""
        with self._lock:
            if time.monotonic() >= self._until:
                self._text = figures.render()
                self._until = time.monotonic() + settings.METRICS_CACHE_SECONDS
            return self._text


_kept = _Kept()


@operator_page
@require_safe
def metrics(_request: HttpRequest) -> HttpResponse:
    """Answer what is known, always with 200: an alert has to see what is missing."""
    return HttpResponse(_kept.text(), content_type=figures.CONTENT_TYPE, headers={"Cache-Control": "no-store"})
