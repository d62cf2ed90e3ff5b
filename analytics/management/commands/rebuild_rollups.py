"""`manage.py rebuild_rollups`: counts all rollups again, or proves that each of them is what its rows say."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from analytics import rebuilding
from analytics.sources import SOURCES, Source
from contactcenter.core.models import Organization


class Command(BaseCommand):
    help = "Count the rollups of calls and texts again from their rows, in batches; or, with --verify, compare them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--org", metavar="SLUG", help="only this organization")
        parser.add_argument("--since", metavar="DATE", help="only from this day (UTC) on, for example 2026-01-31")
        parser.add_argument("--verify", action="store_true", help="change nothing; list what differs, and fail if any")
        parser.add_argument("--json", action="store_true", help="one JSON object a line")

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild or verify every organization that is meant."""
        self.as_json = options["json"]
        since = _day(options["since"]) if options["since"] else None
        work = self._verify if options["verify"] else self._rebuild
        found = sum(work(org, source, since) for org in _organizations(options["org"]) for source in SOURCES.values())
        if options["verify"] and found:
            raise CommandError(f"Differences: {found}.")
        self._say("Every rollup is what its rows say." if options["verify"] else "Done.")

    def _rebuild(self, org: Organization, source: Source, since: datetime | None) -> int:
        for until in rebuilding.rebuild(org.pk, source, since=since):
            self._say(
                f"{org.slug}: {source.subject} until {until:%Y-%m-%d %H:%M} UTC",
                organization=org.slug,
                subject=source.subject,
                until=until,
            )
        return 0

    def _verify(self, org: Organization, source: Source, since: datetime | None) -> int:
        found = 0
        for one in rebuilding.differences(org.pk, source, since=since):
            found += 1
            self._say(
                f"{org.slug}: {source.subject}, {one.grain} {one.starts_at:%Y-%m-%d %H:%M} UTC, "
                f"{' '.join(filter(None, (one.dimension, one.key, one.whose, one.currency)))}: "
                f"stored {one.stored}, counted {one.counted}",
                organization=org.slug,
                subject=source.subject,
                **asdict(one),
            )
        return found

    def _say(self, sentence: str, **facts: Any) -> None:
        if not self.as_json:
            self.stdout.write(sentence)
        elif facts:
            self.stdout.write(json.dumps(facts, default=str))


def _day(given: str) -> datetime:
    try:
        return datetime.strptime(given, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise CommandError(f"{given} is no day: write it like 2026-01-31.") from None


def _organizations(slug: str | None) -> list[Organization]:
    rows = Organization.objects.order_by("slug")
    found = list(rows if slug is None else rows.filter(slug=slug))
    if slug is not None and not found:
        raise CommandError(f"There is no organization {slug}.")
    return found
