"""Words of figures and dashboards."""

from enum import StrEnum


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
