"""The product's URLs, and a template without a single tag that is as long as the inbox."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from contactcenter.urls import handler400, handler403, handler404, handler500
from contactcenter.web.access import Access, register

__all__ = ["handler400", "handler403", "handler404", "handler500"]


@register(Access.PUBLIC)
def same_size(request: HttpRequest) -> HttpResponse:
    """Render the file that the benchmark wrote."""
    return render(request, "same_size.html")


urlpatterns = [path("bench/same-size/", same_size), path("", include("contactcenter.urls"))]
