"""Calls over Twilio. Source: the OpenAPI document of its API 2010-04-01, resource Call."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from contactcenter.providers import answer as answers
from contactcenter.providers import values
from contactcenter.providers.answer import Answer
from contactcenter.providers.base import Credentials, RawWebhook, Refused, Timeouts, WebhookIdentity
from contactcenter.providers.errors import InstructionsTooLong, ProviderUnavailable, describe
from contactcenter.providers.text import clean
from contactcenter.providers.twilio import twiml, voice_webhooks
from contactcenter.providers.twilio.account import TwilioAccount, is_sid, needed, said
from contactcenter.providers.twilio.call_words import CALL_WORDS
from contactcenter.providers.values import objects
from contactcenter.providers.voice import (
    AnyVoiceEvent,
    CallReport,
    CallStep,
    CommandOutcome,
    Dialled,
    DialOutcome,
    DialRequest,
    Done,
    VoiceProvider,
)

_LONGEST_TWIML = 4000
_EVENTS = ("initiated", "ringing", "answered", "completed")
_NOT_FOUND = "20404"
# The call is in no state for the command, or nobody knows it any more: nothing is left to command.
_TOO_LATE = ("21220", _NOT_FOUND)
# The newest calls between two numbers since a dial began a moment ago: there are one or two.
_PAGE = 50


class TwilioVoice(TwilioAccount, VoiceProvider):
    answers_with_document = True

    def dial_request(self, request: DialRequest) -> dict[str, Any]:
        instructions = self.document(request.steps)
        if len(instructions) > _LONGEST_TWIML:
            raise InstructionsTooLong(f"Twilio takes {_LONGEST_TWIML} characters with a call")
        fields = {
            "To": request.to,
            "From": request.sender,
            "Twiml": instructions,
            "StatusCallback": twiml.callback(request.callback_url),
            "StatusCallbackEvent": list(_EVENTS),
            "StatusCallbackMethod": "POST",
            "Timeout": twiml.ringing_seconds(request.seconds),
        }
        return {name: value for name, value in fields.items() if value}

    def dial(self, credentials: Credentials, wire: Mapping[str, Any], timeouts: Timeouts) -> DialOutcome:
        def post() -> Answer:
            # Web processes verify webhooks without ever loading the SDK.
            from contactcenter.providers.twilio import client

            return client.create_call(credentials, wire, timeouts)

        if refused := answers.unusable(self.name, *needed(credentials)):
            return refused
        return answers.send_once(self.name, post, self._read_dialled)

    def document(self, steps: Sequence[CallStep]) -> str:
        return twiml.document(steps)

    def commands(self, step: CallStep) -> list[dict[str, Any]]:
        return []

    def hang_up_request(self) -> dict[str, Any]:
        # "canceled" would end a ringing call only; this ends it in every state.
        return {"Status": "completed"}

    def answer_request(self) -> dict[str, Any] | None:
        return None

    def command(
        self,
        credentials: Credentials,
        provider_call_id: str,
        wire: Mapping[str, Any],
        command_id: str,
        timeouts: Timeouts,
    ) -> CommandOutcome:
        """`command_id` is not sent, Twilio has no such thing: a second hang-up finds the call over."""

        def post() -> Answer:
            # Web processes verify webhooks without ever loading the SDK.
            from contactcenter.providers.twilio import client

            return client.update_call(credentials, provider_call_id, wire, timeouts)

        if not is_sid(provider_call_id):
            return Refused(describe(self.name, _NOT_FOUND))
        if refused := answers.unusable(self.name, *needed(credentials)):
            return refused
        return answers.send_once(self.name, post, self._read_commanded)

    def fetch_call(self, credentials: Credentials, provider_call_id: str, timeouts: Timeouts) -> CallReport | None:
        def get() -> Answer:
            # Web processes verify webhooks without ever loading the SDK.
            from contactcenter.providers.twilio import client

            return client.fetch_call(credentials, provider_call_id, timeouts)

        if not is_sid(provider_call_id):
            return None
        if refused := answers.unusable(self.name, *needed(credentials)):
            raise ProviderUnavailable(refused.error)
        return answers.look_up(self.name, get, _report, said)

    def find_calls(
        self, credentials: Credentials, *, to: str, sender: str, since: datetime, timeouts: Timeouts
    ) -> list[CallReport] | None:
        def get() -> Answer:
            # Web processes verify webhooks without ever loading the SDK.
            from contactcenter.providers.twilio import client

            return client.list_calls(credentials, to=to, sender=sender, since=since, most=_PAGE, timeouts=timeouts)

        if refused := answers.unusable(self.name, *needed(credentials)):
            raise ProviderUnavailable(refused.error)
        answer = answers.ask_once(self.name, get)
        body = answer.json_object()
        if answer.ok and isinstance(body.get("calls"), list):
            return _reports(body, since)
        raise ProviderUnavailable(answers.failure(self.name, answer.status, said(body)))

    def parse(self, webhook: RawWebhook) -> AnyVoiceEvent:
        return voice_webhooks.parse(webhook)

    def identify(self, webhook: RawWebhook) -> WebhookIdentity:
        return voice_webhooks.identify(webhook)

    def _read_dialled(self, answer: Answer) -> DialOutcome:
        body = answer.json_object()
        report = _report(body) if answer.ok else None
        if report is None:
            return answers.judge_failure(self.name, answer, said(body))
        return Dialled(report.provider_call_id, report.status, report.raw_status)

    def _read_commanded(self, answer: Answer) -> CommandOutcome:
        body = answer.json_object()
        if answer.ok and clean(body.get("sid")):
            return Done()
        outcome = answers.judge_failure(self.name, answer, said(body))
        if isinstance(outcome, Refused) and outcome.error.code in _TOO_LATE:
            return Done(too_late=True)
        return outcome


def _report(body: Mapping[str, Any]) -> CallReport | None:
    sid, raw = clean(body.get("sid")), clean(body.get("status"))
    if not sid:
        return None
    return CallReport(
        provider_call_id=sid,
        status=CALL_WORDS.get(raw),
        raw_status=raw,
        started_at=values.mail_moment(body.get("start_time")),
        ended_at=values.mail_moment(body.get("end_time")),
        duration=values.seconds(body.get("duration")),
        cost=values.money(body.get("price")),
        currency=values.currency(body.get("price_unit")),
    )


def _reports(body: Mapping[str, Any], since: datetime) -> list[CallReport]:
    """The calls of a list that did not begin before `since`; one that waits in the queue has not begun yet."""
    earliest = since.replace(microsecond=0)  # Twilio's clock has whole seconds
    begun = (
        (values.mail_moment(one.get("start_time")) or values.mail_moment(one.get("date_created")), _report(one))
        for one in objects(body.get("calls"))
    )
    return [report for moment, report in begun if report and (moment is None or moment >= earliest)]
