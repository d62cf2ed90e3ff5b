"""What makes a phone's app of the pages: the manifest, the service worker, and the page for no connection."""

import json
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import gettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from contactcenter.web.access import Access, register

# What the page for no connection needs, and nothing else.
_SHELL = (
    "css/app.css",
    "icon.svg",
    "js/offline.js",
    "vendor/inter/inter-latin.woff2",
    "vendor/inter/inter-latin-ext.woff2",
)
_WORKER = Path(settings.BASE_DIR) / "static" / "sw.js"


@register(Access.PUBLIC)
@require_safe
@cache_control(max_age=3600)
def manifest(request: HttpRequest) -> HttpResponse:
    """Describe the app (W3C Web App Manifest)."""
    icons = [
        {"src": static(f"icons/{name}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for name, size, purpose in (
            ("icon-192", 192, "any"),
            ("icon-512", 512, "any"),
            ("maskable-512", 512, "maskable"),
        )
    ]
    content = {
        "id": "/",
        "name": "Voice by Kraliki",
        "short_name": "Voice",
        "description": gettext("The shared inbox for texts and calls."),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#1d4ed8",
        "icons": icons,
    }
    return JsonResponse(content, content_type="application/manifest+json")


@register(Access.PUBLIC)
@require_safe
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """Return the service worker with the names of what it keeps. From the root, so that it serves every page."""
    shell = [static(path) for path in _SHELL]
    head = f"const VERSION = {json.dumps(_version(tuple(shell)))};\nconst SHELL = {json.dumps(shell)};\n"
    return HttpResponse(head + _WORKER.read_text(encoding="utf-8"), content_type="text/javascript; charset=utf-8")


@lru_cache(maxsize=1)
def _version(shell: tuple[str, ...]) -> str:
    """Return a word that changes with everything that is kept, and with the worker itself."""
    root = Path(settings.BASE_DIR)
    kept = [root / "static" / path for path in _SHELL] + [_WORKER, root / "templates" / "offline.html"]
    digest = sha256("".join(shell).encode())
    for path in kept:
        digest.update(path.read_bytes())
    return f"voice-{digest.hexdigest()[:16]}"


@register(Access.PUBLIC)
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """The page that the service worker shows when there is no connection. Nobody's, so that it may be kept."""
    return render(request, "offline.html")
