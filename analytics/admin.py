"""What the admin shows of analytics."""

from analytics.admin_alerts import AlertEventAdmin, AlertRuleAdmin

__all__ = ["AlertEventAdmin", "AlertRuleAdmin"]
