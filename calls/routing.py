"""A call from outside: stored once, offered to one available agent after the other, else a message is taken."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Max, OuterRef, Q, Subquery
from django.db.models.functions import Now

from agents.enums import AgentStatus
from agents.models import Agent
from calls import orders, scripts, transitions
from calls.enums import CallDirection, CallStatus, OfferState
from calls.models import Call, CallOffer
from contactcenter.core import clock
from contactcenter.core.contacts import contact_for
from contactcenter.core.models import AddressKind, ProviderAccount
from contactcenter.core.phone import address_kind, is_withheld
from contactcenter.providers.voice import CallStep, HangUp, InboundCall

_LONGEST_NUMBER = 20
_WITHHELD = "anonymous"
_LOCK_SEED = 7305


def receive(account: ProviderAccount, event: InboundCall) -> Call:
    """Return the stored call that rings at a number of ours, storing it when the webhook is the first to tell."""
    now = clock.now()
    sender = _WITHHELD if is_withheld(event.sender) else event.sender[:_LONGEST_NUMBER]
    is_number = address_kind(sender) == AddressKind.PHONE
    with transaction.atomic():
        call, is_new = Call.all_orgs.get_or_create(
            account=account,
            provider_call_id=event.provider_call_id,
            defaults={
                "organization_id": account.organization_id,
                "direction": CallDirection.INBOUND,
                "status": CallStatus.RINGING,
                "from_number": sender,
                "to_number": event.to[:_LONGEST_NUMBER],
                "contact": contact_for(org_id=account.organization_id, address=sender) if is_number else None,
                "provider": account.provider,
                "provider_leg_id": event.leg_id[:64],
                "provider_session_id": event.session_id[:64],
                "started_at": now,
                "created_at": now,
                "next_attempt_at": now + timedelta(seconds=settings.CALL_CHECK_SECONDS),
            },
        )
        if is_new:
            transitions.record_started(call, actor=None)
            transitions.announce(call.organization_id, call.pk)
    return call


def steps_now(call: Call) -> list[CallStep]:
    """Return what the caller hears now: an agent's phone rings, or a message is taken. Asked twice, it says the same.

    Must run in a transaction.
    """
    call = _locked(call.pk)
    if call.is_over:
        return [HangUp()]
    if call.answered_at is not None or call.direction != CallDirection.INBOUND:
        return []
    is_first = not CallOffer.all_orgs.filter(call=call).exclude(state=OfferState.RINGING).exists()
    offer = ringing_offer(call) or offer_to_next(call)
    if offer is None:
        return [scripts.nobody_is_there(call), scripts.take_message(call)]
    # What listens goes on listening while the next phone rings; begun again it would listen twice.
    return [*(scripts.listening(call) if is_first else ()), scripts.ring_for(call, offer)]


def begin(call: Call) -> None:
    """Order what the caller hears now, at a provider that takes commands. Must run in a transaction."""
    call = _locked(call.pk)
    # A caller who hears that nobody is there leaves a message, also when somebody comes meanwhile.
    if call.is_over or call.answered_at is not None or orders.was_given(call, orders.ANSWER):
        return
    offer = ringing_offer(call) or offer_to_next(call)
    if offer is None:
        orders.answer(call)
    else:
        orders.begin(call, scripts.ring_for(call, offer), key=f"ring:{offer.pk}")


def ringing_offer(call: Call) -> CallOffer | None:
    """Return the offer whose phone rings now."""
    return CallOffer.all_orgs.filter(call=call, state=OfferState.RINGING).first()


def offer_to_next(call: Call) -> CallOffer | None:
    """Give the call to the next available agent who was not asked yet; None when there is nobody.

    The least loaded comes first, among equals whoever was asked longest ago. An organization's calls choose one after
    the other, so that two never take the same last place.
    """
    _wait_for_turn(call)
    asked = CallOffer.all_orgs.filter(user_id=OuterRef("user_id")).values("user_id")
    last = asked.annotate(last=Max("offered_at")).values("last")
    agent = (
        Agent.objects.for_org(call.organization_id)
        .filter(Q(current_load__lt=F("max_capacity")) | Q(user_id=call.agent_id))
        .filter(status=AgentStatus.AVAILABLE, user__is_active=True)
        .exclude(phone_number="")
        .exclude(user_id__in=CallOffer.all_orgs.filter(call=call).values("user_id"))
        .annotate(last_asked=Subquery(last))
        .order_by("current_load", F("last_asked").asc(nulls_first=True), "id")
        .first()
    )
    _hand_over(call, agent.user_id if agent else None)
    transitions.announce(call.organization_id, call.pk)
    if agent is None:
        return None
    return CallOffer.all_orgs.create(
        organization_id=call.organization_id,
        call=call,
        user_id=agent.user_id,
        phone_number=agent.phone_number,
        offered_at=clock.now(),
    )


def _wait_for_turn(call: Call) -> None:
    # No lock on the agents' rows: a call that found one locked would have to skip it, and take a message though
    # somebody is there.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))", [str(call.organization_id), _LOCK_SEED]
        )


def _hand_over(call: Call, user_id: UUID | None) -> None:
    # From one to the other in one UPDATE: PostgreSQL locks both agents in its order, and no two calls wait in a ring.
    if call.agent_id != user_id:
        Call.all_orgs.filter(pk=call.pk).update(agent_id=user_id)
        call.agent_id = user_id


def miss(offer_id: UUID, *, call: Call) -> bool:
    """The agent's phone was not answered. Returns whether that is news. Must run in a transaction."""
    rows = CallOffer.all_orgs.filter(pk=offer_id, call=call, state=OfferState.RINGING)
    return rows.update(state=OfferState.MISSED, ended_at=Now()) == 1


def connect(call: Call, *, offer_id: UUID | None, now: datetime) -> bool:
    """Both hear each other. Returns whether the call moved. Must run in a transaction."""
    if offer_id is not None and call.answered_at is None:
        _accept(call, offer_id)
    return transitions.move(call, CallStatus.IN_PROGRESS, now=now)


def _accept(call: Call, offer_id: UUID) -> None:
    offers = CallOffer.all_orgs.filter(call=call)
    # Somebody who was given up as missed may have answered all the same; then it is their call, and nobody else's.
    belated = offers.filter(pk=offer_id, state=OfferState.MISSED).first()
    if belated is not None:
        offers.filter(state=OfferState.RINGING).update(state=OfferState.WITHDRAWN, ended_at=Now())
        _hand_over(call, belated.user_id)
    answered = offers.filter(pk=offer_id, state__in=[OfferState.RINGING, OfferState.MISSED])
    answered.update(state=OfferState.ANSWERED, ended_at=Now())


def _locked(call_id: UUID) -> Call:
    return Call.all_orgs.select_for_update(of=("self",)).select_related("organization").get(pk=call_id)
