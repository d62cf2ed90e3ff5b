"""Twilio's webhooks as parcels: signed forms."""

from __future__ import annotations

import uuid
from urllib.parse import urlencode

from .accounts import Account
from .courier import Parcel, twilio_policy
from .signing import twilio_signature


def form_parcel(account: Account, url: str, form: dict[str, str]) -> Parcel:
    """Return a form POST to a URL, signed with the account's token; repeats carry the same token of idempotency."""
    token = str(uuid.uuid4())
    body = urlencode(form).encode()

    def seal(target: str, _attempt: int) -> tuple[dict[str, str], bytes]:
        return {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "User-Agent": "TwilioProxy/1.1",
            "X-Twilio-Signature": twilio_signature(account.secret, target, form),
            "I-Twilio-Idempotency-Token": token,
        }, body

    return Parcel(url=url, policy=twilio_policy(url), seal=seal)
