"""Reading the carriers' webhooks: real bodies, unknown words, and rubbish."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.providers import registry
from contactcenter.providers.base import (
    DeliveryStatus,
    InboundMedia,
    InboundMessage,
    OptOut,
    OtherEvent,
    RawWebhook,
    SmsProvider,
    StatusEvent,
    WebhookIdentity,
)
from contactcenter.providers.errors import MalformedWebhook, Taxonomy
from contactcenter.providers.telnyx.words import WORDS as TELNYX_WORDS
from contactcenter.providers.twilio.words import WORDS as TWILIO_WORDS
from tests.providers.conftest import FORM, URL, sample

SID = "SM" + "1" * 32
ACCOUNT = "AC" + "a" * 32
SERVICE = "MG" + "3" * 32


def _form(body: bytes, content_type: str = FORM) -> RawWebhook:
    return RawWebhook(URL, body, {}, content_type)


def _twilio_sample(name: str) -> RawWebhook:
    return _form(sample(f"twilio/webhooks/{name}.form"))


def _json(document: object) -> RawWebhook:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return RawWebhook("https://cc.example.com/hooks/telnyx/sms", body, {}, "application/json")


def _telnyx_sample(name: str, **payload: Any) -> RawWebhook:
    document = json.loads(sample(f"telnyx/{name}.json"))
    document["data"]["payload"].update(payload)
    return _json(document)


@pytest.mark.parametrize(
    ("name", "status", "rank", "code"),
    [
        ("queued", DeliveryStatus.QUEUED, 1, None),
        ("sending", DeliveryStatus.SENDING, 2, None),
        ("sent", DeliveryStatus.SENT, 3, None),
        ("delivered", DeliveryStatus.DELIVERED, 4, None),
        ("canceled", DeliveryStatus.CANCELED, 4, None),
        ("read", DeliveryStatus.READ, 5, None),
        ("undelivered_30005", DeliveryStatus.UNDELIVERED, 4, "30005"),
        ("failed_30034", DeliveryStatus.FAILED, 4, "30034"),
    ],
)
def test_twilio_statuses(twilio: SmsProvider, name: str, status: DeliveryStatus, rank: int, code: str | None) -> None:
    event = twilio.parse(_twilio_sample(f"sms_status_{name}"))

    assert isinstance(event, StatusEvent)
    word = name.partition("_")[0]
    assert (event.status, event.rank, event.raw_status) == (status, rank, word)
    assert (event.provider_message_id, event.dedupe_key) == (SID, f"status:{SID}:{word}")
    assert (event.error.code if event.error else None) == code
    assert (event.sender, event.to) == ("+15017122661", "+15558675310")
    assert (event.cost, event.segments, event.occurred_at, event.unconfirmed) == (None, None, None, False)


def test_a_failure_without_a_code_still_has_an_error(twilio: SmsProvider, telnyx: SmsProvider) -> None:
    ours = twilio.parse(_form(b"MessageSid=SM1&MessageStatus=failed"))
    theirs = telnyx.parse(_telnyx_sample("message.finalized", to=[{"status": "delivery_failed"}]))
    for event, word in ((ours, "failed"), (theirs, "delivery_failed")):
        assert isinstance(event, StatusEvent)
        assert event.error is not None
        assert (event.error.code, event.error.taxonomy) == (word, Taxonomy.FINAL_FAILURE)
        assert not event.error.facts.may_fail_over


def test_an_ambiguous_report_is_shown_as_an_unknown_outcome(twilio: SmsProvider) -> None:
    event = twilio.parse(_form(b"MessageSid=SM1&MessageStatus=undelivered&ErrorCode=30008"))
    assert isinstance(event, StatusEvent)
    assert event.error is not None
    assert event.error.taxonomy is Taxonomy.UNKNOWN_OUTCOME
    assert not event.error.facts.may_fail_over


def test_an_unknown_word_stays_raw(twilio: SmsProvider, telnyx: SmsProvider) -> None:
    ours = twilio.parse(_form(b"MessageSid=SM1&MessageStatus=teleported&ErrorCode=99999"))
    theirs = telnyx.parse(_telnyx_sample("message.finalized", to=[{"status": "teleported"}]))
    for event in (ours, theirs):
        assert isinstance(event, StatusEvent)
        assert (event.status, event.rank, event.raw_status) == (None, None, "teleported")
    assert isinstance(ours, StatusEvent)
    assert ours.error is not None
    assert (ours.error.code, ours.error.taxonomy) == ("99999", Taxonomy.FINAL_FAILURE)


def test_telnyx_statuses(telnyx: SmsProvider) -> None:
    event = telnyx.parse(_telnyx_sample("message.finalized"))

    assert event == StatusEvent(
        provider_message_id="ac012cbf-5e09-46af-a69a-7c0e2d90993c",
        status=DeliveryStatus.DELIVERED,
        raw_status="delivered",
        rank=4,
        occurred_at=datetime(2024, 1, 15, 21, 32, 14, 148000, UTC),
        cost=Decimal("0.0051"),
        currency="USD",
        segments=1,
        to="+13125550002",
        sender="+13125550001",
        dedupe_key="event:4ee8c3a6-4995-4309-a3c6-38e3db9ea4be",
    )
    sent = telnyx.parse(_telnyx_sample("message.sent"))
    assert isinstance(sent, StatusEvent)
    assert (sent.status, sent.rank) == (DeliveryStatus.SENT, 3)


def test_no_report_from_the_carrier_is_an_end_without_proof(telnyx: SmsProvider) -> None:
    event = telnyx.parse(_telnyx_sample("message.finalized", to=[{"status": "delivery_unconfirmed"}]))
    assert isinstance(event, StatusEvent)
    assert (event.status, event.rank, event.unconfirmed) == (DeliveryStatus.SENT, 4, True)
    assert event.error is None


def test_of_several_telnyx_errors_the_opt_out_counts(telnyx: SmsProvider) -> None:
    errors = [{"code": "99999"}, {"code": 40008}, {"code": "40300", "title": "x"}, "rubbish"]
    event = telnyx.parse(_telnyx_sample("message.finalized", to=[{"status": "sending_failed"}], errors=errors))
    assert isinstance(event, StatusEvent)
    assert event.error is not None
    assert (event.error.code, event.error.taxonomy) == ("40300", Taxonomy.OPTED_OUT)


def test_every_word_of_the_vendors_has_a_meaning() -> None:
    """The enums of their API documents, less the words of inbound messages."""
    assert set(TWILIO_WORDS) == {
        *("queued", "sending", "sent", "failed", "delivered", "undelivered"),
        *("accepted", "scheduled", "read", "partially_delivered", "canceled"),
    }
    assert set(TELNYX_WORDS) == {
        *("queued", "sending", "sent", "delivered", "sending_failed", "delivery_failed"),
        *("delivery_unconfirmed", "scheduled"),
    }


def test_a_twilio_text(twilio: SmsProvider) -> None:
    assert twilio.parse(_twilio_sample("inbound_sms_unicode_emptyish")) == InboundMessage(
        provider_message_id=SID,
        sender="+15558675310",
        to=("+15017122661",),
        body="  Děkuji 😀 ",
        dedupe_key=f"inbound:{SID}",
        segments=1,
    )


def test_a_twilio_mms(twilio: SmsProvider) -> None:
    event = twilio.parse(_twilio_sample("inbound_mms"))
    assert isinstance(event, InboundMessage)
    base = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages/MM{'2' * 32}/Media/"
    assert (event.body, event.media) == (
        "",
        (
            InboundMedia(f"{base}ME{'9' * 32}", "image/jpeg"),
            InboundMedia(f"{base}ME{'0' * 32}", "text/vcard"),
        ),
    )


def test_whatsapp_is_a_channel_not_part_of_the_number(twilio: SmsProvider) -> None:
    event = twilio.parse(_twilio_sample("inbound_whatsapp"))
    assert isinstance(event, InboundMessage)
    assert (event.channel, event.sender, event.to) == ("whatsapp", "+15558675310", ("+14155238886",))
    assert twilio.identify(_twilio_sample("inbound_whatsapp")).numbers == ("+14155238886",)


def test_opt_out_flags(twilio: SmsProvider, telnyx: SmsProvider) -> None:
    flags = [
        twilio.parse(_twilio_sample("inbound_stop_advanced_optout")),
        twilio.parse(_twilio_sample("inbound_stop_default")),
        telnyx.parse(_telnyx_sample("message.received", autoresponse_type="STOP")),
        telnyx.parse(_telnyx_sample("message.received", autoresponse_type="start")),
        telnyx.parse(_telnyx_sample("message.received", autoresponse_type="NOVELTY")),
        telnyx.parse(_telnyx_sample("message.received", autoresponse_type=None)),
    ]
    assert [one.opt_out for one in flags if isinstance(one, InboundMessage)] == [
        OptOut.STOP,
        None,
        OptOut.STOP,
        OptOut.START,
        None,
        None,
    ]


def test_a_telnyx_text_to_several(telnyx: SmsProvider) -> None:
    event = telnyx.parse(
        _telnyx_sample(
            "message.received",
            to=[{"phone_number": "+17735550002"}, {"phone_number": "+17735550003"}, {"phone_number": None}],
            media=[{"url": "https://media.telnyx.com/a.png", "content_type": "image/png", "size": 7}, {"url": ""}],
            type="MMS",
            text=None,
        )
    )
    assert event == InboundMessage(
        provider_message_id="84cca175-9755-4859-b67f-4730d7f58aa3",
        sender="+13125550001",
        to=("+17735550002", "+17735550003"),
        body="",
        dedupe_key="event:b301ed3f-1490-491f-995f-6e64e69674d4",
        media=(InboundMedia("https://media.telnyx.com/a.png", "image/png", 7),),
        segments=1,
        messaging_service_id="740572b6-099c-44a1-89b9-6c92163bc68d",
        occurred_at=datetime(2024, 1, 15, 20, 16, 7, 588000, UTC),
    )


def test_text_that_a_database_cannot_hold_is_mended(telnyx: SmsProvider, twilio: SmsProvider) -> None:
    """NUL and lone surrogates are legal in JSON and not in PostgreSQL; neither may stop the inbox."""
    document = json.loads(sample("telnyx/message.received.json"))
    document["data"]["payload"]["text"] = "a\x00b\ud83dc😀"
    theirs = telnyx.parse(_json(document))
    ours = twilio.parse(_form(b"MessageSid=SM1&From=%2B1&To=%2B2&NumMedia=0&Body=a%00b"))
    assert [one.body for one in (theirs, ours) if isinstance(one, InboundMessage)] == ["a�b�c😀", "a�b"]


def test_other_events_are_kept_apart(twilio: SmsProvider, telnyx: SmsProvider) -> None:
    call = twilio.parse(_form(b"CallSid=CA1&CallStatus=ringing&From=%2B1&To=%2B2"))
    assert isinstance(call, OtherEvent)
    assert call == twilio.parse(_form(b"CallSid=CA1&CallStatus=ringing&From=%2B1&To=%2B2"))
    assert call != twilio.parse(_form(b"CallSid=CA1&CallStatus=completed&From=%2B1&To=%2B2"))
    assert telnyx.parse(_json({"data": {"event_type": "call.cost", "id": "e1"}})) == OtherEvent("call.cost", "event:e1")


def test_identity_is_our_side_of_the_conversation(twilio: SmsProvider, telnyx: SmsProvider) -> None:
    ours = "+15017122661"
    assert twilio.identify(_twilio_sample("inbound_sms")) == WebhookIdentity((ours,), "", ACCOUNT)
    assert twilio.identify(_twilio_sample("sms_status_sent")) == WebhookIdentity((ours,), "", ACCOUNT)
    assert twilio.identify(_twilio_sample("sms_status_delivered")) == WebhookIdentity((ours,), SERVICE, ACCOUNT)
    assert telnyx.identify(_telnyx_sample("message.received")) == WebhookIdentity(
        ("+17735550002",), "740572b6-099c-44a1-89b9-6c92163bc68d", "47a530f8-4362-4526-829b-bcee17fd9f7a"
    )
    assert telnyx.identify(_telnyx_sample("message.finalized")) == WebhookIdentity(
        ("+13125550001",), "83d2343b-553f-4c5f-b8c8-fd27004f94bf", "9d76d591-1b7d-405d-8c64-1320ee070245"
    )


@pytest.mark.parametrize(
    "webhook",
    [
        _form(b""),
        _form(b"MessageStatus=sent"),
        _form(b"MessageSid=&MessageStatus=sent"),
        _form(b"MessageSid=SM1&NumMedia=0&From=&To=%2B1"),
        _form(b"MessageSid=\xff"),
        _form(b'{"MessageSid": "SM1"}', "application/json"),
    ],
)
def test_malformed_twilio_webhooks(twilio: SmsProvider, webhook: RawWebhook) -> None:
    with pytest.raises(MalformedWebhook):
        twilio.parse(webhook)


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"\xff",
        b"[" * 100_000,
        b"null",
        [1],
        {},
        {"data": []},
        {"data": {"event_type": "message.sent"}},
        {"data": {"id": "e1"}},
        {"data": {"event_type": "message.sent", "id": "e1", "payload": {}}},
        {"data": {"event_type": "message.received", "id": "e1", "payload": {"id": "m1"}}},
        json.loads(sample("telnyx/message.received.stop.json")),
    ],
    ids=range(12),
)
def test_malformed_telnyx_webhooks(telnyx: SmsProvider, document: object) -> None:
    with pytest.raises(MalformedWebhook):
        telnyx.parse(_json(document))


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just("message.sent"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
_names = st.sampled_from(["id", "to", "from", "errors", "cost", "parts", "media", "text", "direction", "code"])


@given(st.sampled_from(["message.sent", "message.received", "x"]), st.dictionaries(_names, _values))
def test_no_payload_breaks_the_telnyx_reader(event_type: str, payload: dict[str, Any]) -> None:
    webhook = _json(
        {"data": {"event_type": event_type, "id": "e1", "occurred_at": payload.get("id"), "payload": payload}}
    )
    adapter = registry.get("TELNYX")
    adapter.identify(webhook)
    try:
        adapter.parse(webhook)
    except MalformedWebhook:
        return


@given(st.binary(max_size=200))
def test_no_bytes_break_either_reader(body: bytes) -> None:
    for name, content_type in (("TWILIO", FORM), ("TELNYX", "application/json")):
        adapter = registry.get(name)
        webhook = RawWebhook(URL, body, {}, content_type)
        adapter.identify(webhook)
        try:
            adapter.parse(webhook)
        except MalformedWebhook:
            continue
