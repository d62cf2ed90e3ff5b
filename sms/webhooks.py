"""The doors for what Twilio and Telnyx tell us about texts."""

from django.http import HttpRequest, HttpResponse

from contactcenter.providers import registry
from contactcenter.providers.base import InboundMessage, ProviderName, WebhookEvent
from contactcenter.web.webhooks import hook, receive
from sms.enums import ReceiptKind

_WAKE = "sms.tasks.process_receipts"


def _kind(event: WebhookEvent) -> str:
    return ReceiptKind.INBOUND if isinstance(event, InboundMessage) else ReceiptKind.STATUS


@hook
def twilio_status(request: HttpRequest) -> HttpResponse:
    """Twilio's StatusCallback."""
    return receive(request, adapter=registry.get(ProviderName.TWILIO), kind_of=_kind, wake=_WAKE)


@hook
def twilio_inbound(request: HttpRequest) -> HttpResponse:
    """A text that somebody sent to one of our Twilio numbers."""
    return receive(request, adapter=registry.get(ProviderName.TWILIO), kind_of=_kind, wake=_WAKE)


@hook
def telnyx(request: HttpRequest) -> HttpResponse:
    """Every messaging event of Telnyx."""
    return receive(request, adapter=registry.get(ProviderName.TELNYX), kind_of=_kind, wake=_WAKE)
