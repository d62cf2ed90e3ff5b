"""The simulator and our own adapters understand each other: answers, faults, signatures, bodies."""

from __future__ import annotations

import pytest

from contactcenter.providers import registry
from contactcenter.providers.base import (
    Accepted,
    Credentials,
    DeliveryStatus,
    InboundMessage,
    ProviderName,
    RawWebhook,
    Refused,
    SmsRequest,
    StatusEvent,
    Timeouts,
    Unknown,
)
from contactcenter.simulator.endings import ENDINGS
from contactcenter.simulator.outcomes import Answer
from contactcenter.simulator.scripts import is_taken

from .conftest import Hit, Stack, account_of

PREFIX = {"TWILIO": "+1202555", "TELNYX": "+42060123"}


def credentials(stack: Stack, provider: str) -> Credentials:
    account = account_of(provider)
    return Credentials(
        secret=account.secret,
        base_url=stack.url if provider == "TWILIO" else f"{stack.url}/v2",
        account_id=account.account_id,
        public_key=account.public_key,
        messaging_service_id=account.messaging_service_id,
    )


def send(stack: Stack, provider: str, to: str, total: float = 5) -> Accepted | Refused | Unknown:
    adapter = registry.get(ProviderName(provider))
    callback = f"{stack.receiver.url}/{provider.lower()}?m=attempt-1"
    request = SmsRequest(to, account_of(provider).numbers[0], "See you tomorrow 😀", callback)
    return adapter.send(credentials(stack, provider), adapter.wire_request(request), Timeouts(2, total))


def raw(stack: Stack, hit: Hit) -> RawWebhook:
    return RawWebhook(stack.receiver.url + hit.path, hit.body, hit.headers, hit.headers["content-type"])


@pytest.mark.parametrize("provider", ["TWILIO", "TELNYX"])
@pytest.mark.parametrize("ending", [ending for ending in ENDINGS if ending != "0004"])
def test_every_ending_gives_the_outcome_it_should(stack: Stack, provider: str, ending: str) -> None:
    row = ENDINGS[ending]
    outcome = row.twilio if provider == "TWILIO" else row.telnyx
    answered = send(stack, provider, PREFIX[provider] + ending, total=0.5 if ending == "0007" else 5)
    expected = {Answer.ACCEPT: Accepted, Answer.REFUSE: Refused}.get(outcome.answer, Unknown)
    assert type(answered) is expected
    rows = stack.truth(PREFIX[provider] + ending)
    assert [row["attempt"] for row in rows] == (["attempt-1"] if is_taken(outcome) else [])
    assert [row["received"] for row in rows] == ([1] if is_taken(outcome) else [])


@pytest.mark.parametrize("provider", ["TWILIO", "TELNYX"])
def test_too_many_requests_say_when_to_come_back(stack: Stack, provider: str) -> None:
    refused = send(stack, provider, PREFIX[provider] + "0004")
    assert isinstance(refused, Refused)
    assert refused.retry_after == 1


@pytest.mark.parametrize("provider", ["TWILIO", "TELNYX"])
def test_our_adapters_believe_and_read_the_webhooks(stack: Stack, provider: str) -> None:
    adapter, secrets = registry.get(ProviderName(provider)), credentials(stack, provider)
    to = PREFIX[provider] + "0017"
    accepted = send(stack, provider, to)
    assert isinstance(accepted, Accepted)
    hits = stack.receiver.wait_for(lambda hits: any(hit.is_inbound for hit in hits))
    webhooks = [raw(stack, hit) for hit in hits]
    now = float(hits[0].headers.get("telnyx-timestamp", "0"))
    assert all(adapter.verify(secrets, webhook, now=now) for webhook in webhooks)
    assert account_of(provider).numbers[0] in adapter.identify(webhooks[0]).numbers
    events = [adapter.parse(webhook) for webhook in webhooks]
    statuses = [event for event in events if isinstance(event, StatusEvent)]
    (inbound,) = [event for event in events if isinstance(event, InboundMessage)]
    assert len(statuses) == len(events) - 1
    assert {status.provider_message_id for status in statuses} == {accepted.provider_message_id}
    assert DeliveryStatus.DELIVERED in {status.status for status in statuses}
    assert (inbound.sender, inbound.to, len(inbound.media)) == (to, account_of(provider).numbers[:1], 1)
    report = adapter.fetch(secrets, accepted.provider_message_id, Timeouts(2, 5))
    assert report is not None
    assert report.status is DeliveryStatus.DELIVERED
    media = adapter.media_request(secrets, inbound.media[0].url)
    assert media.url == inbound.media[0].url
