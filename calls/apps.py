"""Phone calls: dialling, ringing agents, what providers report, recordings and transcripts."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CallsConfig(AppConfig):
    name = "calls"
    verbose_name = _("Calls")

    def ready(self) -> None:
        """Let pages show what this app knows of a contact."""
        from calls import timeline
        from contactcenter.core import timeline as contacts  # Models are not there before.

        contacts.register(timeline.NAME, timeline.of_contact)
