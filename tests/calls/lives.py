"""What happens to calls in tests: dials, signed reports about them, and workers who take their time."""

from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4
from xml.etree import ElementTree

from django.http import HttpResponse
from django.utils import timezone

from agents.models import Agent
from calls import placing, reporting, services
from calls.enums import CallStatus, Placing
from calls.models import Call, CallAttempt
from contactcenter.core.models import OutboxEvent, User, WebhookReceipt
from contactcenter.providers.telnyx.call_commands import state_of
from tests.calls.rows import stored_call
from tests.factories import Tenant
from tests.webhooks import post_telnyx, post_twilio, telnyx_event, twilio_form

TWILIO, TELNYX = "/hooks/twilio/voice", "/hooks/telnyx/voice"
CUSTOMER = "+12025551234"
PROVIDERS = ["twilio", "telnyx"]


def new_sid() -> str:
    return f"CA{uuid4().hex}"


def new_control_id() -> str:
    return f"v3:{uuid4().hex}"


def place(tenant: Tenant, provider: str = "twilio", *, actor: User | None = None, to: str = CUSTOMER) -> Call:
    """Queue a call from the tenant's number at a provider."""
    number = getattr(tenant, f"{provider}_number")
    new = services.NewCall(to_number=to, direction="OUTBOUND", from_number=number.address)
    return services.create_call(org=tenant.org, actor=actor or tenant.agent, new=new)


def dial_due() -> None:
    for claimed in placing.claim(100):
        placing.place_claimed(claimed)


def dialled(tenant: Tenant, provider: str = "twilio", **fields: Any) -> tuple[Call, CallAttempt]:
    """A call that the provider has taken, and of which it has told nothing yet."""
    account = getattr(tenant, provider)
    given = new_sid() if provider == "twilio" else new_control_id()
    now = timezone.now()
    call = stored_call(
        tenant,
        **{
            "status": CallStatus.QUEUED,
            "at": now - timedelta(seconds=60),
            "agent": tenant.agent,
            "account": account,
            "provider": account.provider,
            "from_number": getattr(tenant, f"{provider}_number").address,
            "placing": Placing.PLACED,
            "provider_call_id": given,
            "next_attempt_at": now + timedelta(seconds=60),
            **fields,
        },
    )
    return call, attempt_of(call, state="accepted", provider_call_id=call.provider_call_id)


def attempt_of(call: Call, *, state: str, **fields: Any) -> CallAttempt:
    return CallAttempt.all_orgs.create(
        organization_id=call.organization_id,
        call=call,
        account=call.account,
        provider=call.provider,
        state=state,
        request={"To": call.to_number},
        dialled_at=call.started_at,
        **fields,
    )


def twilio_fields(tenant: Tenant, sample: str, sid: str, **changes: str) -> dict[str, str]:
    ours = {"AccountSid": tenant.twilio.account_id, "CallSid": sid, "From": tenant.twilio_number.address}
    return twilio_form(sample, **{**ours, **changes})


def twilio_report(
    tenant: Tenant, attempt: CallAttempt, sid: str, word: str, *, number: int, at: datetime, **changes: str
) -> HttpResponse:
    """Let Twilio tell how the customer's leg is getting on."""
    sample = {"completed": "3_completed"}.get(word, "1_ringing")
    fields = {"CallStatus": word, "SequenceNumber": str(number), "Timestamp": format_datetime(at), **changes}
    form = twilio_fields(tenant, f"call_status_{sample}", sid, **fields)
    return post_twilio(f"{TWILIO}/status?a={attempt.pk}", form, tenant.twilio)


def telnyx_report(
    tenant: Tenant,
    kind: str,
    call_id: str,
    *,
    tag: str = "",
    at: datetime | None = None,
    event_id: str = "",
    query: str = "",
    **payload: Any,
) -> HttpResponse:
    """Let Telnyx tell what happened to a leg; `tag` is what we gave to it."""
    ours = {"connection_id": tenant.telnyx.connection_id, "from": tenant.telnyx_number.address, "to": CUSTOMER}
    ids = {"call_control_id": call_id, "call_leg_id": f"leg-{call_id[3:]}", "call_session_id": f"s-{call_id[3:]}"}
    state = {"client_state": state_of(tag) if tag else None}
    event = telnyx_event(kind, event_id=event_id or str(uuid4()), **{**ours, **ids, **state, **payload})
    event["data"]["occurred_at"] = (at or timezone.now()).isoformat().replace("+00:00", "Z")
    return post_telnyx(TELNYX + query, event, tenant.telnyx)


def work_through(*, rounds: int = 4) -> None:
    """Process what came, and what was postponed as often as it is worth waiting for, without waiting."""
    for _ in range(rounds):
        reporting.process_due()
        waiting = WebhookReceipt.all_orgs.filter(processed_at__isnull=True)
        if not waiting.update(next_attempt_at=timezone.now() - timedelta(seconds=1)):
            return
    reporting.process_due()


def again(call: Call) -> Call:
    return Call.all_orgs.get(pk=call.pk)


def ends(call: Call) -> list[dict[str, Any]]:
    """Return what was published of the call's end."""
    rows = OutboxEvent.all_orgs.filter(type="call.ended", object_id=call.pk).order_by("id")
    return list(rows.values_list("data", flat=True))


def load(user: User) -> int:
    return Agent.all_orgs.get(user=user).current_load


def commands(call: Call) -> list[tuple[str, str]]:
    """Return what was ordered for the call: purpose and state, in order."""
    return list(call.commands.order_by("id").values_list("key", "state"))


# --- Callers ----------------------------------------------------------------------------------------------------
def twilio_asks(tenant: Tenant, kind: str, sample: str, sid: str, *, query: str = "", **changes: str) -> HttpResponse:
    """Let Twilio ask what comes next."""
    parties = {"From": CUSTOMER, "To": tenant.twilio_number.address, "Direction": "inbound"}
    form = twilio_fields(tenant, sample, sid, **{**parties, **changes})
    return post_twilio(f"{TWILIO}/{kind}{query}", form, tenant.twilio)


def twilio_caller(tenant: Tenant, sid: str, **changes: str) -> ElementTree.Element:
    """Let somebody call; return the document that we answer."""
    return document(twilio_asks(tenant, "inbound", "call_inbound", sid, **changes))


def document(answer: HttpResponse) -> ElementTree.Element:
    assert answer.status_code == 200, answer.content
    return ElementTree.fromstring(answer.content)


def verbs(answer: ElementTree.Element) -> list[str]:
    return [child.tag for child in answer]


def number_rung(answer: ElementTree.Element) -> str:
    """Return the phone that the document rings, or an empty string."""
    number = answer.find("./Dial/Number")
    return (number.text or "") if number is not None else ""


def result_query(answer: ElementTree.Element) -> str:
    """Return the query of the address that is asked when the ringing is over."""
    dial = answer.find("./Dial")
    assert dial is not None
    return f"?{urlsplit(dial.get('action', '')).query}"


def rang_in_vain(tenant: Tenant, sid: str, answer: ElementTree.Element, **changes: str) -> ElementTree.Element:
    """Let the ringing of `answer` be over without a conversation; return the next document."""
    missed = {"DialCallStatus": "no-answer", "DialBridged": "false", "DialCallDuration": "", "DialCallSid": new_sid()}
    over = {**missed, "CallStatus": "ringing", **changes}
    return document(twilio_asks(tenant, "next", "dial_action", sid, query=result_query(answer), **over))


def only_call(tenant: Tenant) -> Call:
    return Call.all_orgs.get(organization=tenant.org)
