"""Leases: one process at a time does a kind of work, also across hosts and while it waits for a network.

No transaction and no lock of a session is open meanwhile, so it works with pooled connections, and nothing is blocked
for longer than the lease by a process that froze or lost its host. Whoever holds one has to look at the clock.
"""

import time
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

from django.db.models import Q
from django.db.models.functions import Now

from contactcenter.core.models import Lease


@dataclass(frozen=True, slots=True)
class Held:
    """A lease that is ours for `seconds` from before it was asked for, by this process's monotonic clock."""

    name: str
    token: UUID
    seconds: float
    taken: float = field(default_factory=time.monotonic)

    def has(self, seconds: float) -> bool:
        """Whether at least `seconds` of it are left."""
        return time.monotonic() < self.taken + self.seconds - seconds


def take(name: str, *, seconds: float, held: Held | None = None) -> Held | None:
    """Take the lease, or extend the one that is `held`; None when another process has it."""
    ours = Held(name, held.token if held else uuid4(), seconds)
    free = Q(until__lt=Now()) | Q(token=ours.token)
    until = Now() + timedelta(seconds=seconds)
    if Lease.objects.filter(free, name=name).update(token=ours.token, until=until):
        return ours
    _row, is_new = Lease.objects.get_or_create(name=name, defaults={"token": ours.token, "until": until})
    return ours if is_new else None


def give_back(held: Held) -> None:
    """Let the next one have it at once."""
    Lease.objects.filter(name=held.name, token=held.token).update(until=Now() - timedelta(seconds=1))
