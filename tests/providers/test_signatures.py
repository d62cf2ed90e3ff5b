"""Genuine webhooks survive what proxies and people do to them; nothing else is genuine."""

import base64
import dataclasses
import json
import sys
from subprocess import run

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.providers import registry
from contactcenter.providers.base import Credentials, RawWebhook, SmsProvider
from contactcenter.providers.twilio import signature
from contactcenter.providers.voice import VoiceProvider
from tests.providers.conftest import (
    FORM,
    NOW,
    PUBLIC_KEY,
    TOKEN,
    URL,
    sample,
    telnyx_webhook,
    twilio_webhook,
)

TWILIO = Credentials(account_id="AC1", secret=TOKEN, base_url="https://api.twilio.com")
TELNYX = Credentials(secret="KEY", base_url="https://api.telnyx.com/v2", public_key=PUBLIC_KEY)
BODY = sample("twilio/webhooks/inbound_sms_unicode_emptyish.form")
EVENT = sample("telnyx/message.finalized.json")


def _changed(webhook: RawWebhook, **changes: object) -> RawWebhook:
    return dataclasses.replace(webhook, **changes)  # type: ignore[arg-type]


PUBLISHED = {
    "RSOYDt4T1cUTdK1PDd93/VVr8B8=": {
        "CallSid": ["CA1234567890ABCDE"],
        "Caller": ["+14158675309"],
        "Digits": ["1234"],
        "From": ["+14158675309"],
        "To": ["+18005551212"],
    },
    "IK+Dwps556ElfBT0I3Rgjkr1wJU=": {
        "Sid": ["CA123"],
        "SidAccount": ["AC123"],
        "Digits": ["5678", "1234", "1234"],
    },
}


@pytest.mark.parametrize("expected", PUBLISHED)
def test_the_signatures_that_twilio_publishes(expected: str) -> None:
    """From the request validator tests of Twilio's SDKs (token 12345): one plain form, one with repeated names."""
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert signature.sign("12345", url, PUBLISHED[expected]) == expected


BODIES = {
    "sample with spaces and emoji": BODY,
    "mms with a blank body": sample("twilio/webhooks/inbound_mms.form"),
    "blank fields": b"MessageSid=SM1&Body=&NumMedia=0&FromCity=&ErrorCode=",
    "padded": b"MessageSid=SM1&Body=+++a+%09%0D%0A+&From=+%2B1555+",
    "repeated names": b"A=2&A=1&A=1&B=x",
    "unknown fields": b"MessageSid=SM1&NewThing%5B%5D=%7B%22a%22%3A1%7D",
    "empty": b"",
}


@pytest.mark.parametrize("name", BODIES)
def test_a_genuine_twilio_form_is_accepted(twilio: SmsProvider, name: str) -> None:
    assert twilio.verify(TWILIO, twilio_webhook(BODIES[name]), now=NOW) is True


@pytest.mark.parametrize("name", BODIES)
def test_the_vendors_own_validator_signs_the_same(name: str) -> None:
    from twilio.request_validator import RequestValidator  # the reference to compare with

    class Fields(dict[str, list[str]]):
        def getlist(self, name: str) -> list[str]:
            return self[name]

    form = signature.read_form(BODIES[name])
    reference = RequestValidator(TOKEN).compute_signature(URL, Fields(form))
    assert signature.sign(TOKEN, URL, form) == reference


@pytest.mark.parametrize(
    ("seen", "signed", "genuine"),
    [
        ("https://cc.example.com/h", "https://cc.example.com:443/h", True),
        ("https://cc.example.com:443/h", "https://cc.example.com/h", True),
        ("http://cc.example.com/h", "http://cc.example.com:80/h", True),
        ("https://cc.example.com:8443/h", "https://cc.example.com:8443/h", True),
        ("https://cc.example.com:8443/h", "https://cc.example.com/h", True),
        ("https://cc.example.com/h", "https://cc.example.com:8443/h", False),
        ("http://cc.example.com/h", "https://cc.example.com/h", False),
        ("https://cc.example.com/h/", "https://cc.example.com/h", False),
        ("https://cc.example.com/h?m=1", "https://cc.example.com/h?m=2", False),
        ("https://cc.example.com/h?m=1", "https://cc.example.com/h", False),
        ("https://cc.example.com/h?m=1#rc=3&rp=all", "https://cc.example.com/h?m=1", True),
        ("https://other.example.com/h", "https://cc.example.com/h", False),
    ],
)
def test_the_url_decides(twilio: SmsProvider, seen: str, signed: str, genuine: bool) -> None:
    assert twilio.verify(TWILIO, twilio_webhook(BODY, url=seen, signed_url=signed), now=NOW) is genuine


def test_both_tokens_count_while_one_is_rotated(twilio: SmsProvider) -> None:
    webhook = twilio_webhook(BODY, token="the-next-one")
    assert twilio.verify(TWILIO, webhook, now=NOW) is False
    assert twilio.verify(dataclasses.replace(TWILIO, next_secret="the-next-one"), webhook, now=NOW) is True


def test_an_empty_token_verifies_nothing(twilio: SmsProvider) -> None:
    """HMAC works with an empty key, which everybody has."""
    empty = dataclasses.replace(TWILIO, secret="")
    assert twilio.verify(empty, twilio_webhook(BODY, token=""), now=NOW) is False
    assert twilio.verify(TWILIO, twilio_webhook(BODY, token=""), now=NOW) is False


GENUINE = twilio_webhook(BODY)
FORGED = {
    "no signature": _changed(GENUINE, headers={}),
    "empty signature": _changed(GENUINE, headers={signature.HEADER: ""}),
    "wrong signature": _changed(GENUINE, headers={signature.HEADER: "RSOYDt4T1cUTdK1PDd93/VVr8B8="}),
    "not ascii": _changed(GENUINE, headers={signature.HEADER: "žluť"}),
    "one field more": _changed(GENUINE, body=BODY + b"&a=b"),
    "one letter else": _changed(GENUINE, body=BODY.replace(b"kuji", b"Kuji")),
    "json type": _changed(GENUINE, content_type="application/json"),
    "no type": _changed(GENUINE, content_type=""),
    "multipart": _changed(GENUINE, content_type="multipart/form-data; boundary=x"),
    "not utf-8": _changed(GENUINE, body=b"Body=\xff\xfe"),
    "thousands of fields": _changed(GENUINE, body=b"&".join(b"a%d=" % i for i in range(5000))),
    "broken url": _changed(GENUINE, path_url="https://[::1/h"),
    "json with a body hash": RawWebhook(URL + "&bodySHA256=00", b"{}", GENUINE.headers, "application/json"),
}


@pytest.mark.parametrize("name", FORGED)
def test_anything_else_is_refused_without_an_exception(twilio: SmsProvider, name: str) -> None:
    assert twilio.verify(TWILIO, FORGED[name], now=NOW) is False


def test_a_charset_in_the_type_does_not_matter(twilio: SmsProvider) -> None:
    webhook = _changed(GENUINE, content_type=f"{FORM.upper()}; charset=UTF-8")
    assert twilio.verify(TWILIO, webhook, now=NOW) is True


@pytest.mark.parametrize(("off", "genuine"), [(0, True), (300, True), (-300, True), (301, False), (-301, False)])
def test_telnyx_has_a_clock(telnyx: SmsProvider, off: int, genuine: bool) -> None:
    assert telnyx.verify(TELNYX, telnyx_webhook(EVENT, at=NOW + off), now=NOW) is genuine


SIGNED = telnyx_webhook(EVENT)
STAMP, SIGN = "telnyx-timestamp", "telnyx-signature-ed25519"
TELNYX_FORGED = {
    "no headers": _changed(SIGNED, headers={}),
    "no timestamp": _changed(SIGNED, headers={SIGN: SIGNED.headers[SIGN]}),
    "no signature": _changed(SIGNED, headers={STAMP: SIGNED.headers[STAMP]}),
    "milliseconds": _changed(SIGNED, headers={**SIGNED.headers, STAMP: SIGNED.headers[STAMP] + "000"}),
    "another second": _changed(SIGNED, headers={**SIGNED.headers, STAMP: str(int(NOW) + 1)}),
    "signed number": _changed(SIGNED, headers={**SIGNED.headers, STAMP: "+" + SIGNED.headers[STAMP]}),
    "bad base64": _changed(SIGNED, headers={**SIGNED.headers, SIGN: "***"}),
    "short signature": _changed(SIGNED, headers={**SIGNED.headers, SIGN: base64.b64encode(b"x").decode()}),
    "reserialised": _changed(SIGNED, body=json.dumps(json.loads(EVENT)).encode()),
    "one byte more": _changed(SIGNED, body=EVENT + b"\n"),
}


@pytest.mark.parametrize("name", TELNYX_FORGED)
def test_telnyx_forgeries_are_refused_without_an_exception(telnyx: SmsProvider, name: str) -> None:
    assert telnyx.verify(TELNYX, TELNYX_FORGED[name], now=NOW) is False


@pytest.mark.parametrize("key", ["", "x", base64.b64encode(b"short").decode(), base64.b64encode(b"o" * 32).decode()])
def test_a_wrong_public_key_refuses(telnyx: SmsProvider, key: str) -> None:
    assert telnyx.verify(dataclasses.replace(TELNYX, public_key=key), SIGNED, now=NOW) is False


def test_a_pasted_key_may_have_spaces_around_it(telnyx: SmsProvider) -> None:
    assert telnyx.verify(dataclasses.replace(TELNYX, public_key=f" {PUBLIC_KEY}\n"), SIGNED, now=NOW) is True


def test_signed_bytes_need_not_be_json(telnyx: SmsProvider) -> None:
    assert telnyx.verify(TELNYX, telnyx_webhook(b"\xffnot json"), now=NOW) is True


@given(st.dictionaries(st.text(min_size=1, max_size=8), st.text(max_size=20), max_size=6))
def test_any_form_a_browser_could_send_verifies(fields: dict[str, str]) -> None:
    from urllib.parse import urlencode  # builds the random bodies only

    body = urlencode(fields).encode()
    assert registry.get("TWILIO").verify(TWILIO, twilio_webhook(body), now=NOW) is True


def test_calls_are_verified_like_texts(twilio_voice: VoiceProvider, telnyx_voice: VoiceProvider) -> None:
    call = twilio_webhook(sample("twilio/webhooks/call_status_3_completed.form"))
    event = telnyx_webhook(sample("telnyx/call.hangup.json"))
    assert twilio_voice.verify(TWILIO, call, now=NOW) is True
    assert telnyx_voice.verify(TELNYX, event, now=NOW) is True
    assert twilio_voice.verify(TWILIO, _changed(call, body=call.body + b"&a=b"), now=NOW) is False
    assert telnyx_voice.verify(TELNYX, _changed(event, body=event.body + b"\n"), now=NOW) is False
    assert telnyx_voice.verify(TELNYX, event, now=NOW + 301) is False


def test_a_document_is_written_without_the_rest_client() -> None:
    script = (
        "import sys\n"
        "from contactcenter.providers import registry\n"
        "from contactcenter.providers.voice import HangUp\n"
        "assert 'Hangup' in registry.voice('TWILIO').document([HangUp()])\n"
        "print(sorted({'telnyx', 'twilio.rest', 'requests', 'httpx', 'django'} & set(sys.modules)))\n"
    )
    done = run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_verifying_and_parsing_load_no_sdk() -> None:
    """The Telnyx SDK costs seconds and 60 MB; web processes only verify."""
    script = (
        "import sys\n"
        "from contactcenter.providers import registry\n"
        "from contactcenter.providers.base import Credentials, RawWebhook\n"
        "from contactcenter.providers.voice import HangUp\n"
        "for name in registry.names():\n"
        "    adapter = registry.get(name)\n"
        "    raw = RawWebhook('https://h/', b'MessageSid=SM1', {'x-twilio-signature': 'x'}, '" + FORM + "')\n"
        "    adapter.verify(Credentials(secret='s', base_url=''), raw, now=0)\n"
        "    adapter.identify(raw)\n"
        "    voice = registry.voice(name)\n"
        "    voice.verify(Credentials(secret='s', base_url=''), raw, now=0)\n"
        "    voice.identify(raw)\n"
        "    voice.commands(HangUp())\n"
        "print(sorted({'telnyx', 'twilio', 'requests', 'httpx', 'django'} & set(sys.modules)))\n"
    )
    done = run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
