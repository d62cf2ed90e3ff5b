"""Texts over Telnyx. Source: the OpenAPI document of its API v2, path /messages."""

from collections.abc import Mapping
from typing import Any

from contactcenter.providers import answer as answers
from contactcenter.providers.answer import Answer
from contactcenter.providers.base import (
    Accepted,
    Credentials,
    RawWebhook,
    SendOutcome,
    SmsProvider,
    SmsRequest,
    StatusReport,
    Timeouts,
    WebhookEvent,
    WebhookIdentity,
)
from contactcenter.providers.errors import ProviderUnavailable, UnsupportedChannel
from contactcenter.providers.telnyx import webhooks
from contactcenter.providers.telnyx.account import TelnyxAccount, is_id, needed, said
from contactcenter.providers.values import mapping


class TelnyxSms(TelnyxAccount, SmsProvider):
    def wire_request(self, request: SmsRequest) -> dict[str, Any]:
        if ":" in request.to:
            # WhatsApp has a path and a body of its own; a text must not go out as an SMS instead.
            raise UnsupportedChannel("this endpoint carries SMS and MMS only")
        fields = {
            "to": request.to,
            "from": request.sender,
            "messaging_profile_id": request.messaging_service_id,
            "text": request.body,
            "media_urls": list(request.media_urls),
            "webhook_url": request.callback_url,
            # A header on the wire. The body is written in one order, whichever these come in.
            "idempotency_key": request.idempotency_key,
        }
        return {name: value for name, value in fields.items() if value}

    def send(self, credentials: Credentials, wire: Mapping[str, Any], timeouts: Timeouts) -> SendOutcome:
        def post() -> Answer:
            # Web processes verify webhooks without ever loading the SDK.
            from contactcenter.providers.telnyx import client

            return client.send_message(credentials, wire, timeouts)

        if refused := answers.unusable(self.name, *needed(credentials)):
            return refused
        return answers.send_once(self.name, post, self._read_sent)

    def fetch(self, credentials: Credentials, provider_message_id: str, timeouts: Timeouts) -> StatusReport | None:
        def get() -> Answer:
            # Web processes verify webhooks without ever loading the SDK.
            from contactcenter.providers.telnyx import client

            return client.fetch_message(credentials, provider_message_id, timeouts)

        if not is_id(provider_message_id):
            return None
        if refused := answers.unusable(self.name, *needed(credentials)):
            raise ProviderUnavailable(refused.error)
        return answers.look_up(self.name, get, _found, said)

    def parse(self, webhook: RawWebhook) -> WebhookEvent:
        return webhooks.parse(webhook)

    def identify(self, webhook: RawWebhook) -> WebhookIdentity:
        return webhooks.identify(webhook)

    def _read_sent(self, answer: Answer) -> SendOutcome:
        body = answer.json_object()
        now = webhooks.report(mapping(body.get("data")))
        if not (answer.ok and now.provider_message_id):
            return answers.judge_failure(self.name, answer, said(body))
        return Accepted(
            provider_message_id=now.provider_message_id,
            status=now.status,
            raw_status=now.raw_status,
            segments=now.segments,
            sender=now.sender or None,
            cost=now.cost,
            currency=now.currency,
        )


def _found(body: Mapping[str, Any]) -> StatusReport | None:
    report = webhooks.report(mapping(body.get("data")))
    return report if report.provider_message_id else None
