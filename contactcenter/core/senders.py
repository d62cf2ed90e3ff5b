"""The organization's senders: which one is used when nobody chooses."""

from typing import Any

from django.db import transaction

from contactcenter.core import events
from contactcenter.core.models import PhoneNumber, User


def make_default(number: PhoneNumber, *, actor: User | None) -> None:
    """Make `number` the default sender of its organization, instead of whichever was."""
    others: Any = PhoneNumber.objects.for_org(number.organization_id).filter(is_default=True).exclude(pk=number.pk)
    with transaction.atomic():
        others.update(is_default=False)
        number.is_default = True
        number.save(update_fields=["is_default"])
        events.audit(org_id=number.organization_id, actor=actor, action="phone_number.made_default", target=number)
