"""`manage.py hold_outbound`: after a restore from a backup, before the workers start."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import UTC, datetime

from django.core.management.base import BaseCommand
from django.utils.dateparse import parse_datetime

from sms.management.commands.queue_status import organization
from sms.restoring import hold_outbound


def moment(text: str) -> datetime:
    """Read an ISO 8601 time; without an offset it is UTC."""
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise ArgumentTypeError("give a time such as 2026-11-25T18:00:00Z")
    return found if found.tzinfo else found.replace(tzinfo=UTC)


class Command(BaseCommand):
    help = "After a restore: hold every text that may have been sent since the backup, until a person has decided."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--org", metavar="SLUG", help="one organization only")
        parser.add_argument("--since", type=moment, metavar="TIME", help="only texts accepted since then")
        parser.add_argument("--dry-run", action="store_true", help="only count")

    def handle(self, *args: object, org: str | None, since: datetime | None, dry_run: bool, **options: object) -> None:
        """Hold, and say how many."""
        found = hold_outbound(org=organization(org), since=since, dry_run=dry_run)
        verb = "would be held" if dry_run else "are held"
        self.stdout.write(
            f"{found.restored + found.uncertain} texts {verb}: {found.restored} were waiting to be sent, "
            f"{found.uncertain} were under way or in doubt."
        )
