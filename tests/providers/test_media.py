"""Media is fetched from the provider only, and the password goes to its API only."""

import pytest

from contactcenter.providers.base import Credentials, MediaRequest, SmsProvider
from contactcenter.providers.errors import MediaRefused
from contactcenter.providers.voice import VoiceProvider

TWILIO = Credentials(account_id="AC1", secret="token", base_url="https://api.twilio.com")
TELNYX = Credentials(secret="KEY", base_url="https://api.telnyx.com/v2")
LOCAL = Credentials(account_id="AC1", secret="token", base_url="http://127.0.0.1:9001")
LOCAL_TELNYX = Credentials(secret="KEY", base_url="http://127.0.0.1:9001/v2")


@pytest.mark.parametrize(
    ("credentials", "url", "auth"),
    [
        (TWILIO, "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1", ("AC1", "token")),
        (TWILIO, "https://API.twilio.com:443/x", ("AC1", "token")),
        (TWILIO, "https://mms.twiliocdn.com/AC1/x?Signature=y", None),
        (TWILIO, "https://media.us1.twilio.com/x", None),
        (TWILIO, "https://s3-external-1.amazonaws.com/media.twiliocdn.com/AC1/x", None),
        (LOCAL, "http://127.0.0.1:9001/media/1.png", ("AC1", "token")),
    ],
)
def test_twilio_media(twilio: SmsProvider, credentials: Credentials, url: str, auth: tuple[str, str] | None) -> None:
    assert twilio.media_request(credentials, url) == MediaRequest(url, auth)


@pytest.mark.parametrize(
    ("credentials", "url"),
    [
        (TELNYX, "https://media.telnyx.com/a.png"),
        (TELNYX, "https://us-central-1.telnyxstorage.com/media/a.png"),
        (TELNYX, "https://s3.amazonaws.com/media.telnyx.com/a.png"),
        (LOCAL_TELNYX, "http://127.0.0.1:9001/media/1.png"),
    ],
)
def test_telnyx_media_never_needs_the_key(telnyx: SmsProvider, credentials: Credentials, url: str) -> None:
    assert telnyx.media_request(credentials, url) == MediaRequest(url, None)


REFUSED = [
    "",
    "nonsense",
    "file:///etc/passwd",
    "ftp://api.twilio.com/x",
    "http://api.twilio.com/x",
    "http://api.telnyx.com/x",
    "https://api.twilio.com:8443/x",
    "https://api.telnyx.com:8443/x",
    "https://twilio.com.example.com/x",
    "https://eviltwilio.com/x",
    "https://eviltelnyx.com/x",
    "https://api.twilio.com@example.com/x",
    "https://user:pw@api.twilio.com/x",
    "https://user:pw@media.telnyx.com/x",
    "https://s3.amazonaws.com/other-bucket/media.telnyx.com/x",
    "https://s3-external-1.amazonaws.com/media.twiliocdn.com.evil/x",
    "http://127.0.0.1:9001/x",
    "http://169.254.169.254/latest/meta-data",
    "https://[::1/x",
    "https://api.twilio.com:99999/x",
]


@pytest.mark.parametrize("url", REFUSED)
def test_other_addresses_are_refused(twilio: SmsProvider, telnyx: SmsProvider, url: str) -> None:
    for adapter, credentials in ((twilio, TWILIO), (telnyx, TELNYX)):
        with pytest.raises(MediaRefused) as caught:
            adapter.media_request(credentials, url)
        assert url not in str(caught.value) or not url


def test_another_port_of_the_simulators_host_is_refused(twilio: SmsProvider) -> None:
    with pytest.raises(MediaRefused):
        twilio.media_request(LOCAL, "http://127.0.0.1:9002/media/1.png")


def test_a_recording_is_fetched_like_media(twilio_voice: VoiceProvider, telnyx_voice: VoiceProvider) -> None:
    ours = "https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/RE1.mp3"
    theirs = [
        "https://s3.amazonaws.com/telephony-recorder-prod/a/2026-01-01/b.mp3?X-Amz-Expires=600",
        "https://s3.eu-central-1.amazonaws.com/telephony-recorder-prod-fr5/a/b.mp3?X-Amz-Expires=600",
    ]
    assert twilio_voice.media_request(TWILIO, ours) == MediaRequest(ours, ("AC1", "token"))
    assert [telnyx_voice.media_request(TELNYX, url) for url in theirs] == [MediaRequest(url) for url in theirs]


@pytest.mark.parametrize("url", ["https://s3.amazonaws.com/telephony-recorder-prod-evil/a.mp3", "http://example.com/a"])
def test_a_recording_somewhere_else_is_refused(telnyx_voice: VoiceProvider, url: str) -> None:
    with pytest.raises(MediaRefused):
        telnyx_voice.media_request(TELNYX, url)
