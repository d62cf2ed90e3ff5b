"""Addresses of the API: every one with and without a trailing slash, without a redirect."""

from django.urls import URLPattern, re_path

from contactcenter.web.api.views import ApiView

# An object's id; anything else is another address, and 404.
PK = "(?P<pk>[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})"


def endpoint(route: str, view: type[ApiView], *, name: str) -> URLPattern:
    """Return the URL of an endpoint; `route` is a regular expression without anchors."""
    return re_path(rf"^{route}/?$", view.as_view(), name=name)
