"""`manage.py seed_demo_calls`: a month of calls for the demo organizations. `up` runs it once, on an empty database."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from calls.demo.seed import seed


class Command(BaseCommand):
    help = "Fill the demo organizations that seed_demo made with calls; who has calls keeps what there is."

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed, and say for whom."""
        written = seed(now=timezone.now())
        if options["verbosity"] < 1:
            return
        names = ", ".join(org.name for org in written)
        self.stdout.write(f"Calls written for {names}." if written else "No demo organization is without calls.")
