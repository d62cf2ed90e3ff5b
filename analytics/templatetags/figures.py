"""What the pages of figures have in common."""

from collections.abc import Mapping

from django import template
from django.utils.safestring import SafeString

from contactcenter.core.roles import Right
from contactcenter.web.drawn import draw

register = template.Library()


@register.simple_tag(takes_context=True)
def figure_tabs(context: template.Context, here: str = "") -> SafeString:
    """The pages that the person may open, drawn once for each; `here` is the one that is shown."""
    may_read_all = context["user"].has_right(Right.READ_ALL_ANALYTICS)
    return draw("analytics/tabs.html", here=str(here), may_read_all=may_read_all)


@register.simple_tag
def export_fields(words: Mapping[str, str]) -> SafeString:
    """The fields and buttons of the form that asks for an export of what `words` say."""
    return draw("analytics/export_fields.html", words=tuple(words.items()))
