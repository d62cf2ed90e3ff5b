"""Rows around a call for tests; every text of them holds the organization's slug, so that a leak shows."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db.models import Model
from django.utils import timezone

from agents.enums import AgentStatus
from agents.models import Agent
from calls.enums import ENDED, CallDirection, CallStatus, Placing, RecordingKind, RecordingState
from calls.models import (
    Call,
    CallAttempt,
    CallCommand,
    CallEvent,
    CallOffer,
    CallRecording,
    CallTranscript,
    Campaign,
    TranscriptPiece,
)
from contactcenter.core.roles import Role
from tests.factories import Tenant, make_contact, make_user, next_address


def stored_call(
    tenant: Tenant, *, status: str = CallStatus.COMPLETED, at: datetime | None = None, **fields: Any
) -> Call:
    """Store a call of the tenant's Twilio number as it would stand after its life."""
    at = at or timezone.now()
    return Call.all_orgs.create(
        **{
            "organization": tenant.org,
            "direction": CallDirection.OUTBOUND,
            "status": status,
            "from_number": tenant.twilio_number.address,
            "to_number": next_address(),
            "account": tenant.twilio,
            "provider": tenant.twilio.provider,
            "started_at": at,
            "created_at": at,
            "ended_at": at if status in ENDED else None,
            **fields,
        }
    )


def make_phone_agent(tenant: Tenant, *, phone: str = "", status: str = AgentStatus.AVAILABLE, **fields: Any) -> Agent:
    """Make one more agent, with a phone that rings."""
    address = phone or next_address()
    user = make_user(tenant.org, Role.AGENT, email=f"{uuid4().hex[:8]}@{tenant.org.slug}.example")
    return Agent.all_orgs.create(organization=tenant.org, user=user, status=status, phone_number=address, **fields)


def fill_calls(tenant: Tenant) -> Call:
    """Make a row of the tenant in every table of calls."""
    org, slug = tenant.org, tenant.org.slug
    now = timezone.now()
    campaign = Campaign.all_orgs.create(organization=org, name=f"{slug} campaign", description=f"{slug} purpose")
    call = stored_call(
        tenant,
        contact=make_contact(tenant, name=f"{slug} caller"),
        campaign=campaign,
        agent=tenant.agent,
        supervisor=tenant.supervisor,
        placed_by=tenant.agent,
        notes=f"{slug} notes",
        disposition=f"{slug} disposition",
        metadata={"mark": f"{slug} extra"},
        placing=Placing.PLACED,
        provider_call_id=f"CA{slug}",
    )
    of_call: dict[str, Any] = {"organization": org, "call": call}
    with_account: dict[str, Any] = {**of_call, "account": tenant.twilio}
    CallAttempt.all_orgs.create(
        **with_account, provider=tenant.twilio.provider, state="accepted", request={"To": slug}, dialled_at=now
    )
    CallCommand.all_orgs.create(
        **with_account, key=f"{slug} hang-up", provider_call_id=f"CA{slug}", request={"Status": slug}, state="done"
    )
    CallEvent.all_orgs.create(
        **with_account, provider=tenant.twilio.provider, event_key=f"{slug} call event", leg="customer", kind=slug
    )
    CallOffer.all_orgs.create(
        **of_call, user=tenant.agent, phone_number=next_address(), state="answered", offered_at=now
    )
    CallRecording.all_orgs.create(
        **with_account,
        kind=RecordingKind.CALL,
        provider_recording_id=f"RE{slug}",
        source_url=f"https://api.example/{slug}",
        state=RecordingState.FAILED,
        error=f"{slug} error",
    )
    transcript = CallTranscript.all_orgs.create(**of_call, text=f"{slug} words", completed_at=now)
    TranscriptPiece.all_orgs.create(
        organization=org, transcript=transcript, event_key=f"{slug} piece", said_at=now, text=f"{slug} words"
    )
    return call


def rows_of_calls(tenant: Tenant) -> list[Model]:
    """Make a row in every table of calls, and return them."""
    fill_calls(tenant)
    models: list[type[Any]] = [
        *(Call, CallAttempt, CallCommand, CallEvent, CallOffer),
        *(CallRecording, CallTranscript, Campaign, TranscriptPiece),
    ]
    return [model.all_orgs.filter(organization=tenant.org).get() for model in models]
