"""`manage.py rotate_signing_key`: another key signs the API's tokens; nobody has to log in again."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from contactcenter.core import signing_keys


class Command(BaseCommand):
    help = "Let a new key (or the first one of SIGNING_KEYS) sign tokens, and retire the others in time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--lead",
            type=int,
            default=900,
            help="seconds for which a new key is published before it signs (900); clients keep the key set for 300",
        )
        parser.add_argument(
            "--stolen", action="store_true", help="let the new key sign now, and believe the others no more"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Rotate, and say which key signs."""
        if options["lead"] < 0:
            raise CommandError("--lead must not be negative.")
        lead = 0 if options["stolen"] else options["lead"]
        try:
            kid = signing_keys.rotate(lead=timedelta(seconds=lead), stolen=options["stolen"])
        except signing_keys.NoSigningKey:
            raise CommandError("No key could be made in SIGNING_KEYS_DIR.") from None
        self.stdout.write(f"The key {kid} signs in {lead} s.")
