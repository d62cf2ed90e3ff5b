"""Filling the demo organizations once."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from contactcenter.core.models import Organization
from sms.demo import world
from sms.demo.aurora_earlier import EARLIER
from sms.demo.aurora_house import AURORA_HOUSE
from sms.demo.aurora_regulars import REGULARS
from sms.demo.aurora_today import TODAY
from sms.demo.borealis import BOREALIS_TALKS
from sms.demo.borealis_house import BOREALIS_HOUSE
from sms.demo.build import Builder
from sms.demo.furnish import Furnisher
from sms.demo.house import House
from sms.demo.script import Talk
from sms.demo.work import WorkWriter
from sms.models import Conversation

TALKS: dict[str, Sequence[Talk]] = {
    world.AURORA.slug: (*TODAY, *EARLIER, *REGULARS),
    world.BOREALIS.slug: BOREALIS_TALKS,
}

HOUSES: dict[str, House] = {world.AURORA.slug: AURORA_HOUSE, world.BOREALIS.slug: BOREALIS_HOUSE}
# Teams, labels and templates were there before the oldest of the written texts.
_BEGUN = timedelta(days=120)


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
            _furnish(builder, HOUSES[org.slug])
            builder.rows.insert()
            written.append(org)
    return written


def _furnish(builder: Builder, house: House) -> None:
    """Add what stands around the conversations, and what colleagues did with them."""
    furnisher = Furnisher(builder.org, house, rows=builder.rows, begun=builder.now - _BEGUN)
    furnisher.add()
    first_at = {row.pk: at for row, at in builder.rows.ages}
    for conversation in builder.rows.conversations:
        if work := house.work.get(conversation.address):
            WorkWriter(furnisher, conversation, first_at=first_at[conversation.pk], now=builder.now).do(work)
