"""The first organization's provider accounts, made from the environment (TWILIO_… and TELNYX_…). Safe to repeat."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.db import connection, transaction
from django.utils.text import slugify

from contactcenter.core import credentials, events, senders, webhook_accounts
from contactcenter.core.credentials import MalformedValue
from contactcenter.core.crypto import CredentialsUnreadable
from contactcenter.core.models import AddressKind, Organization, PhoneNumber, Provider, ProviderAccount
from contactcenter.core.phone import InvalidNumber, country_of, masked, to_e164
from contactcenter.core.simulation import is_demo, match_demo_accounts

logger = logging.getLogger(__name__)

FALLBACK_NAME = "My organization"
_LOCK = 7304


class EnvironmentRefused(Exception):
    """The provider settings cannot be used; the message is one sentence that names the variable, never its value."""


@dataclass(frozen=True, slots=True)
class Given:
    """One provider's settings, checked."""

    provider: Provider
    secret: str = field(repr=False)
    numbers: tuple[str, ...] = field(repr=False)
    account_id: str = ""
    public_key: str = ""
    connection_id: str = ""


def configure() -> list[str]:
    """Bring the accounts in line with the environment; return what was done, a line each. Raises EnvironmentRefused."""
    given = [one for one in (_twilio(), _telnyx()) if one is not None]
    done: list[str] = []
    with transaction.atomic():
        with connection.cursor() as cursor:  # Several processes may start at the same moment.
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        if given:
            org = _first_organization(given, done)
            numbers = [number for one in given for number in _apply(org, one, done)]
            _choose_default(org, numbers, done)
        for account in match_demo_accounts():
            done.append(f"The demo account {account} is now {'active' if account.is_active else 'inactive'}.")
    webhook_accounts.forget()
    return done


def configure_if_given() -> None:
    """Do the same when a process starts (or the tables were made), if the environment names any account at all."""
    if not (settings.TWILIO_ACCOUNT_SID or settings.TELNYX_API_KEY):
        return
    try:
        for line in configure():
            logger.info("accounts: %s", line)
    except EnvironmentRefused as refusal:
        logger.error("accounts: %s", refusal)


def _twilio() -> Given | None:
    sid, token, number = settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN, settings.TWILIO_PHONE_NUMBER
    if not (sid or token or number):
        return None
    _demand("TWILIO_ACCOUNT_SID", sid, because="TWILIO_AUTH_TOKEN" if token else "TWILIO_PHONE_NUMBER")
    _demand("TWILIO_AUTH_TOKEN", token, because="TWILIO_ACCOUNT_SID")
    return Given(
        Provider.TWILIO,
        account_id=_checked("TWILIO_ACCOUNT_SID", lambda: credentials.account_id(Provider.TWILIO, sid)),
        secret=_checked("TWILIO_AUTH_TOKEN", lambda: credentials.secret(token)),
        numbers=_numbers("TWILIO_PHONE_NUMBER", number),
    )


def _telnyx() -> Given | None:
    key, public, number = settings.TELNYX_API_KEY, settings.TELNYX_PUBLIC_KEY, settings.TELNYX_PHONE_NUMBER
    if not (key or public or number):
        return None
    _demand("TELNYX_API_KEY", key, because="TELNYX_PUBLIC_KEY" if public else "TELNYX_PHONE_NUMBER")
    return Given(
        Provider.TELNYX,
        secret=_checked("TELNYX_API_KEY", lambda: credentials.secret(key)),
        public_key=_checked("TELNYX_PUBLIC_KEY", lambda: credentials.public_key(public)),
        connection_id=_checked(
            "TELNYX_CONNECTION_ID",
            lambda: credentials.connection_id(Provider.TELNYX, settings.TELNYX_CONNECTION_ID),
        ),
        numbers=_numbers("TELNYX_PHONE_NUMBER", number),
    )


def _demand(name: str, value: str, *, because: str) -> None:
    if not value:
        raise EnvironmentRefused(f"{because} is set, but {name} is not: set both or neither.")


def _checked(name: str, check: Callable[[], str]) -> str:
    try:
        return check()
    except MalformedValue as error:
        raise EnvironmentRefused(f"{name} cannot be right: {error.sentence}") from None


def _numbers(name: str, value: str) -> tuple[str, ...]:
    """Read one number, or several with commas between; only with +, because no country is known here."""
    try:
        return tuple(to_e164(part, country="ZZ") for part in value.split(",") if part.strip())
    except InvalidNumber:
        raise EnvironmentRefused(
            f"{name} cannot be right: a number is written in E.164, for example +12025550123."
        ) from None


def _first_organization(given: list[Given], done: list[str]) -> Organization:
    first = Organization.objects.order_by("created_at", "id").first()
    if first is not None:
        return first
    name = settings.FIRST_ORGANIZATION_NAME or FALLBACK_NAME
    country = next((country_of(number) for one in given for number in one.numbers), "") or "US"
    done.append(f"The organization {name} was created.")
    return Organization.objects.create(name=name, slug=slugify(name)[:60] or "my-organization", default_country=country)


def _apply(org: Organization, given: Given, done: list[str]) -> list[PhoneNumber]:
    account = _account(org, given)
    is_new = account is None
    if account is None:
        account = ProviderAccount(
            organization=org,
            provider=given.provider,
            name=str(given.provider.label),
            account_id=given.account_id,
        )
    if _update(account, given):
        account.save()
        word = "created" if is_new else "updated"
        done.append(f"The provider account {account} was {word}.")
        events.audit(
            org_id=org.pk,
            actor=None,
            action=f"provider_account.{word}",
            target=account,
            detail={"by": "environment"},
        )
    return [_number(account, address, done) for address in given.numbers]


def _account(org: Organization, given: Given) -> ProviderAccount | None:
    """Find the account that was made from the same settings before."""
    accounts = ProviderAccount.all_orgs.filter(provider=given.provider)
    if given.provider == Provider.TWILIO:
        found = accounts.filter(account_id=given.account_id).first()
        if found is not None and found.organization_id != org.pk:
            raise EnvironmentRefused(f"The account of TWILIO_ACCOUNT_SID belongs to {found.organization} already.")
        return found
    for account in accounts.filter(organization=org).order_by("id"):
        same_key = bool(given.public_key) and account.public_key == given.public_key
        if same_key or _secrets(account)[0] == given.secret:
            return account
        if not is_demo(account) and account.phone_numbers.filter(address__in=given.numbers).exists():
            return account
    return None


def _update(account: ProviderAccount, given: Given) -> bool:
    """Take over what differs; a second token that is being rotated stays."""
    stored, following = _secrets(account)
    changed = account._state.adding
    if stored != given.secret:
        account.set_secrets(secret=given.secret, next_secret="" if following == given.secret else following)
        changed = True
    for name in ("public_key", "connection_id"):
        value = getattr(given, name)
        if value and getattr(account, name) != value:
            setattr(account, name, value)
            changed = True
    return changed


def _secrets(account: ProviderAccount) -> tuple[str, str]:
    try:
        known = account.credentials()
    except CredentialsUnreadable:
        return "", ""
    return known.secret, known.next_secret


def _number(account: ProviderAccount, address: str, done: list[str]) -> PhoneNumber:
    """Return the number at `account`, making it, or moving it from another account of the same organization."""
    found = PhoneNumber.all_orgs.filter(provider=account.provider, address=address).first()
    if found is not None and found.organization_id != account.organization_id:
        raise EnvironmentRefused(f"The number {masked(address)} belongs to {found.organization} already.")
    if found is not None and found.account_id == account.pk:
        return found
    number = found or PhoneNumber(
        organization_id=account.organization_id, address=address, kind=AddressKind.PHONE, label=account.name
    )
    number.account = account
    number.save()
    done.append(f"The number {masked(address)} is at the account {account}.")
    return number


def _choose_default(org: Organization, numbers: list[PhoneNumber], done: list[str]) -> None:
    """The first number of the environment becomes the default sender, unless a real one is."""
    current = PhoneNumber.objects.for_org(org).filter(is_default=True).select_related("account").first()
    is_real = current is not None and not is_demo(current.account) and current.is_active and current.account.is_active
    usable = [number for number in numbers if number.is_active and number.account.is_active]
    if usable and not is_real:
        senders.make_default(usable[0], actor=None)
        done.append(f"The number {masked(usable[0].address)} is the default sender.")
