"""`manage.py worker`: background work (sending, webhooks' aftermath, sweeps) in the foreground."""

import os
import warnings
from argparse import ArgumentParser
from typing import Any

from celery.platforms import SecurityWarning
from celery.signals import worker_init
from django.conf import settings
from django.core.management.base import BaseCommand

from contactcenter.celery import app

DEFAULT_CONCURRENCY = 4


class Command(BaseCommand):
    help = "Run a Celery worker with its sender threads, in the foreground."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        default = int(os.environ.get("CELERY_CONCURRENCY", DEFAULT_CONCURRENCY))
        parser.add_argument("--concurrency", type=int, default=default, help="tasks at the same time")

    def handle(self, *args: object, concurrency: int, **options: object) -> None:
        """Work until TERM. Workers do not talk to each other: PostgreSQL is where they meet.

        Ends with Celery's own code, which `worker_main` keeps to itself: who starts it again must know that it failed.
        """
        workers: list[Any] = []

        def remember(sender: Any, **_others: object) -> None:
            workers.append(sender)

        worker_init.connect(remember)
        # Celery warns root because of pickled messages; ours are JSON, and carry nothing.
        warnings.filterwarnings("ignore", category=SecurityWarning)
        app.worker_main([
            *("--quiet", "worker", "--pool", "threads", "--concurrency", str(concurrency)),
            *("--without-mingle", "--without-gossip", "--loglevel", settings.LOG_LEVEL),
            *("--hostname", f"voice-{os.getpid()}@%h"),
        ])  # fmt: skip
        if workers and workers[0].exitcode:
            raise SystemExit(workers[0].exitcode)
