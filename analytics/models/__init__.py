"""What analytics keeps of its own."""

from analytics.models.alert import AlertEvent, AlertRule, Comparison

__all__ = ["AlertEvent", "AlertRule", "Comparison"]
