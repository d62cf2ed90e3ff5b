"""The documents that a provider waits for: what a live call does next, decided while the request is open."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from calls import addressing, reporting, routing, scripts
from calls.enums import CallDirection
from contactcenter.core.models import ProviderAccount
from contactcenter.providers import registry
from contactcenter.providers.base import ProviderName
from contactcenter.providers.voice import AnyVoiceEvent, CallStep, HangUp, InboundCall, MessageTaken, RingResult


@dataclass(frozen=True, slots=True)
class Arrived:
    """A webhook whose answer is a document."""

    path: str
    account_id: UUID
    organization_id: UUID


def document(arrival: Arrived, event: AnyVoiceEvent) -> str:
    """Return what comes next on the call that `event` is about."""
    return registry.voice(ProviderName.TWILIO).document(_steps(arrival, event))


def _steps(arrival: Arrived, event: AnyVoiceEvent) -> list[CallStep]:
    if isinstance(event, InboundCall):
        call = routing.receive(ProviderAccount.all_orgs.get(pk=arrival.account_id), event)
        with transaction.atomic():
            return routing.steps_now(call)
    if isinstance(event, RingResult):
        return _after_ringing(arrival, event)
    if isinstance(event, MessageTaken):
        with transaction.atomic():
            if (to := addressing.find(arrival, event)) is not None:
                reporting.message_is_taken(to.call, event)
        return [HangUp()]
    return []


def _after_ringing(arrival: Arrived, event: RingResult) -> list[CallStep]:
    with transaction.atomic():
        to = addressing.find(arrival, event)
        if to is None:
            return [HangUp()]
        reporting.ring_is_over(to.call, event, to)
        if event.bridged or to.call.is_over:
            return [HangUp()]
        if to.call.direction == CallDirection.OUTBOUND:
            return scripts.agent_did_not_answer(to.call)
        return routing.steps_now(to.call)
