"""Who may be texted. A word of the person, a report of a provider or an agent decides; the last one counts.

Words: the union of Twilio's and Telnyx's default lists (their documentation of opt-out keywords). Only a message
that is nothing but the word counts.
"""

from datetime import datetime
from typing import Any

from django.db import models

from contactcenter.core.models import Organization
from sms.enums import ConsentSource, ConsentState
from sms.models import Consent, Message

STOP_WORDS = frozenset({"STOP", "STOPALL", "STOP ALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
START_WORDS = frozenset({"START", "UNSTOP"})
# "Yes" answers many questions; it opts in only somebody who is opted out (Twilio treats it as START).
_START_IF_OPTED_OUT = frozenset({"YES"})


def keyword_of(body: str, *, opted_out: bool) -> ConsentState | None:
    """Tell what the whole text, as a keyword in any letter case, decides; None when it is no keyword."""
    word = " ".join(body.strip().strip("\"'.,!?„“”‘’«»").upper().split())
    if word in STOP_WORDS:
        return ConsentState.OPTED_OUT
    if word in START_WORDS or (opted_out and word in _START_IF_OPTED_OUT):
        return ConsentState.OPTED_IN
    return None


def is_opted_out(org: Organization | Any, address: str) -> bool:
    """Whether the organization must not text this address."""
    return Consent.objects.for_org(org).filter(address=address, state=ConsentState.OPTED_OUT).exists()


def opted_out_among(org: Organization, addresses: list[str]) -> set[str]:
    """Return those of `addresses` that must not be texted, in one query."""
    rows = Consent.objects.for_org(org).filter(address__in=addresses, state=ConsentState.OPTED_OUT)
    return set(rows.values_list("address", flat=True))


def write(
    *,
    org_id: Any,
    address: str,
    state: ConsentState,
    source: ConsentSource,
    message: Message | None,
    now: datetime,
) -> None:
    """Write what was decided at `now`; an older decision never overwrites a newer one."""
    row, created = Consent.all_orgs.get_or_create(
        organization_id=org_id,
        address=address,
        defaults={"state": state, "source": source, "message": message, "changed_at": now},
    )
    if not created:
        Consent.all_orgs.filter(models.Q(changed_at__lte=now), pk=row.pk).update(
            state=state, source=source, message=message, changed_at=now
        )
