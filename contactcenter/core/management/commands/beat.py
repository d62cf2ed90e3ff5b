"""`manage.py beat`: the clock that rings the doorbells, in the foreground."""

from django.conf import settings
from django.core.management.base import BaseCommand

from contactcenter.celery import app


class Command(BaseCommand):
    help = "Run Celery beat with its schedule in the database, in the foreground. One per installation."
    requires_system_checks = ()

    def handle(self, *args: object, **options: object) -> None:
        app.start(["beat", "--loglevel", settings.LOG_LEVEL, "--scheduler", settings.CELERY_BEAT_SCHEDULER])
