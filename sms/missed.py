"""Texts from outside that the provider lists and that no webhook brought: taken in as if one had."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from contactcenter.core import clock, leases
from contactcenter.core.crypto import CredentialsUnreadable
from contactcenter.core.models import PhoneNumber, ProviderAccount
from contactcenter.providers import registry
from contactcenter.providers.base import InboundMessage, Timeouts
from contactcenter.providers.errors import ProviderUnavailable
from contactcenter.providers.records import Listed, Search
from sms import inbound
from sms.models import Message

logger = logging.getLogger(__name__)

# Webhooks that come by themselves, late, need no help.
_PATIENCE = timedelta(minutes=2)
_WINDOW = timedelta(hours=2)
_PAGES = 10


def look_everywhere() -> int:
    """Look at every active account whose time has come; return how many texts were missing.

    The lease of an account is not given back: it is also what keeps two looks apart by their interval.
    """
    found = 0
    for account in ProviderAccount.all_orgs.filter(is_active=True).order_by("id"):
        if leases.take(f"missed:{account.pk.hex}", seconds=settings.MISSED_TEXTS_SECONDS) is not None:
            found += _look(account)
    return found


def _look(account: ProviderAccount) -> int:
    now = clock.now()
    window = max(_WINDOW, 3 * timedelta(seconds=settings.MISSED_TEXTS_SECONDS))
    wanted = Search(since=now - window, until=now - _PATIENCE)
    try:
        listing = registry.records(account.provider).search(account.credentials(), wanted, timeouts(), pages=_PAGES)
        if not listing.is_complete:  # The daily comparison reads further.
            logger.warning("a provider lists more texts than were looked through")
        return take_in(account, listing.texts)
    except ProviderUnavailable as error:
        logger.warning("a provider could not be asked for texts from outside: %s", error.error.code)
    except CredentialsUnreadable:
        logger.error("the credentials of a provider account cannot be decrypted: check CREDENTIAL_KEYS")
    return 0


def take_in(account: ProviderAccount, texts: Iterable[Listed]) -> int:
    """Store those of `texts` from outside that we lack; return how many. Raises ProviderUnavailable."""
    inbounds = {one.report.provider_message_id: one for one in texts if one.is_inbound}
    stored = 0
    for provider_id in sorted(inbounds.keys() - _known(account, inbounds)):
        event = registry.records(account.provider).fetch_inbound(account.credentials(), provider_id, timeouts())
        if event is not None and event.channel == "sms" and _store(account, event):
            stored += 1
    if stored:
        logger.warning("texts from outside were taken in without their webhooks: %s", stored)
    return stored


def timeouts() -> Timeouts:
    """Return how long one question may take."""
    return Timeouts(connect=settings.PROVIDER_CONNECT_TIMEOUT, total=settings.PROVIDER_TIMEOUT)


def _known(account: ProviderAccount, provider_ids: Iterable[str]) -> set[str]:
    """Return which ids we have; a group text is kept under an id for each of our numbers."""
    addresses = list(PhoneNumber.all_orgs.filter(account=account).values_list("address", flat=True))
    kept_as = {provider_id: provider_id for provider_id in provider_ids}
    for provider_id in list(kept_as):
        kept_as |= {inbound.group_id(provider_id, address): provider_id for address in addresses}
    rows = Message.all_orgs.filter(account=account, provider_message_id__in=list(kept_as))
    return {kept_as[kept] for kept in rows.values_list("provider_message_id", flat=True)}


def _store(account: ProviderAccount, event: InboundMessage) -> bool:
    with transaction.atomic():
        return inbound.take_in(account, event, at=_moment(event))


def _moment(event: InboundMessage) -> datetime:
    now = clock.now()
    return min(event.occurred_at or now, now)
