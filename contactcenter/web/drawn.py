"""Fragments that depend on nothing but what they are given: drawn once, then kept.

The frame around a page is the same for everybody of a role and a language, and costs Django's template engine more than
the page's own content.
"""

from collections.abc import Hashable
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language


def draw(template: str, **values: Hashable) -> SafeString:
    """Return `template` rendered with `values` in the language of now.

    The template sees only `values`: no request, no person, no clock. Whatever it shows is part of the key under which
    it is kept, so nobody can be shown what was drawn for somebody else.
    """
    return _drawn(template, get_language(), tuple(values.items()))


def draw_around(hole: SafeString, template: str, **values: Hashable) -> SafeString:
    """Return what `draw` returns, with `hole` where the template shows `{{ hole }}`: what differs at every look."""
    # Texts of people are escaped, so that none of them can be the mark.
    return SafeString(draw(template, hole=_HOLE, **values).replace(_HOLE, hole))


_HOLE = SafeString("<!--hole-->")


@lru_cache(maxsize=8192)
def _drawn(template: str, _language: str | None, values: tuple[tuple[str, Hashable], ...]) -> SafeString:
    return render_to_string(template, dict(values))
