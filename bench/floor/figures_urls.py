"""The product's URLs, and beside them constants as long as the product's answers and pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from contactcenter.core import tokens
from contactcenter.core.jwts import TokenRefused
from contactcenter.urls import handler400, handler403, handler404, handler500
from contactcenter.web.access import Access, register

__all__ = ["handler400", "handler403", "handler404", "handler500"]


@register(Access.PUBLIC)
def constant(request: HttpRequest, size: int) -> HttpResponse:
    """Answer a constant of this size, without asking for anything but who calls."""
    try:
        tokens.caller(request.headers.get("Authorization", "").removeprefix("Bearer "))
    except TokenRefused:
        return HttpResponse(status=401)
    return HttpResponse(b"1" * size, content_type="application/json")


@register(Access.PUBLIC)
def page(request: HttpRequest, size: int) -> HttpResponse:
    """Render the file of this size that the benchmark wrote; nothing in it is for the template engine."""
    return render(request, f"constant-{size}.html")


urlpatterns = [
    path("bench/constant/<int:size>/", constant),
    path("bench/page/<int:size>/", page),
    path("", include("contactcenter.urls")),
]
