"""Twilio's webhook signature: HMAC-SHA1 over the public URL and the sorted form fields.

Source: Twilio's page "Webhooks security". There is no timestamp in it, so a copied request stays valid for
ever: callers deduplicate by content. Our own code instead of the SDK's validator, because it compares in
constant time, takes two tokens during a rotation and cannot be talked into skipping the body.
"""

import hmac
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from urllib.parse import parse_qsl, urlsplit, urlunsplit

HEADER = "x-twilio-signature"
_FORM = "application/x-www-form-urlencoded"
# Twilio sends some forty fields with a text; the bound only keeps a stranger from making us sort millions.
_MOST_FIELDS = 1000
_DEFAULT_PORTS = {"https": 443, "http": 80}

Form = Mapping[str, Sequence[str]]


def is_form(content_type: str) -> bool:
    """Only form bodies are covered field by field; anything else is refused."""
    return content_type.partition(";")[0].strip().lower() == _FORM


@lru_cache(maxsize=16)  # A webhook's fields are needed to find its account, to verify and to read it.
def read_form(body: bytes) -> Form:
    """All fields with all their values, blank ones too. Raises ValueError."""
    form: dict[str, list[str]] = {}
    pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    for name, value in pairs:
        form.setdefault(name, []).append(value)
    return form


def sign(token: str, url: str, form: Form) -> str:
    """The signature Twilio would send for this URL and form."""
    fields = "".join(name + value for name in sorted(form) for value in sorted(set(form[name])))
    digest = hmac.new(token.encode(), (url + fields).encode(), "sha1").digest()
    return b64encode(digest).decode()


def is_genuine(tokens: Sequence[str], url: str, form: Form, signature: str) -> bool:
    """True when one of the tokens made the signature. An empty token never does: anybody could use it."""
    given = signature.strip().encode()
    matches = [
        hmac.compare_digest(sign(token, address, form).encode(), given)
        for token in tokens
        if token
        for address in _spellings(url)
    ]
    return any(matches)


def _spellings(url: str) -> Iterator[str]:
    """The URL with and without a port (Twilio is not consistent), without the fragment (never signed)."""
    parts = urlsplit(url)._replace(fragment="")
    yield urlunsplit(parts)
    host = parts.netloc
    if parts.port is not None:
        host = host.rpartition(":")[0]
    elif parts.scheme in _DEFAULT_PORTS:
        host = f"{host}:{_DEFAULT_PORTS[parts.scheme]}"
    yield urlunsplit(parts._replace(netloc=host))
