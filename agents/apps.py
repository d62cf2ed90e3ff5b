"""Agents: their profile, and whether they are there."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgentsConfig(AppConfig):
    name = "agents"
    verbose_name = _("Agents")

    def ready(self) -> None:
        """Tell operators what this app knows."""
        # Inline: models can be imported only when every app is loaded.
        from agents import figures

        figures.register()
