"""What the fate of our texts says of a number: it cannot get any, or it is not reached lately.

Only failures that are certain count, only those that the providers' tables blame on the number, and never for
another organization.
"""

from datetime import timedelta
from typing import Any

from django.db.models import Q

from contactcenter.core import clock
from contactcenter.core.models import ContactNumber, Delivery, Organization
from contactcenter.providers.base import ProviderError
from contactcenter.providers.enums import ContactEffect
from sms.models import Message
from sms.refusals import NumberCannotReceive

MISSES = 3
WINDOW = timedelta(days=30)
_NEVER = {ContactEffect.INVALID: Delivery.INVALID, ContactEffect.NO_SMS: Delivery.NO_SMS}
STOPPED = (Delivery.INVALID, Delivery.NO_SMS)


def demand(org: Organization, address: str) -> None:
    """Raise NumberCannotReceive for an address that no text can reach."""
    if ContactNumber.objects.for_org(org).filter(address=address, delivery_state__in=STOPPED).exists():
        raise NumberCannotReceive


def note(message: Message, error: ProviderError) -> None:
    """Take over what a failed text says of the number that it went to. Must run in a transaction."""
    effect = error.facts.contact
    if effect not in _NEVER and effect is not ContactEffect.SOFT:
        return
    number = _numbers(message.organization_id, message.to_address).select_for_update().first()
    if number is None or (number.delivery_state in STOPPED and effect is ContactEffect.SOFT):
        return
    now = clock.now()
    if effect is ContactEffect.SOFT:
        number.missed_at = [*(at for at in number.missed_at if at > now - WINDOW), now][-MISSES:]
    state = _NEVER.get(effect) or (Delivery.UNREACHABLE if len(number.missed_at) >= MISSES else number.delivery_state)
    if state != number.delivery_state:
        number.delivery_state, number.delivery_since, number.delivery_code = state, now, error.code[:40]
    number.save(update_fields=["missed_at", "delivery_state", "delivery_since", "delivery_code"])


def restore(org_id: Any, address: str) -> bool:
    """Forget what spoke against a number; return whether anything did."""
    spoken_against = ~Q(delivery_state=Delivery.OK) | ~Q(missed_at=[])
    clean: dict[str, Any] = {
        "delivery_state": Delivery.OK,
        "delivery_since": None,
        "delivery_code": "",
        "missed_at": [],
    }
    return bool(_numbers(org_id, address).filter(spoken_against).update(**clean))


def _numbers(org_id: Any, address: str) -> Any:
    return ContactNumber.all_orgs.filter(organization_id=org_id, address=address)
