"""Small pieces of the look: icons and form fields in the shape of the style sheet."""

from functools import lru_cache
from typing import Any

from django import forms, template
from django.forms import BoundField
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from lucide.templatetags.lucide import lucide

from contactcenter.core.roles import Right
from contactcenter.web.drawn import draw, draw_marked
from contactcenter.web.keys import deeds_with_keys

register = template.Library()
register.simple_tag(draw)

_WIDGET_CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxInput, "checkbox"),
    (forms.Textarea, "textarea"),
    (forms.Select, "select"),
    (forms.widgets.Input, "input"),
)


@register.simple_tag
@lru_cache(maxsize=256)
def icon(name: str, css: str = "icon") -> SafeString:
    """The Lucide icon as inline SVG, hidden from screen readers: the words beside it say what it means.

    Kept after the first use, because drawing it from the archive costs more than the rest of a list row.
    """
    return mark_safe(lucide(name, size=None, **{"class": css, "aria_hidden": "true"}))  # noqa: S308 - our own archive


@register.simple_tag
@lru_cache(maxsize=16)
def icon_sprite(*names: str) -> SafeString:
    """Symbols `#i-<name>`, drawn once per page, for icons that repeat in every row (`<use href="#i-check">`)."""
    symbols = format_html_join(
        "", '<symbol id="i-{}" viewBox="0 0 24 24">{}</symbol>', ((n, _drawing(n)) for n in names)
    )
    return format_html(
        '<svg class="sprite" aria-hidden="true">{}</svg>',
        symbols,
    )


def _drawing(name: str) -> SafeString:
    whole = lucide(name, size=None)
    return mark_safe(whole[whole.index(">") + 1 : whole.rindex("</svg>")])  # noqa: S308 - our own archive


@register.simple_tag(takes_context=True)
def navigation(context: template.Context) -> SafeString:
    """The sidebar (on phones the bar below), drawn once for each role and page."""
    items = tuple(context.get("nav_items") or ())  # A copy: the original is lazy and would keep its request alive.
    return draw(
        "partials/navigation.html",
        nav_items=items,
        simulator_active=bool(context.get("simulator_active")),
        keeps_presence=_has_right(context, Right.SET_STATUS),
    )


@register.simple_tag(takes_context=True)
def may_listen(context: template.Context) -> bool:
    """Whether the live stream answers the person who looks at the page."""
    return _has_right(context, Right.READ_SMS)


def _has_right(context: template.Context, right: Right) -> bool:
    """Whether the person belongs to an organization and may do this there."""
    user: Any = context.get("user")
    return bool(getattr(user, "organization_id", None)) and bool(user.has_right(right))


@register.simple_tag(takes_context=True)
def hands(context: template.Context) -> SafeString:
    """The list of keys and the command palette, for whoever is logged in; drawn once for each role and page."""
    items = tuple(context.get("nav_items") or ())
    if not items:
        return SafeString("")

    def values() -> dict[str, Any]:
        inbox = reverse("sms:inbox")
        may_read_sms = any(item.url == inbox for item in items)
        return {"nav_items": items, "may_read_sms": may_read_sms, "deeds": deeds_with_keys()}

    return draw_marked("partials/hands.html", items, values)


@register.simple_tag
def styled(field: BoundField) -> SafeString:
    """The field's widget with the style sheet's class, and its state and texts tied to it for screen readers."""
    attrs: dict[str, Any] = {"class": _css_of(field)}
    if field.errors:
        attrs["aria-invalid"] = "true"
    described = [f"{field.auto_id}_{part}" for part, there in _texts(field) if there]
    if described:
        attrs["aria-describedby"] = " ".join(described)
    return field.as_widget(attrs=attrs)


@register.filter
def is_checkbox(field: BoundField) -> bool:
    """Whether the label belongs behind the field instead of above it."""
    return isinstance(field.field.widget, forms.CheckboxInput)


def _css_of(field: BoundField) -> str:
    own = str(field.field.widget.attrs.get("class", ""))
    kind = next((css for widget, css in _WIDGET_CLASSES if isinstance(field.field.widget, widget)), "")
    return f"{kind} {own}".strip()


def _texts(field: BoundField) -> tuple[tuple[str, bool], ...]:
    return ("error", bool(field.errors)), ("helptext", bool(field.help_text))
