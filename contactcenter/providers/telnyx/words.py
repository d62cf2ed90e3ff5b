"""Telnyx's status words. Source: the enum of `to[].status` in its OpenAPI document."""

from collections.abc import Mapping, Sequence
from typing import Any

from contactcenter.providers.answer import weight
from contactcenter.providers.base import DeliveryStatus, ProviderError, ProviderName
from contactcenter.providers.errors import Phase, describe
from contactcenter.providers.text import clean
from contactcenter.providers.values import Word

# `webhook_delivered` belongs to inbound messages and is no delivery status. A cancelled message has no word:
# the 2xx of the DELETE is the proof.
WORDS: Mapping[str, Word] = {
    "scheduled": Word(DeliveryStatus.SCHEDULED, 0),
    "queued": Word(DeliveryStatus.QUEUED, 1),
    "sending": Word(DeliveryStatus.SENDING, 2),
    "sent": Word(DeliveryStatus.SENT, 3),
    "delivered": Word(DeliveryStatus.DELIVERED, 4),
    "delivery_failed": Word(DeliveryStatus.UNDELIVERED, 4),
    "sending_failed": Word(DeliveryStatus.FAILED, 4),
    # The carrier never reported: an end without proof, never to be sent again.
    "delivery_unconfirmed": Word(DeliveryStatus.SENT, 4, unconfirmed=True),
}
# The words of detail records. A gateway's timeout says nothing about the text.
RECORD_WORDS: Mapping[str, Word] = {
    "delivered": Word(DeliveryStatus.DELIVERED, 4),
    "failed": Word(DeliveryStatus.UNDELIVERED, 4),
    "gw_reject": Word(DeliveryStatus.FAILED, 4),
    "dlr_unconfirmed": Word(DeliveryStatus.SENT, 4, unconfirmed=True),
    "dlr_timeout": Word(DeliveryStatus.SENT, 4, unconfirmed=True),
}
_FAILURES = (DeliveryStatus.UNDELIVERED, DeliveryStatus.FAILED)


def failure_of(raw_status: str, errors: Sequence[Mapping[str, Any]]) -> ProviderError | None:
    """The error that comes with a status: the weightiest of its codes, or the word when it has none."""
    found = [
        describe(ProviderName.TELNYX, code, phase=Phase.DLR, said=one.get("title"))
        for one in errors
        if (code := code_of(one))
    ]
    if found:
        return min(found, key=weight)
    word = WORDS.get(raw_status) or RECORD_WORDS.get(raw_status)
    if word is None or word.status not in _FAILURES:
        return None
    return describe(ProviderName.TELNYX, raw_status, phase=Phase.DLR)


def code_of(error: Mapping[str, Any]) -> str:
    """Codes are documented as strings; a number is taken as well."""
    code = error.get("code")
    return str(code) if isinstance(code, int) and not isinstance(code, bool) else clean(code)
