"""What every template may use, without a query of its own."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from contactcenter.core.models import Provider, User
from contactcenter.core.simulation import is_simulated
from contactcenter.web.pages import NavigationItem, navigation

THEMES = ("light", "dark")


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the chosen theme (empty: the system's), the simulator badge and the navigation."""
    theme = request.COOKIES.get("theme", "")
    return {
        "theme": theme if theme in THEMES else "",
        "simulator_active": any(is_simulated(provider) for provider in Provider.values),
        "nav_items": SimpleLazyObject(lambda: _items(request)),
    }


def _items(request: HttpRequest) -> list[NavigationItem]:
    user: User | AnonymousUser | None = getattr(request, "user", None)
    return navigation(user, request.path) if user is not None and user.is_authenticated else []
