"""Fragments that depend on nothing but what they are given: drawn once, then kept.

The frame around a page is the same for everybody of a role and a language, and costs Django's template engine more than
the page's own content.
"""

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from django.forms import BaseForm
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from contactcenter.core.store import Store


def draw(template: str, **values: Hashable) -> SafeString:
    """Return `template` rendered with `values` in the language and the time zone of now.

    The template sees only `values`: no request, no person, no clock. Whatever it shows is part of the key under which
    it is kept, so nobody can be shown what was drawn for somebody else.
    """
    return _once(tuple(values.items()), template, lambda: values)


def draw_marked(template: str, mark: Hashable, values: Callable[[], Mapping[str, Any]]) -> SafeString:
    """Return what `draw` returns, for values that are dear to make: they are made where nothing is kept under `mark`.

    The same mark has to mean the same values; they may be words in the language of now.
    """
    return _once(("mark", mark), template, values)


def draw_form(template: str, form: BaseForm, *others: Hashable) -> SafeString:
    """Return `template` rendered with a form that asks for nothing secret, as `form`.

    One that is empty or valid looks the same for the same words, and `others` on which its choices depend, and is kept:
    its fields cost more to draw than what they ask for. One with errors is drawn at each look.
    """
    if form.is_bound and not form.is_valid():
        return render_to_string(template, {"form": form})
    return _once(("form", tuple(sorted(form.data.items())), *others), template, lambda: {"form": form})


# Characters, in each process: some thousand fragments and a hundred tables.
_kept = Store(12_000_000)


def _once(shown: Hashable, template: str, values: Callable[[], Mapping[str, Any]]) -> SafeString:
    key = (template, get_language(), str(timezone.get_current_timezone()), shown)
    found: SafeString | None = _kept.get(key)
    if found is None:
        found = render_to_string(template, values())
        _kept.put(key, found, len(found))
    return found
