"""Webhooks: verify over the raw body, store in one INSERT, commit, answer; everything else happens later in a worker.

Nothing of a refused webhook is kept but a count. The account is found before the signature is checked, by what the
webhook claims, and decides nothing but which key must fit.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Generic, Protocol, TypeVar

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from contactcenter.core import doorbell, logs
from contactcenter.core.ids import new_id
from contactcenter.core.webhook_accounts import Candidate, candidates
from contactcenter.providers.base import Credentials, ProviderName, RawWebhook, WebhookIdentity
from contactcenter.providers.errors import MalformedWebhook
from contactcenter.web.access import Access, register

logger = logging.getLogger(__name__)

_INSERT = """
INSERT INTO core_webhookreceipt
    (id, organization_id, account_id, provider, kind, event_key, path, content_type, body)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT ON CONSTRAINT webhook_is_stored_once DO NOTHING
"""
_COUNT_REFUSAL = """
INSERT INTO core_webhookrefusal (id, provider, reason, hour, count, last_at)
VALUES (%s, %s, %s, date_trunc('hour', now()), 1, now())
ON CONFLICT ON CONSTRAINT refusals_are_counted_by_the_hour
DO UPDATE SET count = core_webhookrefusal.count + 1, last_at = now()
"""


@dataclass(frozen=True, slots=True)
class Refusal(Exception):
    """A webhook that is not believed. `reason` is a word for operators, `status` the answer."""

    reason: str
    status: int = 403


class HookEvent(Protocol):
    """What an adapter reads out of a webhook."""

    @property
    def dedupe_key(self) -> str:
        """The same for every delivery of the same event."""


Event = TypeVar("Event", bound=HookEvent)
Event_co = TypeVar("Event_co", bound=HookEvent, covariant=True)


class Adapter(Protocol[Event_co]):
    """The part of a provider's adapter that webhooks need."""

    name: ProviderName

    def verify(self, credentials: Credentials, webhook: RawWebhook, *, now: float) -> bool: ...
    def parse(self, webhook: RawWebhook) -> Event_co: ...
    def identify(self, webhook: RawWebhook) -> WebhookIdentity: ...


@dataclass(frozen=True, slots=True)
class Genuine(Generic[Event]):
    """A webhook whose signature fits, and whose it is."""

    account: Candidate
    event: Event
    raw: RawWebhook


def receive(
    request: HttpRequest,
    *,
    adapter: Adapter[Event],
    kind_of: Callable[[Event], str],
    wake: str,
    answer: Callable[[Genuine[Event]], str] | None = None,
) -> HttpResponse:
    """Store one webhook and answer 2xx; 403 when its signature does not fit, 400 or 413 when it cannot be read.

    `answer` gives the document that the provider waits for (what a call does next); it runs after the storing.
    """
    try:
        if request.method != "POST":
            return HttpResponse(status=405, headers={"Allow": "POST"})
        raw = _raw(request)
        account = _verified(adapter, raw)
        logs.bind(organization_id=str(account.organization_id))
        genuine = Genuine(account, _parsed(adapter, raw), raw)
    except Refusal as refusal:
        return _refuse(adapter.name, refusal)
    if _store(request, adapter.name, genuine, kind_of(genuine.event)):
        doorbell.wake(wake)
    if adapter.name == "TWILIO":  # Twilio reads an answer as TwiML; an empty one does nothing.
        return HttpResponse(answer(genuine) if answer else "<Response/>", content_type="text/xml")
    return HttpResponse("{}", content_type="application/json")


def _raw(request: HttpRequest) -> RawWebhook:
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.WEBHOOK_MAX_BODY_BYTES:
            raise Refusal("too large", 413)
        body = request.body
    except RequestDataTooBig:
        raise Refusal("too large", 413) from None
    except ValueError:
        raise Refusal("unreadable length", 400) from None
    return RawWebhook(
        path_url=settings.PUBLIC_BASE_URL + request.get_full_path(),
        body=body,
        headers={name.lower(): value for name, value in request.headers.items()},
        content_type=request.content_type or "",
    )


def _verified(adapter: Adapter[Any], raw: RawWebhook) -> Candidate:
    now = time.time()
    for account in candidates(adapter.name.value, adapter.identify(raw)):
        if adapter.verify(account.credentials, raw, now=now):
            return account
    raise Refusal("signature")


def _parsed(adapter: Adapter[Event], raw: RawWebhook) -> Event:
    try:
        return adapter.parse(raw)
    except MalformedWebhook:
        raise Refusal("malformed", 400) from None


def _refuse(provider: str, refusal: Refusal) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_REFUSAL, [new_id(), provider, refusal.reason])
    logger.warning("webhook refused: %s, %s", provider, refusal.reason)
    return HttpResponse(status=refusal.status)


def _store(request: HttpRequest, provider: str, genuine: Genuine[Any], kind: str) -> bool:
    row: list[Any] = [
        new_id(),
        genuine.account.organization_id,
        genuine.account.account_id,
        provider,
        kind,
        genuine.event.dedupe_key[:200],
        request.get_full_path()[:500],
        genuine.raw.content_type[:100],
        genuine.raw.body,
    ]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, row)
        return bool(cursor.rowcount == 1)


def hook(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Register a webhook view: no session, no CSRF token, a signature instead."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        return view(request)

    return csrf_exempt(register(Access.HOOK)(guarded))
