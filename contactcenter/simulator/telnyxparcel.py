"""Telnyx's webhooks as parcels: signed events with the number of the attempt."""

from __future__ import annotations

import json
import time
from typing import Any

from .accounts import Account
from .courier import TELNYX_POLICY, Parcel
from .signing import telnyx_headers


def event_parcel(account: Account, url: str, event: dict[str, Any], failover_url: str = "") -> Parcel:
    """Return an event for a URL, signed with the account's key anew for each attempt."""

    def seal(target: str, attempt: int) -> tuple[dict[str, str], bytes]:
        envelope = {"data": event, "meta": {"attempt": attempt, "delivered_to": target}}
        body = json.dumps(envelope, ensure_ascii=False).encode()
        signature = telnyx_headers(account.private_seed, body, int(time.time()))
        return {"Content-Type": "application/json", "User-Agent": "telnyx-webhooks", **signature}, body

    return Parcel(url=url, policy=TELNYX_POLICY, seal=seal, failover_url=failover_url)
