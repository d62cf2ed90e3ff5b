"""Webhooks as the providers send them: real bodies, signed with the test accounts' keys."""

import base64
import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from twilio.request_validator import RequestValidator

from contactcenter.core.models import ProviderAccount
from contactcenter.simulator.accounts import DEMO_ACCOUNTS

SAMPLES = Path(__file__).parent / "samples"


def twilio_form(name: str, **changes: str) -> dict[str, str]:
    """Return the fields of a sample form with some of them changed."""
    body = (SAMPLES / "twilio" / "webhooks" / f"{name}.form").read_text(encoding="utf-8")
    return dict(parse_qsl(body, keep_blank_values=True)) | changes


def post_twilio(
    path: str, fields: dict[str, str], account: ProviderAccount, *, signature: str | None = None, **extra: Any
) -> HttpResponse:
    """POST a form as Twilio does, signed over PUBLIC_BASE_URL + path."""
    if signature is None:
        validator = RequestValidator(account.credentials().secret)
        signature = validator.compute_signature(settings.PUBLIC_BASE_URL + path, fields)
    headers = {"X-Twilio-Signature": signature} if signature else {}
    return Client().post(  # type: ignore[return-value]
        path, urlencode(fields), content_type="application/x-www-form-urlencoded", headers=headers, **extra
    )


def telnyx_event(name: str, *, event_id: str, **payload: Any) -> dict[str, Any]:
    """Return a sample event with its own id and some of its payload changed."""
    event: dict[str, Any] = json.loads((SAMPLES / "telnyx" / f"{name}.json").read_text(encoding="utf-8"))
    event["data"]["id"] = event_id
    event["data"]["payload"] |= payload
    return event


def post_telnyx(path: str, event: dict[str, Any], account: ProviderAccount, *, at: float | None = None) -> HttpResponse:
    """POST an event as Telnyx does."""
    body = json.dumps(event).encode()
    timestamp = str(int(at if at is not None else time.time()))
    seed = next(demo.private_seed for demo in DEMO_ACCOUNTS if demo.public_key == account.public_key)
    signature = Ed25519PrivateKey.from_private_bytes(seed).sign(f"{timestamp}|".encode() + body)
    return Client().post(  # type: ignore[return-value]
        path,
        body,
        content_type="application/json",
        headers={
            "telnyx-signature-ed25519": base64.b64encode(signature).decode(),
            "telnyx-timestamp": timestamp,
        },
    )
