"""What texts and calls over Twilio share: the account's credentials, its signature, its media and its errors."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from contactcenter.providers import media, values
from contactcenter.providers.answer import SaidError
from contactcenter.providers.base import Credentials, MediaRequest, ProviderName, RawWebhook
from contactcenter.providers.text import clean
from contactcenter.providers.twilio import signature

# Asks Twilio to repeat a callback three times on any failure; the default is once, and only when it cannot
# connect. A fragment is not part of the signed URL.
CALLBACK_RETRIES = "#rc=3&rp=all"
_SID = re.compile(r"[A-Za-z0-9]{2,64}")
_MEDIA_DOMAINS = ("twilio.com", "twiliocdn.com")
_MEDIA_BUCKETS = ("s3-external-1.amazonaws.com/media.twiliocdn.com/", "s3.amazonaws.com/media.twiliocdn.com/")


class TwilioAccount:
    """The methods that every adapter of Twilio has in common."""

    name = ProviderName.TWILIO

    def warm_up(self) -> None:
        from contactcenter.providers.twilio import client  # 0.3 s of imports, then half a second in load()

        client.load()

    def verify(self, credentials: Credentials, webhook: RawWebhook, *, now: float) -> bool:
        try:
            given = webhook.headers.get(signature.HEADER, "")
            if not given or not signature.is_form(webhook.content_type):
                return False
            tokens = (credentials.secret, credentials.next_secret)
            form = signature.read_form(webhook.body)
            return signature.is_genuine(tokens, webhook.path_url, form, given)
        except Exception:  # noqa: BLE001 - a webhook that breaks the check is not genuine
            return False

    def media_request(self, credentials: Credentials, url: str) -> MediaRequest:
        parts = media.allowed(url, base_url=credentials.base_url, domains=_MEDIA_DOMAINS, buckets=_MEDIA_BUCKETS)
        # Only the API itself asks for a password; it redirects to signed addresses of a storage host.
        own = media.same_origin(parts, urlsplit(credentials.base_url))
        return MediaRequest(url, (credentials.account_id, credentials.secret) if own else None)


def needed(credentials: Credentials) -> tuple[str, ...]:
    """What no request can do without."""
    return credentials.account_id, credentials.secret, credentials.base_url


def is_sid(value: str) -> bool:
    """False for anything that would change the path it becomes a part of."""
    return bool(_SID.fullmatch(value))


def said(body: Mapping[str, Any]) -> list[SaidError]:
    """The error of an answer."""
    code = values.whole(body.get("code"))
    return [] if code is None else [SaidError(str(code), clean(body.get("message")))]
