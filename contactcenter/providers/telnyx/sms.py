"""Texts over Telnyx. Source: the OpenAPI document of its API v2, path /messages."""

import re
from collections.abc import Mapping
from typing import Any

from contactcenter.providers import answer as answers
from contactcenter.providers import media
from contactcenter.providers.answer import Answer, SaidError
from contactcenter.providers.base import (
    Accepted,
    Credentials,
    MediaRequest,
    ProviderName,
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
from contactcenter.providers.telnyx import signature, webhooks
from contactcenter.providers.telnyx.words import code_of
from contactcenter.providers.text import clean
from contactcenter.providers.values import mapping, objects

_ID = re.compile(r"[A-Za-z0-9-]{2,64}")
_MEDIA_DOMAINS = ("telnyx.com", "telnyxstorage.com")
_MEDIA_BUCKETS = ("s3.amazonaws.com/media.telnyx.com/",)


class TelnyxSms(SmsProvider):
    name = ProviderName.TELNYX

    def warm_up(self) -> None:
        from contactcenter.providers.telnyx import client  # 1.6 s and 60 MB, then 2 s in load()

        client.load()

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
        }
        return {name: value for name, value in fields.items() if value}

    def send(self, credentials: Credentials, wire: Mapping[str, Any], timeouts: Timeouts) -> SendOutcome:
        def post() -> Answer:
            # Web processes verify webhooks without ever loading the SDK.
            from contactcenter.providers.telnyx import client

            return client.send_message(credentials, wire, timeouts)

        refused = answers.unusable(self.name, *_needed(credentials))
        return refused or answers.send_once(self.name, post, self._read_sent)

    def fetch(self, credentials: Credentials, provider_message_id: str, timeouts: Timeouts) -> StatusReport | None:
        def get() -> Answer:
            # Web processes verify webhooks without ever loading the SDK.
            from contactcenter.providers.telnyx import client

            return client.fetch_message(credentials, provider_message_id, timeouts)

        if not _ID.fullmatch(provider_message_id):
            return None  # it would become part of the path
        if refused := answers.unusable(self.name, *_needed(credentials)):
            raise ProviderUnavailable(refused.error)
        answer = answers.ask_once(self.name, get)
        body = answer.json_object()
        now = webhooks.report(mapping(body.get("data")))
        if answer.ok and now.provider_message_id:
            return now
        if answer.status == 404 and _said(body):
            return None
        raise ProviderUnavailable(answers.failure(self.name, answer.status, _said(body)))

    def verify(self, credentials: Credentials, webhook: RawWebhook, *, now: float) -> bool:
        try:
            return signature.check(
                credentials.public_key,
                webhook.body,
                timestamp=webhook.headers.get(signature.TIMESTAMP_HEADER, ""),
                signature=webhook.headers.get(signature.SIGNATURE_HEADER, ""),
                now=now,
            )
        except Exception:  # noqa: BLE001 - a webhook that breaks the check is not genuine
            return False

    def parse(self, webhook: RawWebhook) -> WebhookEvent:
        return webhooks.parse(webhook)

    def identify(self, webhook: RawWebhook) -> WebhookIdentity:
        return webhooks.identify(webhook)

    def media_request(self, credentials: Credentials, url: str) -> MediaRequest:
        # The links are signed or public; the API key has no business there.
        media.allowed(url, base_url=credentials.base_url, domains=_MEDIA_DOMAINS, buckets=_MEDIA_BUCKETS)
        return MediaRequest(url)

    def _read_sent(self, answer: Answer) -> SendOutcome:
        body = answer.json_object()
        now = webhooks.report(mapping(body.get("data")))
        if not (answer.ok and now.provider_message_id):
            return answers.judge_failure(self.name, answer, _said(body))
        return Accepted(
            provider_message_id=now.provider_message_id,
            status=now.status,
            raw_status=now.raw_status,
            segments=now.segments,
            sender=now.sender or None,
            cost=now.cost,
            currency=now.currency,
        )


def _needed(credentials: Credentials) -> tuple[str, ...]:
    return credentials.secret, credentials.base_url


def _said(body: Mapping[str, Any]) -> list[SaidError]:
    found = objects(body.get("errors"))
    return [SaidError(code, clean(one.get("title"))) for one in found if (code := code_of(one))]
