"""Times that count up while a page is open."""

from django import template

from analytics.written import time_hole, time_since

register = template.Library()
register.simple_tag(time_since)
register.simple_tag(time_hole)
