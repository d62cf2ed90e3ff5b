"""Phone calls: dialling, ringing agents, what providers report, recordings and transcripts."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CallsConfig(AppConfig):
    name = "calls"
    verbose_name = _("Calls")

    def ready(self) -> None:
        """Tell the kernel's pages of contacts, operators and the watchdog what this app knows."""
        # Inline: models can be imported only when every app is loaded.
        from calls import figures, lately, people

        people.register()
        figures.register()
        lately.register()
