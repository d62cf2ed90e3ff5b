"""The doors for what Twilio and Telnyx tell us about calls, and for what Twilio asks."""

from django.http import HttpRequest, HttpResponse

from calls.answering import Arrived, document
from calls.enums import CallReceiptKind
from contactcenter.providers import registry
from contactcenter.providers.base import ProviderName
from contactcenter.providers.voice import AnyVoiceEvent
from contactcenter.web.webhooks import Genuine, hook, receive

_WAKE = "calls.tasks.process_receipts"


def _kind(_event: AnyVoiceEvent) -> str:
    return CallReceiptKind.VOICE.value


@hook
def twilio_report(request: HttpRequest) -> HttpResponse:
    """Something happened to a leg, a recording or a transcription; stored, and processed by a worker."""
    return receive(request, adapter=registry.voice(ProviderName.TWILIO), kind_of=_kind, wake=_WAKE)


@hook
def twilio_question(request: HttpRequest) -> HttpResponse:
    """Somebody calls, or a step of a call is over: stored, and answered with what comes next."""

    def answer(genuine: Genuine[AnyVoiceEvent]) -> str:
        account = genuine.account
        arrived = Arrived(request.get_full_path(), account.account_id, account.organization_id)
        return document(arrived, genuine.event)

    return receive(request, adapter=registry.voice(ProviderName.TWILIO), kind_of=_kind, wake=_WAKE, answer=answer)


@hook
def telnyx(request: HttpRequest) -> HttpResponse:
    """Every call event of Telnyx."""
    return receive(request, adapter=registry.voice(ProviderName.TELNYX), kind_of=_kind, wake=_WAKE)
