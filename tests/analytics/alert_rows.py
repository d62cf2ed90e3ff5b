"""Rows of alerts for tests; every text of them holds the organization's slug, so that a leak shows."""

from decimal import Decimal
from typing import Any

from django.utils import timezone

from analytics.models import AlertEvent, AlertRule, Comparison
from tests.factories import Tenant


def make_rule(tenant: Tenant, *, figure: str = "waiting", threshold: int = 1, **fields: Any) -> AlertRule:
    return AlertRule.all_orgs.create(
        **{
            "organization": tenant.org,
            "name": f"{tenant.org.slug} rule",
            "figure": figure,
            "comparison": Comparison.AT_LEAST,
            "threshold": Decimal(threshold),
            **fields,
        }
    )


def rows_of_alerts(tenant: Tenant) -> AlertEvent:
    """Make a rule and an alert of it that has not ended."""
    rule = make_rule(tenant)
    return AlertEvent.all_orgs.create(
        organization=tenant.org,
        rule=rule,
        name=f"{tenant.org.slug} alert",
        figure=rule.figure,
        comparison=rule.comparison,
        threshold=rule.threshold,
        value=2,
        last_value=2,
        raised_at=timezone.now(),
        seen_by=tenant.supervisor,
    )
