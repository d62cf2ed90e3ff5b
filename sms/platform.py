"""Requests of the platform to send a text: each handled once, and each answered.

The answer is sms.sent or sms.failed with the request's correlation id. A text that this installation's own API accepted
waits for its request to come by, and goes on; a request of another module becomes a text here.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from contactcenter.core.models import Organization, User
from sms import outcomes, services, transitions
from sms.enums import ErrorCode, MessageClass
from sms.models import BusRequest, Message


class UnknownTenant(Exception):
    """There is no such organization, so nobody in whose name an answer could be given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendRequest:
    """What another module of the platform, or our own API, asks for. `expires_at`: after it nothing may be sent."""

    correlation_id: str
    tenant_id: UUID
    user_id: UUID | None
    idempotency_key: str
    expires_at: datetime
    to_number: str
    body: str
    from_number: str = ""
    metadata: dict[str, Any] = field(default_factory=dict)


class _Refused(Exception):
    def __init__(self, code: ErrorCode) -> None:
        super().__init__(code)
        self.code = code


def handle(request: SendRequest, *, now: datetime) -> None:
    """Do what is asked for, or answer why not. The same key of an organization a second time changes nothing.

    Raises UnknownTenant.
    """
    org = Organization.objects.filter(pk=request.tenant_id).first()
    if org is None:
        raise UnknownTenant
    with transaction.atomic():
        row = _first(org, request)
        if row is None:
            return
        try:
            _do(org, request, now)
        except _Refused as error:
            BusRequest.objects.for_org(org).filter(pk=row.pk).update(error_code=error.code)
            outcomes.refuse(
                org_id=org.pk,
                correlation_id=request.correlation_id,
                to_number=request.to_number,
                code=error.code,
            )


def _first(org: Organization, request: SendRequest) -> BusRequest | None:
    """Write the request down; None when its key was there. A second process waits here for the first one's end."""
    try:
        with transaction.atomic():
            return BusRequest.all_orgs.create(
                organization=org, idempotency_key=request.idempotency_key, correlation_id=request.correlation_id
            )
    except IntegrityError:
        return None


def _do(org: Organization, request: SendRequest, now: datetime) -> None:
    known = Message.objects.for_org(org).select_for_update().filter(idempotency_key=request.idempotency_key).first()
    if known is not None and known.awaiting_until is not None:
        if not transitions.release(known):
            transitions.expire(known)
        return
    if known is not None and (known.to_address, known.body) == (request.to_number, request.body):
        return  # It has an end, or will have one, and that is the answer.
    if request.expires_at <= now:
        raise _Refused(ErrorCode.TIMEOUT)
    _send(org, _actor(org, request.user_id), request, now)


def _actor(org: Organization, user_id: UUID | None) -> User | None:
    if not org.is_active:
        raise _Refused(ErrorCode.AUTH_ERROR)
    if user_id is None:
        return None
    actor = User.objects.filter(pk=user_id, organization=org, is_active=True).first()
    if actor is None:
        raise _Refused(ErrorCode.AUTH_ERROR)
    return actor


def _send(org: Organization, actor: User | None, request: SendRequest, now: datetime) -> None:
    text = services.OutgoingText(
        to_number=request.to_number,
        body=request.body,
        from_number=request.from_number,
        metadata=request.metadata,
        message_class=services.class_of(
            request.metadata, default=MessageClass.NOTICE if actor is None else MessageClass.REPLY
        ),
        idempotency_key=request.idempotency_key,
        correlation_id=request.correlation_id,
    )
    try:
        services.send_message(org=org, actor=actor, text=text, now=now)
    except services.InvalidNumber as error:
        raise _Refused(ErrorCode.VALIDATION_ERROR) from error
    except services.Refusal as error:
        raise _Refused(error.code) from error
