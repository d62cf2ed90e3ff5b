"""What the watchdog of agents must know of calls: whether one has just ended. The room of agents does not know them."""

from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.db.models.functions import Now

from agents import watching
from calls.models import Call


def register() -> None:
    """Tell the watchdog how to ask."""
    watching.register_calls(ended_within)


def ended_within(stretch: timedelta) -> Exists:
    """Whether a call of the agent whose row asks ended less than `stretch` ago."""
    own = Call.objects.for_org(OuterRef("organization_id")).filter(agent_id=OuterRef("user_id"))
    return Exists(own.filter(deleted_at__isnull=True, ended_at__gt=Now() - stretch))
