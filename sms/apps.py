"""Texts: conversations, messages, their attempts, and consent."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SmsConfig(AppConfig):
    name = "sms"
    verbose_name = _("SMS")

    def ready(self) -> None:
        """Let pages show what this app knows of a contact."""
        from contactcenter.core import timeline as contacts  # Models are not there before.
        from sms import timeline

        contacts.register(timeline.NAME, timeline.of_contact)
