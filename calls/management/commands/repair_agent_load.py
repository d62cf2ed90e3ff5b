"""`manage.py repair_agent_load`: proves that every agent's load is the number of calls they hold, and mends it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from calls import load
from contactcenter.core.models import Organization


class Command(BaseCommand):
    help = "Compare each agent's load with the calls they hold, say what differs, and mend it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="mend nothing; fail when something differs")
        parser.add_argument("--organization", metavar="SLUG", help="only this one")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare, report, mend."""
        total = 0
        for org in self._organizations(options["organization"]):
            found = load.differences(org)
            if found and not options["check"]:
                found = load.repair(org, [one.agent_id for one in found])
            for one in found:
                self.stdout.write(f"{org.slug}: agent {one.agent_id} has a load of {one.stored} and holds {one.held}")
            total += len(found)
        if total and options["check"]:
            raise CommandError(f"Wrong loads: {total}.")
        self.stdout.write(f"Mended: {total}." if total else "Every load is right.")

    def _organizations(self, slug: str | None) -> list[Organization]:
        rows = Organization.objects.order_by("slug")
        found = list(rows if slug is None else rows.filter(slug=slug))
        if slug is not None and not found:
            raise CommandError(f"There is no organization {slug}.")
        return found
