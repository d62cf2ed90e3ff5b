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


class Subject(StrEnum):
    """What figures are about: the rows that they are counted from."""

    CALLS = "calls"
    TEXTS = "texts"


class Format(StrEnum):
    """How a figure is written."""

    COUNT = "count"
    SECONDS = "seconds"
    PERCENT = "percent"
    MONEY = "money"


class Dimension(StrEnum):
    """What figures are told apart by. Its words stand in the rollups."""

    ALL = "all"
    AGENT = "agent"
    CAMPAIGN = "campaign"
    NUMBER = "number"
    PROVIDER = "provider"
    COUNTRY = "country"


class Grain(StrEnum):
    """How much time one row of the rollups is about, in UTC; the longest first."""

    MONTH = "month"
    DAY = "day"
    HOUR = "hour"


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
