"""All that can happen to a text, in any order: the machine of hypothesis against a carrier that remembers.

`MODEL_EXAMPLES=2000` in the environment searches longer than the suite has time for.
"""

import os
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck
from hypothesis import settings as profile
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule, run_state_machine_as_test

from contactcenter.core.ids import new_id
from contactcenter.providers import registry
from contactcenter.providers.base import Accepted, DeliveryStatus, ProviderName, Refused, StatusReport, Unknown
from contactcenter.providers.errors import RESET_OR_GARBAGE, describe
from sms import consent, delivery, sending, services, sweep
from sms.enums import FINAL, ConsentSource, ConsentState, MessageStatus
from sms.models import Attempt, Message
from tests.factories import Tenant

NUMBERS = ["+12025551001", "+12025551002"]
RESTING = FINAL | {MessageStatus.ACCEPTED, MessageStatus.SENT, MessageStatus.UNCERTAIN, MessageStatus.HELD}
WORDS = [
    DeliveryStatus.QUEUED,
    DeliveryStatus.SENT,
    DeliveryStatus.DELIVERED,
    DeliveryStatus.UNDELIVERED,
    DeliveryStatus.FAILED,
    DeliveryStatus.READ,
]


class Killed(BaseException):
    """The process ended here: nobody catches it, nothing after it happens."""


@dataclass
class FakeCarrier:
    """Stands at the wire: takes texts as it is told to, and remembers every one that it took."""

    real: Any
    name: ProviderName = ProviderName.TWILIO
    plan: str = "accept"
    meanwhile: Callable[[], None] = lambda: None
    taken: list[tuple[str, str, str]] = field(default_factory=list)  # (body, attempt, our id for it)
    dialled: list[str] = field(default_factory=list)  # the numbers

    def wire_request(self, request: Any) -> dict[str, Any]:
        return dict(self.real.wire_request(request))

    def send(self, _credentials: Any, wire: Mapping[str, Any], _timeouts: Any) -> Any:
        self.dialled.append(wire["To"])
        if self.plan == "die before":
            raise Killed
        if self.plan == "refuse for good":
            return Refused(describe(self.name, 21211, http_status=400))
        if self.plan == "refuse for now":
            return Refused(describe(self.name, 20429, http_status=429), retry_after=1)
        if self.plan == "lose the request":
            return Unknown(describe(self.name, RESET_OR_GARBAGE, certain=False))
        if self.plan == "be slow":
            self.meanwhile()
        provider_id = f"SM{new_id().hex}"
        attempt = parse_qs(urlsplit(wire["StatusCallback"]).query)["m"][0]
        self.taken.append((wire["Body"], attempt, provider_id))
        if self.plan == "die after":
            raise Killed
        if self.plan == "lose the answer":
            return Unknown(describe(self.name, RESET_OR_GARBAGE, certain=False))
        return Accepted(provider_id, DeliveryStatus.QUEUED, "queued")


PLANS = st.sampled_from(
    [
        *("accept", "refuse for good", "refuse for now", "lose the request", "lose the answer", "be slow"),
        *("die before", "die after"),
    ]
)


def machine_of(tenant: Tenant, carrier: FakeCarrier) -> type[RuleBasedStateMachine]:
    """The machine for one organization; every example leaves nothing behind."""

    class Texts(RuleBasedStateMachine):
        texts = Bundle("texts")
        claims = Bundle("claims")

        def __init__(self) -> None:
            super().__init__()
            self.start = transaction.savepoint()
            carrier.taken, carrier.dialled, carrier.plan, carrier.meanwhile = [], [], "accept", self.leases_end
            self.ranks: dict[Any, int] = {}
            self.opted_out: set[str] = set()
            self.reported_failed: set[str] = set()

        def teardown(self) -> None:
            try:
                self.everything_comes_to_rest()
            finally:
                transaction.savepoint_rollback(self.start)

        # --- What people and programs do --------------------------------------------------------------------
        @rule(target=texts, to=st.sampled_from(NUMBERS), later=st.booleans())
        def send(self, to: str, later: bool) -> Any:
            text = services.OutgoingText(
                to_number=to,
                body=f"text {len(self.ranks)}",
                idempotency_key=f"key {len(self.ranks)}",
                send_at=timezone.now() + timedelta(hours=1) if later else None,
            )
            try:
                message = services.send_message(org=tenant.org, actor=tenant.agent, text=text)
            except services.ContactOptedOut:
                assert to in self.opted_out
                return None
            assert to not in self.opted_out
            self.ranks[message.pk] = 0
            return message.pk, text

        @rule(sent=texts)
        def send_with_the_same_key(self, sent: Any) -> None:
            if sent is not None:
                again = services.send_message(org=tenant.org, actor=tenant.agent, text=sent[1])
                assert again.pk == sent[0]

        @rule(sent=texts)
        def cancel(self, sent: Any) -> None:
            if sent is None:
                return
            message = Message.all_orgs.get(pk=sent[0])
            try:
                services.cancel_message(org=tenant.org, actor=tenant.agent, message=message)
            except services.UnableToCancel:
                assert message.status not in (MessageStatus.SCHEDULED, MessageStatus.QUEUED)

        @rule(to=st.sampled_from(NUMBERS), word=st.sampled_from(["STOP", "START"]))
        def write_to_us(self, to: str, word: str) -> None:
            state = ConsentState.OPTED_OUT if word == "STOP" else ConsentState.OPTED_IN
            consent.write(
                org_id=tenant.org.pk,
                address=to,
                state=state,
                source=ConsentSource.KEYWORD,
                message=None,
                now=timezone.now(),
            )
            (self.opted_out.add if word == "STOP" else self.opted_out.discard)(to)

        # --- What senders do, up to dying at any moment ------------------------------------------------------
        @rule(target=claims)
        def claim(self) -> Any:
            """Whoever never comes back to it died right after the claim."""
            return sending.claim(1)

        @rule(claimed=consumes(claims), plan=PLANS)
        def send_claimed(self, claimed: list[sending.Claim], plan: str) -> None:
            """Also long after the lease: then it is a process that was frozen meanwhile."""
            carrier.plan, before = plan, len(carrier.dialled)
            for one in claimed:
                row = Message.all_orgs.get(pk=one.message_id)
                lease_is_over = row.lease_token != one.token or row.lease_until < timezone.now()
                late = replace(one, taken=one.taken - 2 * django_settings.SENDER_LEASE_SECONDS)
                with suppress(Killed):
                    sending.send_claimed(late if lease_is_over else one)
                assert not (lease_is_over and len(carrier.dialled) > before), "dialled without a lease"
            assert not self.opted_out & set(carrier.dialled[before:]), "dialled after STOP"

        # --- What time does ----------------------------------------------------------------------------------
        @rule()
        def leases_end(self) -> None:
            past = timezone.now() - timedelta(hours=2)
            Message.all_orgs.filter(lease_until__isnull=False).update(lease_until=past)
            sweep.sweep()

        @rule()
        def time_passes(self) -> None:
            past = timezone.now() - timedelta(hours=2)
            Message.all_orgs.filter(next_attempt_at__isnull=False).update(next_attempt_at=past)
            Message.all_orgs.filter(status=MessageStatus.SCHEDULED).update(send_at=past)
            sweep.sweep()

        @rule()
        def doubts_grow_old(self) -> None:
            Message.all_orgs.filter(uncertain_at__isnull=False).update(uncertain_at=timezone.now() - timedelta(days=9))
            sweep.sweep()

        # --- What the carrier reports, in any order and any number -------------------------------------------
        @rule(data=st.data(), words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=4))
        def report(self, data: st.DataObject, words: list[DeliveryStatus]) -> None:
            if not carrier.taken:
                return
            body, attempt, provider_id = data.draw(st.sampled_from(carrier.taken))
            for word in words:
                if word in (DeliveryStatus.FAILED, DeliveryStatus.UNDELIVERED):
                    self.reported_failed.add(body)
                with transaction.atomic():
                    found = Attempt.all_orgs.select_for_update().get(pk=attempt)
                    delivery.apply(found, StatusReport(provider_id, word, word.value))
                self.ranks_never_fall_and_somebody_moves_each_text_on()

        # --- What must hold at any time ----------------------------------------------------------------------
        @invariant()
        def nothing_is_taken_twice(self) -> None:
            assert [body for body, times in Counter(body for body, _, _ in carrier.taken).items() if times > 1] == []

        @invariant()
        def ranks_never_fall_and_somebody_moves_each_text_on(self) -> None:
            taken = {body for body, _, _ in carrier.taken}
            for message in Message.all_orgs.filter(pk__in=self.ranks):
                assert message.rank >= self.ranks[message.pk], f"{message.status} after rank {self.ranks[message.pk]}"
                self.ranks[message.pk] = message.rank
                assert is_cared_for(message), f"nobody moves a text that is {message.status}"
                if message.status == MessageStatus.FAILED:
                    assert message.body not in taken - self.reported_failed, "called failed although it was taken"

        def everything_comes_to_rest(self) -> None:
            """Whatever has happened: when nothing dies any more, every text ends where a person can read it."""
            carrier.plan = "accept"
            # One text of a conversation goes after the other.
            for _ in range(2 + len(self.ranks)):
                self.leases_end()
                self.time_passes()
                for claimed in sending.claim(100):
                    sending.send_claimed(claimed)
            self.nothing_is_taken_twice()
            self.ranks_never_fall_and_somebody_moves_each_text_on()
            assert set(Message.all_orgs.filter(pk__in=self.ranks).values_list("status", flat=True)) <= RESTING

    return Texts


def is_cared_for(message: Message) -> bool:
    """Whether the text is at rest, or has what the sweep, a sender or the reaper looks for."""
    match message.status:
        case MessageStatus.SCHEDULED:
            return message.send_at is not None
        case MessageStatus.QUEUED:
            return message.next_attempt_at is not None
        case MessageStatus.CLAIMED | MessageStatus.SENDING:
            return message.lease_until is not None
        case MessageStatus.UNCERTAIN:
            return message.uncertain_at is not None
    return message.status in RESTING


@pytest.mark.django_db
def test_whatever_happens_no_text_goes_twice_or_is_forgotten(aurora: Tenant, borealis: Tenant, monkeypatch, settings):
    settings.SMS_RATE_LIMIT = settings.SMS_DAILY_LIMIT = 100_000
    carrier = FakeCarrier(registry.get(ProviderName.TWILIO))
    monkeypatch.setattr(registry, "get", lambda _name: carrier)
    monkeypatch.setattr(sending, "_RECORD_PAUSES", ())
    run_state_machine_as_test(
        machine_of(aurora, carrier),
        settings=profile(
            max_examples=int(os.environ.get("MODEL_EXAMPLES", "25")),
            stateful_step_count=25,
            deadline=None,
            derandomize="MODEL_EXAMPLES" not in os.environ,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
