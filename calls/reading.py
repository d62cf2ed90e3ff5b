"""What a stored webhook about a call says."""

from contactcenter.providers import registry
from contactcenter.providers.base import RawWebhook
from contactcenter.providers.voice import AnyVoiceEvent


def event_of(provider: str, webhook: RawWebhook) -> AnyVoiceEvent:
    """Return the event in a webhook of `provider`. Raises MalformedWebhook."""
    return registry.voice(provider).parse(webhook)
