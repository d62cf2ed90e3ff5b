"""The reports of a provider that led a demo call to its end, in the provider's own words."""

from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from uuid import NAMESPACE_URL, uuid5

from calls.demo.rows import Rows
from calls.enums import CallDirection, CallStatus
from calls.models import Call, CallEvent
from contactcenter.core.ids import id_at
from contactcenter.core.models import Provider
from contactcenter.providers.voice import CallStatusEvent, CostEvent, InboundCall, Leg, VoiceEvent

# Twilio's word and Telnyx's cause of a hang-up.
_ENDS = {
    CallStatus.COMPLETED: ("completed", "normal_clearing"),
    CallStatus.NO_ANSWER: ("no-answer", "timeout"),
    CallStatus.BUSY: ("busy", "user_busy"),
    CallStatus.FAILED: ("failed", "call_rejected"),
    CallStatus.CANCELED: ("canceled", "originator_cancel"),
}
_PER_MINUTE = Decimal("0.0070")


class Reports:
    """Writes the reports about one call, in their order."""

    def __init__(self, call: Call, rows: Rows) -> None:
        self.call = call
        self.rows = rows
        self.is_twilio = call.provider == Provider.TWILIO
        self.number = 0

    def came_in(self) -> None:
        """It rings at a number of ours."""
        word = "ringing" if self.is_twilio else "call.initiated"
        self._add(InboundCall, word, None, self.call.started_at)

    def went_out(self) -> None:
        """The provider has dialled. Telnyx reports no ringing."""
        at = self.call.started_at + timedelta(milliseconds=700)
        self._add(CallStatusEvent, "initiated" if self.is_twilio else "call.initiated", CallStatus.QUEUED, at)
        if self.is_twilio:
            ringing_at = at + timedelta(seconds=1)
            self._add(CallStatusEvent, "ringing", CallStatus.RINGING, ringing_at, moved=True)

    def customer_answered(self, at: datetime) -> None:
        """The customer took a call of ours."""
        word = "in-progress" if self.is_twilio else "call.answered"
        self._add(CallStatusEvent, word, CallStatus.IN_PROGRESS, at, moved=True)

    def agent_answered(self, at: datetime) -> None:
        """The agent took the phone: both hear each other."""
        word = "in-progress" if self.is_twilio else "call.answered"
        self._add(CallStatusEvent, word, CallStatus.IN_PROGRESS, at, moved=True, leg=Leg.AGENT)

    def ended(self, end: CallStatus) -> None:
        """The call is over; Telnyx tells what a minute of talking costs."""
        at = self.call.ended_at or self.call.started_at
        twilio, telnyx = _ENDS[end]
        # Whom a machine answered hung up like everybody who talked.
        is_machine = end == CallStatus.NO_ANSWER and self.call.direction == CallDirection.INBOUND
        word = twilio if self.is_twilio else ("normal_clearing" if is_machine else telnyx)
        self._add(CallStatusEvent, word, end, at, moved=True)
        if not self.is_twilio and self.call.answered_at is not None:
            self._price(at + timedelta(seconds=3))

    def _price(self, at: datetime) -> None:
        minutes = -(-(self.call.duration or 0) // 60)
        self.call.cost, self.call.cost_currency = _PER_MINUTE * minutes, "USD"
        self._add(CostEvent, "call.cost", None, at)

    def _add(
        self,
        kind: type[VoiceEvent],
        word: str,
        status: CallStatus | None,
        at: datetime,
        *,
        moved: bool = False,
        leg: Leg = Leg.CUSTOMER,
    ) -> None:
        call, key = self.call, f"{self.call.pk}:{word}:{leg}"
        is_counted = self.is_twilio and call.direction == CallDirection.OUTBOUND
        event = CallEvent(
            id=id_at(at, f"event {key}"),
            organization=call.organization,
            account=call.account,
            provider=call.provider,
            event_key=self._twilio_key(word, leg) if self.is_twilio else f"event:{uuid5(NAMESPACE_URL, key)}",
            call=call,
            leg=leg.value,
            kind=kind.__name__,
            raw_status=word,
            status=status or "",
            sequence=self.number if is_counted else None,
            changed_status=moved,
            occurred_at=at,
        )
        self.rows.events.append(event)
        self.number += 1
        if moved:
            call.last_event_at = at
            call.last_sequence = event.sequence

    def _twilio_key(self, word: str, leg: Leg) -> str:
        call = self.call
        if leg is Leg.AGENT:
            return f"call:CA{sha256(f'agent of {call.provider_call_id}'.encode()).hexdigest()[:32]}:2"
        if call.direction == CallDirection.INBOUND and word == "ringing":
            return f"inbound-call:{call.provider_call_id}"
        return f"call:{call.provider_call_id}:{self.number}"
