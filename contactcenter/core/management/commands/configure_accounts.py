"""`manage.py configure_accounts`: the provider accounts that the environment names. `up` runs it at each start."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from contactcenter.core.environment_accounts import EnvironmentRefused, configure


class Command(BaseCommand):
    help = "Make or update the first organization's provider accounts from TWILIO_… and TELNYX_…; safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        """Configure, and say what was done."""
        try:
            done = configure()
        except EnvironmentRefused as error:
            raise CommandError(str(error)) from None
        if options["verbosity"] < 1:
            return
        for line in done or ["The provider accounts are as the environment says."]:
            self.stdout.write(line)
