"""What texts and calls over Telnyx share: the account's credentials, its signature, its media and its errors."""

import re
from collections.abc import Mapping
from typing import Any

from contactcenter.providers import media
from contactcenter.providers.answer import SaidError
from contactcenter.providers.base import Credentials, MediaRequest, ProviderName, RawWebhook
from contactcenter.providers.telnyx import signature
from contactcenter.providers.telnyx.words import code_of
from contactcenter.providers.text import clean
from contactcenter.providers.values import objects

# Message ids are UUIDs, call control ids are "v3:" and base64url.
_ID = re.compile(r"[A-Za-z0-9:_=-]{2,255}")
_MEDIA_DOMAINS = ("telnyx.com", "telnyxstorage.com")
# The second and third hold recordings of calls.
_MEDIA_BUCKETS = (
    "s3.amazonaws.com/media.telnyx.com/",
    "s3.amazonaws.com/telephony-recorder-prod/",
    "s3.eu-central-1.amazonaws.com/telephony-recorder-prod-fr5/",
)


class TelnyxAccount:
    """The methods that every adapter of Telnyx has in common."""

    name = ProviderName.TELNYX

    def warm_up(self) -> None:
        from contactcenter.providers.telnyx import client  # 2 s and 60 MB

        client.load()

    def verify(self, credentials: Credentials, webhook: RawWebhook, *, now: float) -> bool:
        try:
            return signature.check(
                credentials.public_key,
                webhook.body,
                timestamp=webhook.headers.get(signature.TIMESTAMP_HEADER, ""),
                signature=webhook.headers.get(signature.SIGNATURE_HEADER, ""),
                now=now,
            )
        except Exception:  # noqa: BLE001 - a webhook that breaks the check is not genuine
            return False

    def media_request(self, credentials: Credentials, url: str) -> MediaRequest:
        # The links are signed or public; the API key has no business there.
        media.allowed(url, base_url=credentials.base_url, domains=_MEDIA_DOMAINS, buckets=_MEDIA_BUCKETS)
        return MediaRequest(url)


def needed(credentials: Credentials) -> tuple[str, ...]:
    """What no request can do without."""
    return credentials.secret, credentials.base_url


def is_id(value: str) -> bool:
    """False for anything that would change the path it becomes a part of."""
    return bool(_ID.fullmatch(value))


def said(body: Mapping[str, Any]) -> list[SaidError]:
    """The errors of an answer; there may be several."""
    found = objects(body.get("errors"))
    return [SaidError(code, clean(one.get("title"))) for one in found if (code := code_of(one))]
