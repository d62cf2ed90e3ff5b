"""Calls over Telnyx, by Call Control. Source: the OpenAPI document of its API v2, path /calls."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from contactcenter.providers import answer as answers
from contactcenter.providers import values
from contactcenter.providers.answer import Answer
from contactcenter.providers.base import Credentials, RawWebhook, Refused, Timeouts, WebhookIdentity
from contactcenter.providers.errors import ProviderUnavailable, describe
from contactcenter.providers.telnyx import call_commands, voice_webhooks
from contactcenter.providers.telnyx.account import TelnyxAccount, is_id, needed, said
from contactcenter.providers.text import clean
from contactcenter.providers.values import mapping
from contactcenter.providers.voice import (
    AnyVoiceEvent,
    CallReport,
    CallStep,
    CallWord,
    CommandOutcome,
    Dialled,
    DialOutcome,
    DialRequest,
    Done,
    VoiceProvider,
)

_UNKNOWN_CALL = "90015"
# The call is over, or nobody knows it any more: nothing is left to command.
_TOO_LATE = ("90018", _UNKNOWN_CALL)


class TelnyxVoice(TelnyxAccount, VoiceProvider):
    answers_with_document = False

    def dial_request(self, request: DialRequest) -> dict[str, Any]:
        fields = {
            "connection_id": request.connection_id,
            "to": request.to,
            "from": request.sender,
            "command_id": request.dial_id,
            "client_state": call_commands.state_of(request.dial_id),
            "webhook_url": request.callback_url,
            "timeout_secs": call_commands.ringing_seconds(request.seconds),
        }
        return {name: value for name, value in fields.items() if value} | call_commands.from_the_answer_on(
            request.steps
        )

    def dial(self, credentials: Credentials, wire: Mapping[str, Any], timeouts: Timeouts) -> DialOutcome:
        def post() -> Answer:
            # Web processes verify webhooks without ever loading the SDK.
            from contactcenter.providers.telnyx import client

            return client.dial(credentials, wire, timeouts)

        # The SDK needs a connection to build the request at all.
        connection = clean(wire.get("connection_id"))
        if refused := answers.unusable(self.name, *needed(credentials), connection):
            return refused
        return answers.send_once(self.name, post, self._read_dialled)

    def document(self, steps: Sequence[CallStep]) -> str:
        return ""

    def commands(self, step: CallStep) -> list[dict[str, Any]]:
        return call_commands.commands(step)

    def hang_up_request(self) -> dict[str, Any]:
        return dict(call_commands.HANG_UP)

    def answer_request(self) -> dict[str, Any] | None:
        return dict(call_commands.ANSWER)

    def command(
        self,
        credentials: Credentials,
        provider_call_id: str,
        wire: Mapping[str, Any],
        command_id: str,
        timeouts: Timeouts,
    ) -> CommandOutcome:
        def post() -> Answer:
            # Web processes verify webhooks without ever loading the SDK.
            from contactcenter.providers.telnyx import client

            return client.command_call(credentials, provider_call_id, wire, command_id, timeouts)

        if not is_id(provider_call_id):
            return Refused(describe(self.name, _UNKNOWN_CALL))
        if refused := answers.unusable(self.name, *needed(credentials)):
            return refused
        return answers.send_once(self.name, post, self._read_commanded)

    def fetch_call(self, credentials: Credentials, provider_call_id: str, timeouts: Timeouts) -> CallReport | None:
        def get() -> Answer:
            # Web processes verify webhooks without ever loading the SDK.
            from contactcenter.providers.telnyx import client

            return client.fetch_call(credentials, provider_call_id, timeouts)

        if not is_id(provider_call_id):
            return None
        if refused := answers.unusable(self.name, *needed(credentials)):
            raise ProviderUnavailable(refused.error)
        return answers.look_up(self.name, get, _report, said)

    def find_calls(
        self, credentials: Credentials, *, to: str, sender: str, since: datetime, timeouts: Timeouts
    ) -> list[CallReport] | None:
        # It lists the calls that are alive now, and neither number with them.
        return None

    def parse(self, webhook: RawWebhook) -> AnyVoiceEvent:
        return voice_webhooks.parse(webhook)

    def identify(self, webhook: RawWebhook) -> WebhookIdentity:
        return voice_webhooks.identify(webhook)

    def _read_dialled(self, answer: Answer) -> DialOutcome:
        body = answer.json_object()
        data = mapping(body.get("data"))
        call = clean(data.get("call_control_id"))
        if not (answer.ok and call):
            return answers.judge_failure(self.name, answer, said(body))
        return Dialled(
            provider_call_id=call,
            # The answer has no word for it: dialling has only begun.
            status=CallWord.QUEUED,
            raw_status="",
            leg_id=clean(data.get("call_leg_id")),
            session_id=clean(data.get("call_session_id")),
        )

    def _read_commanded(self, answer: Answer) -> CommandOutcome:
        body = answer.json_object()
        if answer.ok and clean(mapping(body.get("data")).get("result")):
            return Done()
        outcome = answers.judge_failure(self.name, answer, said(body))
        if isinstance(outcome, Refused) and (answer.status == 404 or outcome.error.code in _TOO_LATE):
            return Done(too_late=True)
        return outcome


def _report(body: Mapping[str, Any]) -> CallReport | None:
    """Only whether a call is over: as with a normal hang-up, earlier events know if it had been answered.

    A call that was dialled a moment ago is not alive either, and has no end.
    """
    data = mapping(body.get("data"))
    call = clean(data.get("call_control_id"))
    if not call:
        return None
    alive, ended_at = data.get("is_alive") is True, values.moment(data.get("end_time"))
    over = ended_at is not None and not alive
    return CallReport(
        provider_call_id=call,
        status=CallWord.COMPLETED if over else None,
        raw_status="ended" if over else "alive" if alive else "",
        started_at=values.moment(data.get("start_time")),
        ended_at=ended_at,
        duration=values.seconds(data.get("call_duration")),
    )
