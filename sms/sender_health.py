"""How well our numbers deliver, and the pause of one whose texts are filtered or refused because of it.

A failure counts against the number when the provider blames the sender, its registration or the content; not when it
blames the recipient's number, and not when it blames the account, which the whole account suffers from.
"""

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from contactcenter.core import clock, events
from contactcenter.core.ids import first_id_of
from contactcenter.core.models import Organization, PhoneNumber, User
from contactcenter.providers.base import ProviderName
from contactcenter.providers.enums import ContactEffect, Nature, Phase, Taxonomy
from contactcenter.providers.errors import lookup
from sms.enums import Direction, MessageStatus
from sms.models import SenderPause

logger = logging.getLogger(__name__)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
_LOCK = 7303
_ARRIVED = (MessageStatus.DELIVERED, MessageStatus.READ)
_FAILED = (MessageStatus.UNDELIVERED, MessageStatus.FAILED)
_ENDS = """
SELECT p.organization_id, p.id, m.provider, m.status, m.provider_error_code, count(*)
FROM sms_message AS m JOIN core_phonenumber AS p ON p.account_id = m.account_id AND p.address = m.from_address
WHERE {wanted} AND m.created_at > %(since)s AND m.direction = %(outbound)s AND m.status = ANY(%(ends)s)
GROUP BY 1, 2, 3, 4, 5
"""
# Texts are found by the time in their ids, of all organizations; those before a number's last pause are forgiven.
_OF_ALL = """
m.id >= %(first)s AND m.created_at > coalesce(
    (SELECT max(coalesce(e.ended_at, e.until)) FROM sms_senderpause AS e WHERE e.phone_number_id = p.id), '-infinity'
)
"""
_OF_ONE = "m.organization_id = %(org)s"


@dataclass(slots=True)
class Figures:
    """What became of a number's texts: how many have an end, arrived, or failed, and by whose fault."""

    texts: int = 0
    arrived: int = 0
    failed: int = 0
    blamed: Counter[str] = field(default_factory=Counter)

    @property
    def failures(self) -> int:
        """How many failed because of the sender or a filter."""
        return self.blamed.total()

    @property
    def worst_code(self) -> str:
        """The provider's code that most of those failed with."""
        return self.blamed.most_common(1)[0][0] if self.blamed else ""

    def percent(self, part: int) -> int | None:
        """Return how many percent of the texts `part` of them are; None without texts."""
        return round(100 * part / self.texts) if self.texts else None

    def add(self, provider: str, status: str, code: str, count: int) -> None:
        """Count `count` texts with the same end."""
        self.texts += count
        self.arrived += count if status in _ARRIVED else 0
        self.failed += count if status in _FAILED else 0
        if status in _FAILED and code and _blames_sender(provider, code):
            self.blamed[code] += count


def of(org: Organization, *, window: timedelta, now: datetime | None = None) -> dict[UUID, Figures]:
    """Return the figures of the organization's numbers over the last `window`, by the number's id."""
    found = _figures(_OF_ONE, since=(now or clock.now()) - window, org=org.pk)
    return {number_id: figures for (_org_id, number_id), figures in found.items()}


def pause_burning(*, now: datetime | None = None) -> int:
    """End the pauses that are over, and pause every number of which too many texts fail; return how many are new."""
    now = now or clock.now()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
            if not cursor.fetchone()[0]:  # Another worker is at it.
                return 0
        for pause in SenderPause.all_orgs.filter(ended_at__isnull=True, until__lte=now):
            _end(pause, at=pause.until, actor=None)
        since = now - HOUR
        found = _figures(_OF_ALL, since=since, first=first_id_of(since - DAY))
        burning = [(key, figures) for key, figures in found.items() if _is_burning(figures)]
        return sum(_pause(org_id, number_id, figures, now) for (org_id, number_id), figures in burning)


def resume(pause: SenderPause, *, actor: User) -> bool:
    """End a pause by hand; False when it is over already."""
    with transaction.atomic():
        found = SenderPause.all_orgs.select_for_update().filter(pk=pause.pk, ended_at__isnull=True).first()
        if found is None:
            return False
        _end(found, at=clock.now(), actor=actor)
    return True


def current_pauses(org: Organization) -> "dict[UUID, SenderPause]":
    """Return the pauses that hold now, by the number's id."""
    rows = SenderPause.objects.for_org(org).filter(ended_at__isnull=True, until__gt=clock.now())
    return {pause.phone_number_id: pause for pause in rows}


def _figures(wanted: str, *, since: datetime, **values: Any) -> dict[tuple[UUID, UUID], Figures]:
    found: dict[tuple[UUID, UUID], Figures] = defaultdict(Figures)
    ends = [str(status) for status in (*_ARRIVED, *_FAILED)]
    with connection.cursor() as cursor:
        cursor.execute(
            _ENDS.replace("{wanted}", wanted), {"since": since, "outbound": Direction.OUTBOUND, "ends": ends, **values}
        )
        rows: Iterable[tuple[Any, ...]] = cursor.fetchall()
    for org_id, number_id, provider, status, code, count in rows:
        found[org_id, number_id].add(provider, status, code, count)
    return found


@cache
def _blames_sender(provider: str, code: str) -> bool:
    facts = lookup(ProviderName(provider), code, None, Phase.DLR)
    if facts.contact is ContactEffect.BLOCKED_BY_POLICY:
        return True
    is_setting = facts.nature is Nature.CONFIG and facts.taxonomy is not Taxonomy.AUTH_ERROR
    return is_setting and facts.contact is ContactEffect.NONE


def _is_burning(figures: Figures) -> bool:
    enough = figures.texts >= settings.SENDER_PAUSE_MIN_TEXTS
    return bool(enough and figures.failures >= settings.SENDER_PAUSE_SHARE * figures.texts)


def _pause(org_id: UUID, number_id: UUID, figures: Figures, now: datetime) -> bool:
    until = now + timedelta(seconds=settings.SENDER_PAUSE_SECONDS)
    if SenderPause.all_orgs.filter(phone_number_id=number_id, ended_at__isnull=True).exists():
        return False
    pause = SenderPause.all_orgs.create(
        organization_id=org_id,
        phone_number_id=number_id,
        began_at=now,
        until=until,
        texts=figures.texts,
        failures=figures.failures,
        provider_error_code=figures.worst_code,
    )
    PhoneNumber.all_orgs.filter(pk=number_id).update(paused_until=until)
    detail = {"texts": figures.texts, "failures": figures.failures, "code": figures.worst_code}
    events.audit(org_id=org_id, actor=None, action="phone_number.paused", target=pause.phone_number, detail=detail)
    logger.warning("a number is paused: too many of its texts fail because of it", extra={"number_id": str(number_id)})
    return True


def _end(pause: SenderPause, *, at: datetime, actor: User | None) -> None:
    SenderPause.all_orgs.filter(pk=pause.pk).update(ended_at=at, ended_by=actor)
    PhoneNumber.all_orgs.filter(pk=pause.phone_number_id).update(paused_until=None)
    events.audit(org_id=pause.organization_id, actor=actor, action="phone_number.resumed", target=pause.phone_number)
