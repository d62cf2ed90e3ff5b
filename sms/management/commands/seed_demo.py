"""`manage.py seed_demo`: the demo organizations. `up` runs it once, on an empty database."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from sms.demo.seed import seed
from sms.demo.world import PASSWORD, SUPERUSER


class Command(BaseCommand):
    help = "Create two demo organizations with people, numbers and conversations; what exists stays as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed, and say who can log in."""
        written = seed(now=timezone.now())
        if options["verbosity"] < 1:
            return
        names = ", ".join(org.name for org in written)
        self.stdout.write(f"Conversations written for {names}." if written else "The demo is there already.")
        self.stdout.write(f"Logins: admin@aurora.example, … or {SUPERUSER}, password {PASSWORD}.")
