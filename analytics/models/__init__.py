"""Tables of figures: rollups, how far they reach, and which of their hours no longer hold."""

from analytics.models.rollup import CallRollup, RollupState, StaleHour, TextRollup

__all__ = ["CallRollup", "RollupState", "StaleHour", "TextRollup"]
