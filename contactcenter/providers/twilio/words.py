"""Twilio's status words. Source: the enum of its Message resource."""

from collections.abc import Mapping

from contactcenter.providers.base import DeliveryStatus, ProviderError, ProviderName
from contactcenter.providers.errors import Phase, describe
from contactcenter.providers.values import Word

# `receiving` and `received` belong to inbound messages and are no delivery status.
WORDS: Mapping[str, Word] = {
    "scheduled": Word(DeliveryStatus.SCHEDULED, 0),
    "accepted": Word(DeliveryStatus.ACCEPTED, 0),
    "queued": Word(DeliveryStatus.QUEUED, 1),
    "sending": Word(DeliveryStatus.SENDING, 2),
    "sent": Word(DeliveryStatus.SENT, 3),
    "delivered": Word(DeliveryStatus.DELIVERED, 4),
    "partially_delivered": Word(DeliveryStatus.DELIVERED, 4),
    "undelivered": Word(DeliveryStatus.UNDELIVERED, 4),
    "failed": Word(DeliveryStatus.FAILED, 4),
    "canceled": Word(DeliveryStatus.CANCELED, 4),
    "read": Word(DeliveryStatus.READ, 5),
}
_FAILURES = (DeliveryStatus.UNDELIVERED, DeliveryStatus.FAILED)


def failure_of(raw_status: str, code: str, said: str = "") -> ProviderError | None:
    """The error that comes with a status: by its code, or by the word when a failure has none."""
    if code and code != "0":
        return describe(ProviderName.TWILIO, code, phase=Phase.DLR, said=said)
    word = WORDS.get(raw_status)
    if word is None or word.status not in _FAILURES:
        return None
    return describe(ProviderName.TWILIO, raw_status, phase=Phase.DLR)
