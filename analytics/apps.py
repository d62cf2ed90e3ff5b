"""Figures and dashboards: reads every other app and is read by none. Its place in the order of imports is kept here."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnalyticsConfig(AppConfig):
    name = "analytics"
    verbose_name = _("Analytics")

    def ready(self) -> None:
        """Sign the crew of alerts on, for processes that are workers, and the figures for operators."""
        # Inline: models can be imported only when every app is loaded.
        from analytics import vitals
        from analytics.alerting import crew

        crew.register()
        vitals.register()
