"""`manage.py queue_status`: what waits to be sent, as a table or as JSON."""

import json
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from contactcenter.core.models import Organization
from sms import queue_status
from sms.queue_status import QueueStatus


def organization(slug: str | None) -> Organization | None:
    """Return the organization, or None for all of them. Raises CommandError."""
    if slug is None:
        return None
    found = Organization.objects.filter(slug=slug).first()
    if found is None:
        raise CommandError(f"There is no organization {slug}.")
    return found


class Command(BaseCommand):
    help = "Print what waits to be sent; ends with 1 when it waits for too long (--max-age)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--org", metavar="SLUG", help="one organization only")
        parser.add_argument("--json", action="store_true", help="for programs")
        parser.add_argument(
            "--max-age", type=float, metavar="SECONDS", help="end with 1 when a due text is older, or nobody sweeps"
        )

    def handle(self, *args: object, org: str | None, json: bool, max_age: float | None, **options: object) -> None:
        """Print the figures once."""
        found = queue_status.of(organization(org))
        self.stdout.write(_as_json(found) if json else _as_table(found))
        if max_age is not None and found.is_late(max_age=max_age):
            raise SystemExit(1)


def _as_json(found: QueueStatus) -> str:
    return json.dumps(found.as_json(), indent=2)


def _as_table(found: QueueStatus) -> str:
    rows: list[tuple[str, object]] = [
        *found.counts.items(),
        ("oldest due", _seconds(found.oldest_due_seconds)),
        ("oldest unfinished", _seconds(found.oldest_unfinished_seconds)),
        ("receipts waiting", found.receipts_waiting),
        ("receipts failed", found.receipts_failed),
        ("circuits open", found.circuits_open),
        ("last sweep", _seconds(found.last_sweep_seconds, " ago")),
        ("workers", found.workers),
    ]
    return "\n".join(f"{name:18} {value:>12}" for name, value in rows)


def _seconds(age: float | None, suffix: str = "") -> str:
    return "none" if age is None else f"{age:.1f} s{suffix}"
