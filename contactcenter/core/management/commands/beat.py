"""`manage.py beat`: the clock that rings the doorbells, in the foreground."""

import logging

from django.conf import settings
from django.core.management.base import BaseCommand

from contactcenter.celery import app


class Command(BaseCommand):
    help = "Run Celery beat with its schedule in the database, in the foreground. One per installation."
    requires_system_checks = ()

    def handle(self, *args: object, **options: object) -> None:
        """Tick until TERM; quietly, because it rings every few seconds for ever."""
        if settings.LOG_LEVEL != "DEBUG":
            logging.getLogger("celery.beat").setLevel(logging.WARNING)
            logging.getLogger("django_celery_beat").setLevel(logging.WARNING)
        app.start(["--quiet", "beat", "--loglevel", settings.LOG_LEVEL, "--scheduler", settings.CELERY_BEAT_SCHEDULER])
