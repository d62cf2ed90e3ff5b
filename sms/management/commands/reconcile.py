"""`manage.py reconcile`: compare the accounts' texts with the providers' books now."""

import json
from argparse import ArgumentParser
from datetime import UTC, date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from contactcenter.core.models import Organization, ProviderAccount
from sms import reconciling
from sms.models import ReconciliationReport

_MOST_DAYS = 31


class Command(BaseCommand):
    """Reports are stored, and shown in the admin and on the page of sending. A day that was compared is compared again.

    Exit code 1 when an account could not be compared.
    """

    help = "Compare our texts with the providers' records, by account and day (UTC)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say what can be chosen."""
        parser.add_argument("--org", default="", help="slug of one organization (default: all)")
        parser.add_argument("--since", default="", help="first day, YYYY-MM-DD (default: yesterday); up to today")
        parser.add_argument("--json", action="store_true", help="one JSON document on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare, and print what came of it."""
        accounts = ProviderAccount.all_orgs.filter(is_active=True).select_related("organization")
        if options["org"]:
            org = Organization.objects.filter(slug=options["org"]).first()
            if org is None:
                raise CommandError(f"There is no organization {options['org']}.")
            accounts = accounts.filter(organization=org)
        days = _days(options["since"])
        results = [
            _result(account, day) for account in accounts.order_by("organization", "provider", "id") for day in days
        ]
        if options["json"]:
            self.stdout.write(json.dumps(results, indent=2))
        else:
            self._print(results)
        if any(not result["finished"] for result in results):
            raise CommandError("Some accounts could not be compared.")

    def _print(self, results: list[dict[str, Any]]) -> None:
        for result in results:
            state = (
                "compared {compared}: {ours_not_theirs} ours not theirs, "
                "{theirs_not_ours} theirs not ours, {different} different"
            )
            line = state.format(**result) if result["finished"] else f"not finished: {result['error'] or 'at work'}"
            self.stdout.write(f"{result['organization']} {result['account']} {result['day']}: {line}")


def _days(since: str) -> list[date]:
    today = timezone.now().astimezone(UTC).date()
    try:
        first = date.fromisoformat(since) if since else today - timedelta(days=1)
    except ValueError as error:
        raise CommandError("--since is a day, written YYYY-MM-DD.") from error
    last = today if since else first
    if not today - timedelta(days=_MOST_DAYS) <= first <= today:
        raise CommandError(f"--since is at most {_MOST_DAYS} days ago, and not in the future.")
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _result(account: ProviderAccount, day: date) -> dict[str, Any]:
    report = reconciling.compare(account, day, again=True)
    stored = report or ReconciliationReport.all_orgs.get(account=account, day=day)
    names = ("compared", "ours_not_theirs", "theirs_not_ours", "different", "inserted", "is_complete", "error")
    return {
        "organization": account.organization.slug,
        "account": account.name,
        "provider": account.provider,
        "day": day.isoformat(),
        "finished": report is not None,
        **{name: getattr(stored, name) for name in names},
    }
