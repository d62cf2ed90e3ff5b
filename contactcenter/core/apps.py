"""The kernel: what at least two apps need and that needs none of them."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "contactcenter.core"
    label = "core"
    verbose_name = _("Core")

    def ready(self) -> None:
        """Make the Celery application the current one, so that tasks and the doorbell find their broker."""
        # Inline: the project package itself stays free of imports, for the simulator and the bootstrap.
        from contactcenter import celery  # noqa: F401
