"""Filling the demo organizations with calls, once."""

from datetime import datetime

from django.db import transaction

from calls.demo import aurora, borealis
from calls.demo.build import Builder
from calls.models import Call, Campaign
from contactcenter.core.models import Organization

PROFILES = {"aurora": aurora.PROFILE, "borealis": borealis.PROFILE}


def seed(*, now: datetime) -> list[Organization]:
    """Write the calls of the demo organizations that exist; return those for which they were written now.

    An organization that has any call or campaign, or no number to call from, keeps what it has. Nothing is told to the
    outside: what never happened is no event.
    """
    written = []
    with transaction.atomic():
        for org in Organization.objects.filter(slug__in=PROFILES).order_by("slug"):
            if Call.objects.for_org(org).exists() or Campaign.objects.for_org(org).exists():
                continue
            builder = Builder(org, PROFILES[org.slug], now=now)
            if not builder.world.lines:
                continue
            builder.build().insert()
            written.append(org)
    return written
