"""Texts: conversations, messages, their attempts, and consent."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SmsConfig(AppConfig):
    name = "sms"
    verbose_name = _("SMS")

    def ready(self) -> None:
        """Tell the kernel's pages of contacts, and operators, what this app knows."""
        # Inline: models can be imported only when every app is loaded.
        from sms import figures, people

        people.register()
        figures.register()
