"""What is heard and done on a call, as steps that every provider can play; and the addresses it reports to."""

from collections.abc import Iterator
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from agents.models import Agent
from calls.models import Call, CallOffer
from contactcenter.core.models import AddressKind, Organization
from contactcenter.core.phone import address_kind
from contactcenter.providers.base import ProviderName
from contactcenter.providers.voice import CallStep, HangUp, Record, RingPhone, Say, TakeMessage, Transcribe, Wait

_BCP_47 = {"en": "en-US", "cs": "cs-CZ", "es": "es-ES"}
_HOOKS = {ProviderName.TWILIO: "/hooks/twilio/voice", ProviderName.TELNYX: "/hooks/telnyx/voice"}


def hook_url(provider: str, kind: str, **query: object) -> str:
    """Return the address for reports of `kind`; plain ASCII, because it is signed."""
    name = ProviderName(provider)
    # Telnyx has one address for everything and names the kind of its event; Twilio's addresses tell them apart.
    path = f"{_HOOKS[name]}/{kind}" if name is ProviderName.TWILIO else _HOOKS[name]
    given = "&".join(f"{key}={value}" for key, value in query.items())
    return f"{settings.PUBLIC_BASE_URL}{path}?{given}"


def status_url(provider: str, attempt_id: UUID) -> str:
    """Return the address for reports about a call that we dial."""
    return hook_url(provider, "status", a=attempt_id)


def language_of(org: Organization) -> str:
    """Return the organization's language as BCP 47."""
    return _BCP_47.get(org.language, "en-US")


def say(org: Organization, sentence: str) -> Say:
    """Return a sentence (already in the organization's language)."""
    return Say(sentence, language_of(org))


def when_customer_answers(call: Call) -> Iterator[CallStep]:
    """Yield what a customer whom we called hears: the phone of the agent who called, or a room to be met in."""
    org = call.organization
    yield from listening(call)
    phone = phone_of(call)
    if phone:
        yield ring(call, phone, caller_id=call.from_number, tag=f"agent:{call.pk}", c=call.pk)
        return
    with translation.override(org.language):
        yield say(org, _("One moment, please. You are being connected."))
    yield Wait(room=str(call.pk))


def listening(call: Call) -> Iterator[CallStep]:
    """Yield what records and writes down the call, if the organization wants it."""
    org = call.organization
    if org.record_calls:
        yield Record(hook_url(call.provider, "recording", c=call.pk))
    if org.transcribe_calls:
        yield Transcribe(language_of(org), hook_url(call.provider, "transcript", c=call.pk))


def phone_of(call: Call) -> str:
    """Return the phone of the agent who holds the call, or an empty string."""
    if call.agent_id is None:
        return ""
    agent = Agent.objects.for_org(call.organization_id).filter(user_id=call.agent_id).first()
    return agent.phone_number if agent else ""


def ring(call: Call, phone: str, *, caller_id: str, tag: str, **query: object) -> RingPhone:
    """Return the step that rings an agent's phone."""
    return RingPhone(
        number=phone,
        caller_id=caller_id,
        seconds=settings.CALL_OFFER_SECONDS,
        result_url=hook_url(call.provider, "next", **query),
        status_url=hook_url(call.provider, "agent", **query),
        tag=tag,
    )


def ring_for(call: Call, offer: CallOffer) -> RingPhone:
    """Return the step that offers a caller to an agent; the phone shows who calls, or our number when they hide it."""
    caller_id = next((one for one in (call.from_number, call.to_number) if address_kind(one) == AddressKind.PHONE), "")
    return ring(call, offer.phone_number, caller_id=caller_id, tag=f"offer:{offer.pk}", c=call.pk, o=offer.pk)


def nobody_is_there(call: Call) -> Say:
    """Return what a caller hears before the tone."""
    with translation.override(call.organization.language):
        return say(
            call.organization,
            _("Nobody can take your call right now. Please leave a message after the tone."),
        )


def take_message(call: Call) -> TakeMessage:
    """Return the step that records the caller's message."""
    return TakeMessage(
        most_seconds=settings.VOICEMAIL_SECONDS,
        result_url=hook_url(call.provider, "message", c=call.pk),
        recording_url=hook_url(call.provider, "recording", c=call.pk, voicemail=1),
    )


def agent_did_not_answer(call: Call) -> list[CallStep]:
    """Return what a customer whom we called hears when the agent's own phone is not answered."""
    with translation.override(call.organization.language):
        return [say(call.organization, _("We are sorry, the connection failed. We will call you again.")), HangUp()]
