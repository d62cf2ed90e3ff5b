"""Filling the demo organizations once."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from contactcenter.core.models import Organization
from sms.demo import world
from sms.demo.aurora_earlier import EARLIER
from sms.demo.aurora_regulars import REGULARS
from sms.demo.aurora_today import TODAY
from sms.demo.borealis import BOREALIS_TALKS
from sms.demo.build import Builder
from sms.demo.script import Talk
from sms.models import Conversation

TALKS: dict[str, Sequence[Talk]] = {
    world.AURORA.slug: (*TODAY, *EARLIER, *REGULARS),
    world.BOREALIS.slug: BOREALIS_TALKS,
}


def seed(*, now: datetime) -> list[Organization]:
    """Create what is missing; return the organizations whose conversations were written now.

    An organization that has any conversation keeps what it has, so that seeding again changes nothing.
    """
    written = []
    with transaction.atomic():
        for org in world.build():
            if Conversation.objects.for_org(org).exists():
                continue
            builder = Builder(org, now=now)
            builder.add(TALKS[org.slug])
            builder.rows.insert()
            written.append(org)
    return written
