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
