"""What a stored webhook about texts says."""

from contactcenter.providers import registry
from contactcenter.providers.base import RawWebhook, WebhookEvent


def event_of(provider: str, webhook: RawWebhook) -> WebhookEvent:
    """Return the event in a webhook of `provider`. Raises MalformedWebhook."""
    return registry.get(provider).parse(webhook)
