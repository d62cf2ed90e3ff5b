"""Looking at the figures behind alerts: raised once when a threshold is reached, ended once when it is calm again.

Runs every few seconds, in any worker, one at a time (advisory lock); a constraint holds what the lock promises.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from agents import hours
from analytics.alerting import figures, telling
from analytics.models import AlertEvent, AlertRule
from contactcenter.core import clock
from contactcenter.core.models import Organization

logger = logging.getLogger(__name__)

_LOCK = 7311
_IN_FORCE = Q(is_active=True, removed_at__isnull=True)


@dataclass(slots=True)
class Evaluated:
    """How many alerts one look raised and ended."""

    raised: int = 0
    cleared: int = 0


def evaluate(now: datetime | None = None) -> Evaluated | None:
    """Look at every rule in force; None when another worker looks now."""
    now = now or clock.now()
    found = Evaluated()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
            if not cursor.fetchone()[0]:
                return None
        in_force = Q(pk__in=AlertRule.all_orgs.filter(_IN_FORCE).values("organization_id"))
        with_alerts = Q(pk__in=AlertEvent.all_orgs.filter(cleared_at__isnull=True).values("organization_id"))
        for org in Organization.objects.filter(in_force | with_alerts, is_active=True):
            try:
                with transaction.atomic():  # One organization's trouble keeps nobody else from being told.
                    _look_at(org, found, now)
            except Exception:
                ids = {"organization_id": str(org.pk)}
                logger.exception("alerts of an organization could not be looked at", extra=ids)
    if found != Evaluated():
        logger.info("alerts: %s", found)
    return found


def _look_at(org: Organization, found: Evaluated, now: datetime) -> None:
    rules = list(AlertRule.objects.for_org(org).filter(_IN_FORCE).order_by("id"))
    open_now = AlertEvent.objects.for_org(org).filter(cleared_at__isnull=True)
    events: dict[UUID, AlertEvent] = {event.rule_id: event for event in open_now}
    for rule_id in events.keys() - {rule.pk for rule in rules}:
        found.cleared += end(events[rule_id], now=now)
    is_closed = any(rule.only_when_open for rule in rules) and not hours.is_open(org, None, now)
    values = figures.values(org, rules, now=now)
    for rule in rules:
        event, value = events.get(rule.pk), values[rule.pk]
        if is_closed and rule.only_when_open:
            value = None  # Nobody expects anybody to be there: nothing is the matter.
        if event is not None:
            found.cleared += _follow(event, rule, value, now)
        elif value is not None and rule.is_reached(value):
            found.raised += _raise(rule, value, now)


def _raise(seen: AlertRule, value: Decimal, now: datetime) -> bool:
    """Raise an alert; False when the rule was changed or removed since its figure was read, and asks for none now."""
    rules = AlertRule.objects.for_org(seen.organization_id).select_for_update().filter(_IN_FORCE, pk=seen.pk)
    rule = rules.filter(figure=seen.figure, window_minutes=seen.window_minutes).first()
    if rule is None or not rule.is_reached(value):
        return False
    event = AlertEvent.all_orgs.create(
        organization_id=rule.organization_id,
        rule=rule,
        name=rule.name,
        figure=rule.figure,
        comparison=rule.comparison,
        threshold=rule.threshold,
        value=value,
        last_value=value,
        raised_at=now,
        mail_is_due=rule.by_mail,
    )
    telling.was_raised(event)
    return True


def _follow(event: AlertEvent, rule: AlertRule, value: Decimal | None, now: datetime) -> bool:
    """Keep up with an alert; return whether it ended."""
    before = (event.last_value, event.calm_since)
    event.last_value = value
    event.calm_since = (event.calm_since or now) if rule.is_calm(value) else None
    if event.calm_since is not None and now - event.calm_since >= rule.calm_for:
        return end(event, now=now)
    if before != (event.last_value, event.calm_since):
        event.save(update_fields=["last_value", "calm_since"])
        telling.has_changed(event)
    return False


def end(event: AlertEvent, *, now: datetime) -> bool:
    """End an alert; return whether it was going on. Must run in a transaction."""
    rows = AlertEvent.objects.for_org(event.organization_id).filter(pk=event.pk, cleared_at__isnull=True)
    fields = {"cleared_at": now, "last_value": event.last_value, "calm_since": event.calm_since}
    if rows.update(**fields) != 1:
        return False
    telling.has_changed(event)
    return True
