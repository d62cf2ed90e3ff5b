"""What people do with alerts: make, change and remove rules, and say that they have seen an alert."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from analytics.alerting import evaluating, telling
from analytics.models import AlertEvent, AlertRule
from contactcenter.core import clock, events
from contactcenter.core.models import Organization, User


class UnknownRule(Exception):
    """The organization has no such rule (any more)."""


class UnknownAlert(Exception):
    """The organization has no such alert."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a rule shall say. One without a name is called by what it says."""

    figure: str
    comparison: str
    threshold: Decimal
    name: str = ""
    window_minutes: int | None = None
    clear_threshold: Decimal | None = None
    clear_minutes: int = 0
    only_when_open: bool = False
    by_mail: bool = True
    is_active: bool = True

    def fields(self) -> dict[str, Any]:
        """Return the columns of the rule."""
        return {**{field: getattr(self, field) for field in self.__dataclass_fields__}, "name": self.name.strip()[:80]}


def make_rule(*, org: Organization, actor: User, wanted: Wanted) -> AlertRule:
    """Store a new rule; the worker looks at it from now on."""
    with transaction.atomic():
        rule = AlertRule.all_orgs.create(organization=org, **wanted.fields())
        _audit(rule, actor, "alert_rule.made")
    return rule


def change_rule(*, org: Organization, actor: User, rule_id: UUID, wanted: Wanted) -> None:
    """Let a rule say something else. An alert of it that is going on follows, and ends if it is put to rest.

    Raises UnknownRule.
    """
    with transaction.atomic():
        rule = _locked(org, rule_id)
        is_same = rule.figure == wanted.figure
        for name, value in wanted.fields().items():
            setattr(rule, name, value)
        rule.save()
        if not (rule.is_active and is_same):
            _end_alert_of(rule)
        _audit(rule, actor, "alert_rule.changed")


def remove_rule(*, org: Organization, actor: User, rule_id: UUID) -> None:
    """Take a rule away, and end its alert; what it raised stays in the log. Raises UnknownRule."""
    with transaction.atomic():
        rule = _locked(org, rule_id)
        rule.removed_at = clock.now()
        rule.save(update_fields=["removed_at"])
        _end_alert_of(rule)
        _audit(rule, actor, "alert_rule.removed")


def see_alert(*, org: Organization, actor: User, alert_id: UUID) -> None:
    """Write down who saw an alert first; to say it again changes nothing. Raises UnknownAlert."""
    with transaction.atomic():
        alerts = AlertEvent.objects.for_org(org).filter(pk=alert_id)
        alert = alerts.first()
        if alert is None:
            raise UnknownAlert
        if alerts.filter(seen_at__isnull=True).update(seen_by=actor, seen_at=clock.now()):
            telling.has_changed(alert)


def _locked(org: Organization, rule_id: UUID) -> AlertRule:
    rule = AlertRule.objects.for_org(org).select_for_update().filter(pk=rule_id, removed_at__isnull=True).first()
    if rule is None:
        raise UnknownRule
    return rule


def _end_alert_of(rule: AlertRule) -> None:
    now = clock.now()
    for alert in AlertEvent.objects.for_org(rule.organization_id).filter(rule=rule, cleared_at__isnull=True):
        evaluating.end(alert, now=now)


def _audit(rule: AlertRule, actor: User, action: str) -> None:
    detail = {"figure": rule.figure, "comparison": rule.comparison, "threshold": str(rule.threshold)}
    events.audit(org_id=rule.organization_id, actor=actor, action=action, target=rule, detail=detail)
