"""The navigation between the pages of figures."""

from typing import Any

from django import template

from contactcenter.core.roles import Right

register = template.Library()


@register.inclusion_tag("analytics/tabs.html", takes_context=True)
def figure_tabs(context: template.Context, here: str = "") -> dict[str, Any]:
    """The pages that the person may open; `here` is the one that is shown."""
    return {"here": here, "may_read_all": context["user"].has_right(Right.READ_ALL_ANALYTICS)}
