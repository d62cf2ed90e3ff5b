"""`manage.py outbox`: how much the event bus has not taken yet."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db.models import Count, Min
from django.utils import timezone

from contactcenter.core.models import OutboxEvent


class Command(BaseCommand):
    help = "Show how many events wait to be published, and since when."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line for each fact."""
        waiting = OutboxEvent.all_orgs.filter(published_at__isnull=True).aggregate(
            number=Count("id"), oldest=Min("created_at")
        )
        self.stdout.write(f"event bus:    {'configured' if settings.EVENT_BUS_URL else 'none; events are only kept'}")
        self.stdout.write(f"unpublished:  {waiting['number']}")
        if waiting["oldest"]:
            self.stdout.write(f"oldest waits: {(timezone.now() - waiting['oldest']).total_seconds():.0f} s")
