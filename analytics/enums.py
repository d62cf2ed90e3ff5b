"""Words of figures and dashboards."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class GroupBy(StrEnum):
    """How long the periods are that figures are given for."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Presence(StrEnum):
    """Whether a member is there, in the three words of the dashboard."""

    AVAILABLE = "available"
    BREAK = "break"
    OFFLINE = "offline"


class CostsBy(models.TextChoices):
    """What costs are shown by."""

    DAY = "day", _("Day")
    PROVIDER = "provider", _("Provider")
    COUNTRY = "country", _("Country")
    AGENT = "agent", pgettext_lazy("person", "Agent")
    NUMBER = "number", _("Number")
