"""Words of the agents' room."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AgentStatus(models.TextChoices):
    OFFLINE = "OFFLINE", _("Offline")
    AVAILABLE = "AVAILABLE", _("Available")
    BUSY = "BUSY", _("Busy")
    BREAK = "BREAK", _("Break")
    TRAINING = "TRAINING", _("Training")
    WRAP_UP = "WRAP_UP", _("Wrap-up")


class StatusSource(models.TextChoices):
    """Which way a status was set. Empty: by a program that did not say."""

    SELF = "self", _("the agent")
    SUPERVISOR = "supervisor", _("a supervisor")
    API = "api", _("the API")
    WATCHDOG = "watchdog", _("the watchdog")


class Assignment(models.TextChoices):
    """How a team's waiting conversations find somebody who answers them."""

    OFF = "off", _("by people only")
    ROUND_ROBIN = "round_robin", _("in turn")
    LEAST_BUSY = "least_busy", _("to whoever has the fewest open ones")
