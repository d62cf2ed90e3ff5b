"""Which call, and whose leg of it, an event is about."""

from dataclasses import dataclass
from typing import Protocol
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from calls.models import Call, CallAttempt
from contactcenter.providers.voice import Leg, VoiceEvent

_TAGS = ("agent", "offer")


class Arrival(Protocol):
    """Where a webhook arrived, and whose account's signature it carries: a stored receipt, or a request."""

    @property
    def path(self) -> str: ...
    @property
    def account_id(self) -> UUID: ...
    @property
    def organization_id(self) -> UUID: ...


@dataclass(frozen=True, slots=True)
class Addressee:
    """The call that an event is about. `attempt` is the dial that it answers, `offer_id` the agent who was rung."""

    call: Call
    leg: Leg
    attempt: CallAttempt | None = None
    offer_id: UUID | None = None
    is_voicemail: bool = False


def query_of(path: str) -> dict[str, str]:
    """Return what our own callback address said."""
    return {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}


def uuid_of(text: str | None) -> UUID | None:
    """Return the id, or None for anything else."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def find(arrival: Arrival, event: VoiceEvent) -> Addressee | None:
    """Return the call, locked, by our ids in the callback address, else by the provider's; None when it is unknown.

    Only calls of the account that the webhook's signature belongs to are found. Must run in a transaction.
    """
    query = query_of(arrival.path)
    tag_kind, _colon, tag_id = event.tag.partition(":")
    offer_id = uuid_of(query.get("o")) or (uuid_of(tag_id) if tag_kind == "offer" else None)
    is_agent = urlsplit(arrival.path).path.rstrip("/").endswith("/agent") or tag_kind in _TAGS
    leg = Leg.AGENT if is_agent or event.parent_call_id else Leg.CUSTOMER
    attempt = None if leg is Leg.AGENT else _attempt(arrival, query.get("a") or event.tag, event)
    call = _call(arrival, event, attempt, query.get("c") or (tag_id if tag_kind == "agent" else ""), offer_id)
    if call is None:
        return None
    return Addressee(call, leg, attempt, offer_id, is_voicemail=query.get("voicemail") == "1")


def _attempt(arrival: Arrival, given: str, event: VoiceEvent) -> CallAttempt | None:
    attempt_id = uuid_of(given)
    if attempt_id is None:
        return None
    attempts = CallAttempt.all_orgs.filter(pk=attempt_id, account_id=arrival.account_id)
    if event.provider_call_id:  # Some of Telnyx's events bring nothing but our tag.
        attempts = attempts.filter(provider_call_id__in=["", event.provider_call_id])
    return attempts.first()


def _call(
    arrival: Arrival, event: VoiceEvent, attempt: CallAttempt | None, call_id: str, offer_id: UUID | None
) -> Call | None:
    calls = Call.all_orgs.select_for_update(of=("self",)).select_related("organization", "account")
    if attempt is not None:
        return calls.filter(pk=attempt.call_id).first()
    ours = calls.filter(organization_id=arrival.organization_id, account_id=arrival.account_id)
    if (wanted := uuid_of(call_id)) is not None:
        return ours.filter(pk=wanted).first()
    if offer_id is not None:
        return ours.filter(offers=offer_id).first()
    for ids in (
        {"provider_call_id": event.provider_call_id},
        {"provider_call_id": event.parent_call_id},
        {"provider_leg_id": event.leg_id},
    ):
        if all(ids.values()) and (found := ours.filter(**ids).first()) is not None:
            return found
    return None
