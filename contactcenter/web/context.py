"""What every template may use, without a query of its own."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from contactcenter.core.models import User
from contactcenter.web.pages import NavigationItem, navigation

THEMES = ("light", "dark")


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the chosen theme (empty: the system's), the simulator badge and the navigation."""
    theme = request.COOKIES.get("theme", "")
    return {
        "theme": theme if theme in THEMES else "",
        "simulator_active": simulator_active(),
        "nav_items": SimpleLazyObject(lambda: _items(request)),
    }


def simulator_active() -> bool:
    """Whether texts go to the carrier simulator instead of a real provider."""
    bases = (settings.TWILIO_API_BASE_URL, settings.TELNYX_API_BASE_URL)
    return bool(settings.SIMULATOR_URL) and any(base.startswith(settings.SIMULATOR_URL) for base in bases)


def _items(request: HttpRequest) -> list[NavigationItem]:
    user: User | AnonymousUser | None = getattr(request, "user", None)
    return navigation(user, request.path) if user is not None and user.is_authenticated else []
