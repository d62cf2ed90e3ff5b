"""The components on one page, in both themes: for whoever builds pages, and only where STYLEGUIDE is on."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from contactcenter.web.access import Access, register


@register(Access.PUBLIC)
@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show the components. Raises Http404 where they are not to be shown."""
    if not settings.STYLEGUIDE:
        raise Http404
    return render(request, "styleguide.html", {"themes": ("light", "dark")})
