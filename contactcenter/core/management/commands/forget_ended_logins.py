"""`manage.py forget_ended_logins`: remove what is left of log-ins and invitations that have ended."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from contactcenter.core.ended_logins import forget_ended_logins


class Command(BaseCommand):
    help = "Remove expired tokens and log-ins, old invitations, and the private files of retired signing keys."

    def handle(self, *args: Any, **options: Any) -> None:
        """Remove all of it, and say how much it was; a worker does the same little by little."""
        is_complete = False
        while not is_complete:
            forgotten = forget_ended_logins(timezone.now())
            is_complete = forgotten.is_complete
            self.stdout.write(
                f"Removed: {forgotten.tokens} tokens, {forgotten.families} log-ins, "
                f"{forgotten.invitations} invitations, {forgotten.key_files} key files."
            )
