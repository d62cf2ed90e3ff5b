"""Texts over Twilio. Source: the OpenAPI document of its API 2010-04-01, resource Message."""

import re
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from contactcenter.providers import answer as answers
from contactcenter.providers import media, values
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
from contactcenter.providers.errors import ProviderUnavailable
from contactcenter.providers.text import clean
from contactcenter.providers.twilio import signature, webhooks
from contactcenter.providers.twilio.words import WORDS, failure_of

# Asks Twilio to repeat a callback three times on any failure; the default is once, and only when it cannot
# connect. A fragment is not part of the signed URL.
CALLBACK_RETRIES = "#rc=3&rp=all"
_SID = re.compile(r"[A-Za-z0-9]{2,64}")
_MEDIA_DOMAINS = ("twilio.com", "twiliocdn.com")
_MEDIA_BUCKETS = ("s3-external-1.amazonaws.com/media.twiliocdn.com/", "s3.amazonaws.com/media.twiliocdn.com/")


class TwilioSms(SmsProvider):
    name = ProviderName.TWILIO

    def warm_up(self) -> None:
        from contactcenter.providers.twilio import client  # noqa: F401 - 0.3 s of imports

    def wire_request(self, request: SmsRequest) -> dict[str, Any]:
        channel, _ = webhooks.split_channel(request.to)
        sender = request.sender
        if channel != "sms" and sender and ":" not in sender:
            # Both addresses carry the channel, or Twilio refuses the pair.
            sender = f"{channel}:{sender}"
        fields = {
            "To": request.to,
            "From": sender,
            "MessagingServiceSid": request.messaging_service_id,
            "Body": request.body,
            "MediaUrl": list(request.media_urls),
            "StatusCallback": request.callback_url and request.callback_url + CALLBACK_RETRIES,
        }
        return {name: value for name, value in fields.items() if value}

    def send(self, credentials: Credentials, wire: Mapping[str, Any], timeouts: Timeouts) -> SendOutcome:
        def post() -> Answer:
            # Web processes verify webhooks without ever loading the SDK.
            from contactcenter.providers.twilio import client

            return client.create_message(credentials, wire, timeouts)

        refused = answers.unusable(self.name, *_needed(credentials))
        return refused or answers.send_once(self.name, post, self._read_created)

    def fetch(self, credentials: Credentials, provider_message_id: str, timeouts: Timeouts) -> StatusReport | None:
        def get() -> Answer:
            # Web processes verify webhooks without ever loading the SDK.
            from contactcenter.providers.twilio import client

            return client.fetch_message(credentials, provider_message_id, timeouts)

        if not _SID.fullmatch(provider_message_id):
            return None  # it would become part of the path
        if refused := answers.unusable(self.name, *_needed(credentials)):
            raise ProviderUnavailable(refused.error)
        answer = answers.ask_once(self.name, get)
        body = answer.json_object()
        if answer.ok and body.get("sid"):
            return _report(body)
        if answer.status == 404 and _said(body):
            return None
        raise ProviderUnavailable(answers.failure(self.name, answer.status, _said(body)))

    def verify(self, credentials: Credentials, webhook: RawWebhook, *, now: float) -> bool:
        try:
            given = webhook.headers.get(signature.HEADER, "")
            if not given or not signature.is_form(webhook.content_type):
                return False
            tokens = (credentials.secret, credentials.next_secret)
            form = signature.read_form(webhook.body)
            return signature.is_genuine(tokens, webhook.path_url, form, given)
        except Exception:  # noqa: BLE001 - a webhook that breaks the check is not genuine
            return False

    def parse(self, webhook: RawWebhook) -> WebhookEvent:
        return webhooks.parse(webhook)

    def identify(self, webhook: RawWebhook) -> WebhookIdentity:
        return webhooks.identify(webhook)

    def media_request(self, credentials: Credentials, url: str) -> MediaRequest:
        parts = media.allowed(url, base_url=credentials.base_url, domains=_MEDIA_DOMAINS, buckets=_MEDIA_BUCKETS)
        # Only the API itself asks for a password; it redirects to signed addresses of a storage host.
        own = media.same_origin(parts, urlsplit(credentials.base_url))
        return MediaRequest(url, (credentials.account_id, credentials.secret) if own else None)

    def _read_created(self, answer: Answer) -> SendOutcome:
        body = answer.json_object()
        sid = clean(body.get("sid"))
        if not (answer.ok and sid):
            return answers.judge_failure(self.name, answer, _said(body))
        report = _report(body)
        return Accepted(
            provider_message_id=sid,
            status=report.status,
            raw_status=report.raw_status,
            segments=report.segments,
            sender=report.sender or None,
            cost=report.cost,
            currency=report.currency,
        )


def _needed(credentials: Credentials) -> tuple[str, ...]:
    return credentials.account_id, credentials.secret, credentials.base_url


def _said(body: Mapping[str, Any]) -> list[SaidError]:
    code = values.whole(body.get("code"))
    return [] if code is None else [SaidError(str(code), clean(body.get("message")))]


def _report(body: Mapping[str, Any]) -> StatusReport:
    raw = clean(body.get("status"))
    word = WORDS.get(raw)
    code = values.whole(body.get("error_code"))
    return StatusReport(
        provider_message_id=clean(body.get("sid")),
        status=word.status if word else None,
        raw_status=raw,
        rank=word.rank if word else None,
        error=failure_of(raw, str(code or ""), clean(body.get("error_message"))),
        occurred_at=_moment(body.get("date_updated")),
        cost=values.money(body.get("price")),
        currency=values.currency(body.get("price_unit")),
        segments=values.segments(body.get("num_segments")),
        to=webhooks.split_channel(clean(body.get("to")))[1],
        sender=webhooks.split_channel(clean(body.get("from")))[1],
    )


def _moment(value: Any) -> datetime | None:
    try:
        return parsedate_to_datetime(value) if isinstance(value, str) else None
    except ValueError:
        return None
