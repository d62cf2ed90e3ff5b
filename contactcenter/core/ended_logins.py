"""What is left of log-ins and invitations that have ended: removed when nobody can ask about it any more."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from contactcenter.core import signing_keys
from contactcenter.core.models import Invitation, RefreshToken, TokenFamily
from contactcenter.core.tokens import EXPIRED_SLACK

logger = logging.getLogger(__name__)

# Administrators see for so long who came in by which invitation, and who did not. It is an address of a person.
INVITATIONS_KEPT = timedelta(days=30)
# Rows a statement removes, and statements a run spends on a table: a backlog waits for the next runs.
BATCH, BATCHES = 1000, 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """How many rows and files one run removed."""

    tokens: int = 0
    families: int = 0
    invitations: int = 0
    key_files: int = 0

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left that has ended."""
        return max(self.tokens, self.families, self.invitations) < BATCH * BATCHES


def forget_ended_logins(now: datetime) -> Forgotten:
    """Remove expired refresh tokens, log-ins without any, old invitations, and private keys that sign no more.

    A token that has expired is refused by its own date. Until then its row stays, used or not, also in a log-in that
    was revoked: the row is how a second use is noticed.

    One statement for each table when there is nothing to do. May run in several workers at once. The rows of retired
    signing keys stay: without its row a key that is still in SIGNING_KEYS would be taken for a new one, and believed.
    """
    expired = now - EXPIRED_SLACK
    alive = RefreshToken.all_orgs.filter(family=OuterRef("pk"), expires_at__gte=expired)
    forgotten = Forgotten(
        tokens=_remove(RefreshToken.all_orgs.filter(expires_at__lt=expired)),
        families=_remove(TokenFamily.all_orgs.filter(~Exists(alive), expires_at__lt=expired)),
        invitations=_remove(Invitation.all_orgs.filter(expires_at__lt=now - INVITATIONS_KEPT)),
        key_files=signing_keys.remove_retired_files(now),
    )
    if forgotten != Forgotten():
        logger.info("ended log-ins: %s", forgotten)
    return forgotten


def _remove(rows: QuerySet[Any]) -> int:
    removed = 0
    for _ in range(BATCHES):
        with transaction.atomic():
            # Oldest first, along the index; what another run is removing now is left to it.
            oldest = rows.order_by("expires_at").select_for_update(skip_locked=True, of=("self",))
            found = list(oldest.values_list("pk", flat=True)[:BATCH])
            if found:
                rows.model.all_orgs.filter(pk__in=found).delete()
        removed += len(found)
        if len(found) < BATCH:
            break
    return removed
