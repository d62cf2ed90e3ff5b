"""Forged, stolen and odd tokens: all of them 401, none of them a 500."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils import timezone

from contactcenter.core import signing_keys
from contactcenter.core.models import SigningKey
from tests.auth.clients import log_in, refresh, works
from tests.factories import Tenant
from tests.sms.api import problem

Claims = dict[str, Any]


@pytest.fixture
def pair(aurora: Tenant, borealis: Tenant) -> dict[str, Any]:
    return log_in(aurora.agent)


@pytest.fixture
def claims(pair: dict[str, Any]) -> Claims:
    """What the good access token says."""
    return jwt.decode(pair["access_token"], options={"verify_signature": False})  # type: ignore[no-any-return]


def signed(claims: Claims, **header: Any) -> str:
    """Sign with the installation's real key, as only an attacker who has it, or a defect of ours, could."""
    kid, private = signing_keys.signer()
    return jwt.encode(claims, private, algorithm="EdDSA", headers={"kid": kid, **header})


def by_hand(header: Any, claims: Any, signature: bytes = b"") -> str:
    parts = [json.dumps(header).encode(), json.dumps(claims).encode(), signature]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def test_the_twin_what_is_signed_here_is_taken(claims: Claims) -> None:
    assert works(signed(claims))


def test_no_signature_is_no_token(claims: Claims, pair: dict[str, Any]) -> None:
    kid = signing_keys.signer()[0]
    head, body, _signature = pair["access_token"].split(".")
    forged = [by_hand({"alg": alg, "typ": "JWT", "kid": kid}, claims) for alg in ("none", "None", "NONE", "", None, 1)]
    assert [works(token) for token in [*forged, f"{head}.{body}.", f"{head}.{body}"]] == [False] * 8


def test_the_public_key_is_no_secret(claims: Claims) -> None:
    kid, private = signing_keys.signer()
    public = private.public_key()
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    for secret in (public.public_bytes_raw(), pem, pem.strip(), SigningKey.objects.get().public_key.encode()):
        for alg, digest in (("HS256", hashlib.sha256), ("HS512", hashlib.sha512)):
            unsigned = by_hand({"alg": alg, "typ": "JWT", "kid": kid}, claims).rstrip(".")
            signature = hmac.new(secret, unsigned.encode(), digest).digest()
            encoded = base64.urlsafe_b64encode(signature).decode().rstrip("=")
            assert not works(f"{unsigned}.{encoded}")


@pytest.mark.parametrize(
    "kid", ["nobody", "", "../../../etc/passwd", "' OR 1=1 --", "\x00", "x" * 3000, "é", 7, None, ["a"], {"a": 1}]
)
def test_odd_key_ids(claims: Claims, kid: Any) -> None:
    private = Ed25519PrivateKey.generate()
    head = {"alg": "EdDSA", "typ": "JWT", "kid": kid}
    unsigned = by_hand(head, claims).rstrip(".")
    signature = base64.urlsafe_b64encode(private.sign(unsigned.encode())).decode().rstrip("=")
    assert not works(f"{unsigned}.{signature}")


def test_foreign_keys(claims: Claims) -> None:
    private = Ed25519PrivateKey.generate()
    public = signing_keys._to_base64(private.public_key().public_bytes_raw())
    own = {"kty": "OKP", "crv": "Ed25519", "x": public}
    ours = signing_keys.signer()[0]
    for headers in (
        {"kid": signing_keys.key_id(private)},
        {"kid": ours},
        {"kid": ours, "jwk": own},
        {"kid": ours, "jku": "https://attacker.example/jwks.json"},
        {"kid": ours, "x5u": "https://attacker.example/"},
    ):
        assert not works(jwt.encode(claims, private, algorithm="EdDSA", headers=headers))
    assert not works(signed(claims, crit=["exp"])), "a header that we do not know is not passed over"


def test_a_refresh_token_is_no_access_token_and_the_other_way_round(pair: dict[str, Any], claims: Claims) -> None:
    assert not works(pair["refresh_token"])
    problem(refresh(pair["access_token"]), 401, "INVALID_TOKEN")
    assert not works(signed({**claims, "type": "refresh"}))
    assert not works(signed({**claims, "type": "Access"}))


def test_times(claims: Claims) -> None:
    now = int(time.time())
    for times in (
        {"exp": now - 10},
        {"exp": 0},
        {"exp": "never"},
        {"exp": None},
        {"iat": now + 60},
        {"iat": "now"},
        {"nbf": now + 60},
        {"nbf": "x"},
    ):
        assert not works(signed({**claims, **times})), times


@pytest.mark.parametrize("name", ["sub", "email", "role", "org", "iat", "exp", "jti", "type"])
def test_every_claim_has_to_be_there_and_sane(claims: Claims, name: str) -> None:
    assert not works(signed({key: value for key, value in claims.items() if key != name}))
    if name != "email":  # Nothing rests on it.
        for value in (None, [], {}, "nonsense", True):
            assert not works(signed({**claims, name: value})), value


def test_claims_of_others(claims: Claims, aurora: Tenant, borealis: Tenant) -> None:
    theirs = jwt.decode(log_in(borealis.admin)["access_token"], options={"verify_signature": False})
    for change in (
        {"org": str(borealis.org.pk)},
        {"role": "ADMIN"},
        {"sub": str(aurora.admin.pk)},
        {"sub": str(borealis.admin.pk)},
        {"jti": theirs["jti"]},
        {"jti": str(uuid4())},
        {"sub": theirs["sub"], "org": theirs["org"]},
    ):
        assert not works(signed({**claims, **change})), change


def test_tampered_words_break_the_signature(pair: dict[str, Any], claims: Claims, borealis: Tenant) -> None:
    head, _body, signature = pair["access_token"].split(".")
    for change in ({"org": str(borealis.org.pk)}, {"role": "ADMIN"}, {"exp": claims["exp"] + 3600}):
        body = base64.urlsafe_b64encode(json.dumps({**claims, **change}).encode()).decode().rstrip("=")
        assert not works(f"{head}.{body}.{signature}")


def test_a_retired_key_is_believed_no_more(pair: dict[str, Any]) -> None:
    assert works(pair["access_token"])
    SigningKey.objects.update(retire_at=timezone.now())
    signing_keys.forget()
    assert not works(pair["access_token"])


def test_a_key_is_not_believed_before_its_time(pair: dict[str, Any]) -> None:
    SigningKey.objects.update(not_before=timezone.now() + timedelta(minutes=1))
    signing_keys.forget()
    assert not works(pair["access_token"])


NONSENSE: list[Callable[[str], str]] = [
    lambda token: "",
    lambda token: "a",
    lambda token: "..",
    lambda token: "a.b.c",
    lambda token: token + ".x",
    lambda token: token + "A" * 5000,
    lambda token: token[:-10],
    lambda token: f"{token} {token}",
    lambda token: base64.urlsafe_b64encode(b"[" * 2900).decode().rstrip("=") + ".e30.e30",
    lambda token: base64.urlsafe_b64encode(b'{"a":' * 580).decode().rstrip("=") + ".e30.e30",
    lambda token: by_hand([], {}, b"x"),
    lambda token: by_hand("x", 1, b"x"),
    lambda token: by_hand({"alg": "EdDSA", "kid": "x", "typ": 1}, [], b"x"),
]


@pytest.mark.parametrize("number", range(len(NONSENSE)))
def test_nonsense(pair: dict[str, Any], number: int) -> None:
    token = NONSENSE[number](pair["access_token"])
    assert not works(token)
    assert refresh(token).status_code in {401, 422}


@pytest.mark.parametrize("token", [None, 1, [], {}, "", "\x00", "\ud800", "x" * 5000])
def test_nonsense_as_a_refresh_token(db: None, token: Any) -> None:
    assert refresh(token).status_code == 422
