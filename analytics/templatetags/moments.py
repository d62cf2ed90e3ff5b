"""Times that count up while a page is open."""

from datetime import datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from analytics.written import duration, in_days

register = template.Library()


@register.simple_tag
def time_since(since: datetime, now: datetime) -> SafeString:
    """Return <time-since>, which static/js/time-since.js counts up, with what it says now: also without a script."""
    shown = duration(max(0, int((now - since).total_seconds())))
    return format_html(
        '<time-since since="{}" now="{}" days="{}">{}</time-since>',
        since.isoformat(),
        now.isoformat(),
        in_days(),
        shown,
    )
