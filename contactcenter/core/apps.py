"""The kernel: what at least two apps need and that needs none of them."""

from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "contactcenter.core"
    label = "core"
    verbose_name = _("Core")

    def ready(self) -> None:
        """Make the Celery application the current one, so that tasks and the doorbell find their broker.

        The kernel's own part of a contact's history is registered as the apps register theirs.
        """
        # Inline: the project package itself stays free of imports, for the simulator and the bootstrap.
        from contactcenter import celery  # noqa: F401
        from contactcenter.core import contact_search, task_logs, timeline, vitals  # noqa: F401 - signals of tasks
        from contactcenter.core.times import read_times_quickly

        timeline.register("notes", contact_search.entries)
        vitals.register()
        connection_created.connect(read_times_quickly)
        post_migrate.connect(_accounts_of_the_environment, sender=self)


def _accounts_of_the_environment(**_signal: Any) -> None:
    """As soon as there are tables, the accounts that the environment names stand in them."""
    # Inline: models can be imported only when every app is loaded.
    from contactcenter.core.environment_accounts import configure_if_given

    configure_if_given()
