"""From the end of a call to its history: whom it rang, how it was dialled, what the provider reported."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.conf import settings

from agents.models import Agent
from calls import scripts
from calls.demo.reports import Reports
from calls.demo.rows import Rows
from calls.enums import AttemptState, CallErrorCode, CallStatus, OfferState, Placing
from calls.models import Call, CallAttempt, CallOffer
from contactcenter.core.ids import id_at
from contactcenter.core.models import Provider
from contactcenter.providers import registry
from contactcenter.providers.enums import Phase, ProviderName
from contactcenter.providers.errors import ProviderError, describe
from contactcenter.providers.voice import CallStep, DialRequest, Wait

_REFUSED = "21214"


def rang_and_talked(call: Call, agent: Agent, rows: Rows) -> None:
    """Somebody called, and `agent` answered."""
    _offer(call, agent, OfferState.ANSWERED, call.answered_at, rows)
    reports = Reports(call, rows)
    reports.came_in()
    reports.agent_answered(call.answered_at or call.started_at)
    reports.ended(CallStatus.COMPLETED)


def caller_gave_up(call: Call, agent: Agent, rows: Rows, chance: Random) -> None:
    """The caller hung up while the phone of `agent` rang."""
    # What the two providers call it.
    end = CallStatus.NO_ANSWER if call.provider == Provider.TWILIO else CallStatus.CANCELED
    _finish(call, end, chance.randint(5, settings.CALL_OFFER_SECONDS - 1))
    call.agent = agent.user
    _offer(call, agent, OfferState.WITHDRAWN, call.ended_at, rows)
    reports = Reports(call, rows)
    reports.came_in()
    reports.ended(end)


def rang_in_vain(call: Call, agent: Agent, rows: Rows, chance: Random) -> None:
    """The phone of `agent` was not answered, and the caller said nothing to the machine."""
    missed_at = call.started_at + timedelta(seconds=settings.CALL_OFFER_SECONDS)
    _offer(call, agent, OfferState.MISSED, missed_at, rows)
    take_message(call, rows, chance, after=settings.CALL_OFFER_SECONDS)


def take_message(call: Call, rows: Rows, chance: Random, *, after: int = 0) -> None:
    """Nobody was there, and the caller said nothing to the machine."""
    _finish(call, CallStatus.NO_ANSWER, after + chance.randint(6, 15))
    reports = Reports(call, rows)
    reports.came_in()
    reports.ended(CallStatus.NO_ANSWER)


def dialled_and_talked(call: Call, agent: Agent, rows: Rows) -> None:
    """The customer answered a call of `agent`."""
    _accepted(call, agent, rows)
    reports = Reports(call, rows)
    reports.went_out()
    reports.customer_answered(call.answered_at or call.started_at)
    reports.ended(CallStatus.COMPLETED)


def dialled_in_vain(call: Call, agent: Agent, end: CallStatus, rows: Rows, chance: Random) -> None:
    """Nobody answered a call of `agent`; `end` says why."""
    if end == CallStatus.FAILED and call.provider == Provider.TWILIO:
        _refused(call, agent, rows)
        return
    seconds = {
        CallStatus.NO_ANSWER: settings.CALL_RING_SECONDS,
        CallStatus.CANCELED: chance.randint(6, 20),
    }.get(end, chance.randint(2, 5))
    _finish(call, end, seconds)
    if end == CallStatus.FAILED:
        error = describe(ProviderName(call.provider), "call_rejected", phase=Phase.DLR)
        call.error_code = CallErrorCode.FINAL_FAILURE
        call.provider_error_code, call.error_message = error.code[:40], error.title[:300]
    _accepted(call, agent, rows)
    reports = Reports(call, rows)
    reports.went_out()
    reports.ended(end)


def _finish(call: Call, end: CallStatus, seconds: int) -> None:
    call.status, call.ended_at = end, call.started_at + timedelta(seconds=seconds)


def _offer(call: Call, agent: Agent, state: OfferState, ended_at: datetime | None, rows: Rows) -> None:
    offered_at = call.started_at + timedelta(milliseconds=40)
    offer = CallOffer(
        id=id_at(offered_at, f"offer {call.pk}"),
        organization=call.organization,
        call=call,
        user=agent.user,
        phone_number=agent.phone_number,
        state=state,
        offered_at=offered_at,
        ended_at=ended_at,
    )
    rows.offers.append(offer)


def _accepted(call: Call, agent: Agent, rows: Rows) -> None:
    found: dict[str, Any] = {"provider_call_id": call.provider_call_id, "http_status": None}
    rows.attempts.append(_attempt(call, agent, AttemptState.ACCEPTED, **found))


def _refused(call: Call, agent: Agent, rows: Rows) -> None:
    """The provider did not even take the call."""
    _finish(call, CallStatus.FAILED, 1)
    error: ProviderError = describe(ProviderName(call.provider), _REFUSED, http_status=400)
    words = {
        "error_code": CallErrorCode.VALIDATION_ERROR,
        "provider_error_code": error.code[:40],
        "error_message": error.title[:300],
    }
    call.placing, call.provider_call_id = Placing.REFUSED, ""
    for name, value in words.items():
        setattr(call, name, value)
    rows.attempts.append(_attempt(call, agent, AttemptState.REJECTED, http_status=400, **words))


def _attempt(call: Call, agent: Agent, state: AttemptState, **found: Any) -> CallAttempt:
    dialled_at = call.started_at + timedelta(milliseconds=210)
    attempt_id = id_at(dialled_at, f"attempt {call.pk}")
    adapter = registry.voice(call.provider)
    request = DialRequest(
        to=call.to_number,
        sender=call.from_number,
        dial_id=str(attempt_id),
        callback_url=scripts.status_url(call.provider, attempt_id),
        seconds=settings.CALL_RING_SECONDS,
        connection_id=call.account.connection_id if call.account else "",
        steps=(_connect(call, agent),),
    )
    return CallAttempt(
        id=attempt_id,
        organization=call.organization,
        call=call,
        account=call.account,
        provider=call.provider,
        state=state,
        request=adapter.dial_request(request),
        dialled_at=dialled_at,
        finished_at=dialled_at + timedelta(milliseconds=380),
        **found,
    )


def _connect(call: Call, agent: Agent) -> CallStep:
    if not agent.phone_number:
        return Wait(room=str(call.pk))
    return scripts.ring(call, agent.phone_number, caller_id=call.from_number, tag=f"agent:{call.pk}", c=call.pk)
