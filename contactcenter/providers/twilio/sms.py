"""Texts over Twilio. Source: the OpenAPI document of its API 2010-04-01, resource Message."""

from collections.abc import Mapping
from typing import Any

from contactcenter.providers import answer as answers
from contactcenter.providers import values
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
from contactcenter.providers.errors import ProviderUnavailable
from contactcenter.providers.text import clean
from contactcenter.providers.twilio import webhooks
from contactcenter.providers.twilio.account import CALLBACK_RETRIES, TwilioAccount, is_sid, needed, said
from contactcenter.providers.twilio.words import WORDS, failure_of


class TwilioSms(TwilioAccount, SmsProvider):
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

        if refused := answers.unusable(self.name, *needed(credentials)):
            return refused
        return answers.send_once(self.name, post, self._read_created)

    def fetch(self, credentials: Credentials, provider_message_id: str, timeouts: Timeouts) -> StatusReport | None:
        def get() -> Answer:
            # Web processes verify webhooks without ever loading the SDK.
            from contactcenter.providers.twilio import client

            return client.fetch_message(credentials, provider_message_id, timeouts)

        if not is_sid(provider_message_id):
            return None
        if refused := answers.unusable(self.name, *needed(credentials)):
            raise ProviderUnavailable(refused.error)
        return answers.look_up(self.name, get, _found, said)

    def parse(self, webhook: RawWebhook) -> WebhookEvent:
        return webhooks.parse(webhook)

    def identify(self, webhook: RawWebhook) -> WebhookIdentity:
        return webhooks.identify(webhook)

    def _read_created(self, answer: Answer) -> SendOutcome:
        body = answer.json_object()
        sid = clean(body.get("sid"))
        if not (answer.ok and sid):
            return answers.judge_failure(self.name, answer, said(body))
        now = report(body)
        return Accepted(
            provider_message_id=sid,
            status=now.status,
            raw_status=now.raw_status,
            segments=now.segments,
            sender=now.sender or None,
            cost=now.cost,
            currency=now.currency,
        )


def _found(body: Mapping[str, Any]) -> StatusReport | None:
    return report(body) if body.get("sid") else None


def report(body: Mapping[str, Any]) -> StatusReport:
    """The state in a message resource."""
    raw = clean(body.get("status"))
    word = WORDS.get(raw)
    code = values.whole(body.get("error_code"))
    return StatusReport(
        provider_message_id=clean(body.get("sid")),
        status=word.status if word else None,
        raw_status=raw,
        rank=word.rank if word else None,
        error=failure_of(raw, str(code or ""), clean(body.get("error_message"))),
        occurred_at=values.mail_moment(body.get("date_updated")),
        cost=values.money(body.get("price")),
        currency=values.currency(body.get("price_unit")),
        segments=values.segments(body.get("num_segments")),
        to=webhooks.split_channel(clean(body.get("to")))[1],
        sender=webhooks.split_channel(clean(body.get("from")))[1],
    )
