"""What people and programs do with calls: one use case, one transaction, named errors each."""

from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from calls import orders, selectors, transitions
from calls.enums import ENDED, CallDirection, CallStatus, Placing
from calls.models import Call
from calls.transitions import ForbiddenTransition
from contactcenter.core import clock, doorbell, events
from contactcenter.core.models import Contact, Organization, ProviderAccount, User
from contactcenter.core.phone import InvalidNumber, to_e164

__all__ = [
    "CallChanges",
    "ForbiddenTransition",
    "InvalidFromNumber",
    "InvalidNumber",
    "NewCall",
    "NoLine",
    "UnknownCall",
    "UnknownCampaign",
    "UnknownContact",
    "UnknownMember",
    "create_call",
    "delete_call",
    "end_call",
    "update_call",
]


class InvalidFromNumber(Exception):
    """`from_number` cannot be read as a phone number."""


class NoLine(Exception):
    """The organization has no active number that calls can be made from."""


class UnknownCall(Exception):
    """The call was deleted."""


class UnknownCampaign(Exception):
    """The campaign is none of the organization's."""


class UnknownContact(Exception):
    """The contact is none of the organization's."""


class UnknownMember(Exception):
    """The person is nobody of the organization who could hold or watch over a call. `field` says which one."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.field = name


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCall:
    """A call to be made, or one that rings already. Numbers as typed; `from_number` empty for the default line."""

    to_number: str
    direction: str
    from_number: str = ""
    campaign_id: UUID | None = None
    contact_id: UUID | None = None
    metadata: dict[str, Any] = field(default_factory=dict)


class Unset(Enum):
    """Marks what a change does not touch; None is a value."""

    UNSET = "unset"


UNSET = Unset.UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class CallChanges:
    """What is to be changed of a call."""

    status: str | Unset = UNSET
    agent_id: UUID | Unset | None = UNSET
    supervisor_id: UUID | Unset | None = UNSET
    disposition: str | Unset = UNSET
    notes: str | Unset = UNSET
    metadata: dict[str, Any] | Unset = UNSET


def create_call(*, org: Organization, actor: User | None, new: NewCall, now: datetime | None = None) -> Call:
    """Store one call; an outbound one is queued, and a worker dials it.

    Raises InvalidNumber, InvalidFromNumber, NoLine, UnknownCampaign, UnknownContact.
    """
    to_number = to_e164(new.to_number, country=org.default_country)
    is_outbound = new.direction == CallDirection.OUTBOUND
    account, from_number = _origin(org, new, to_number)
    if new.campaign_id is not None and selectors.campaign(org, new.campaign_id) is None:
        raise UnknownCampaign
    contact = _contact(org, new, to_number if is_outbound else from_number)
    now = now or clock.now()
    with transaction.atomic():
        call = Call.all_orgs.create(
            organization=org,
            direction=new.direction,
            status=CallStatus.QUEUED if is_outbound else CallStatus.RINGING,
            from_number=from_number,
            to_number=to_number,
            placed_by=actor,
            agent=actor if is_outbound and actor is not None and selectors.is_agent(org, actor) else None,
            campaign_id=new.campaign_id,
            contact=contact,
            metadata=new.metadata,
            account=account,
            provider=account.provider if account else "",
            placing=Placing.DUE if is_outbound else Placing.NONE,
            next_attempt_at=Now() if is_outbound else None,  # Due by the clock that the claim is made by.
            started_at=now,
            created_at=now,
        )
        call.next_attempt_at = now if is_outbound else None
        transitions.record_started(call, actor=actor)
        transitions.announce(org.pk, call.pk)
        if is_outbound:
            doorbell.wake("calls.tasks.place_due")
    return call


def _origin(org: Organization, new: NewCall, to_number: str) -> tuple[ProviderAccount | None, str]:
    """Return the account that carries the call, and the number that is shown.

    A number that is not listed may still be a verified caller id at the provider, who has the last word on it. A call
    that rings already needs no line of ours, when it says who calls.
    """
    lines = selectors.lines(org)
    given = _read_from(org, new.from_number)
    ours = to_number if new.direction == CallDirection.INBOUND else given
    line = lines.filter(address=ours).first() if ours else None
    if new.direction == CallDirection.INBOUND and given:
        return (line.account if line else None), given
    line = line or lines.first()
    if line is None:
        raise NoLine
    return line.account, given or line.address


def _read_from(org: Organization, text: str) -> str:
    if not text.strip():
        return ""
    try:
        return to_e164(text, country=org.default_country)
    except InvalidNumber as error:
        raise InvalidFromNumber from error


def _contact(org: Organization, new: NewCall, number: str) -> Contact | None:
    if new.contact_id is None:
        return selectors.contact_of(org, number)
    found = selectors.contact(org, new.contact_id)
    if found is None:
        raise UnknownContact
    return found


def update_call(*, org: Organization, actor: User, call: Call, changes: CallChanges) -> Call:
    """Change a call. Ending it ends it at the provider as well.

    Raises ForbiddenTransition (nothing is changed then), UnknownCall, UnknownMember.
    """
    wanted = {one.name: value for one in fields(changes) if (value := getattr(changes, one.name)) is not UNSET}
    status = wanted.pop("status", None)
    for name in ("agent_id", "supervisor_id"):
        if wanted.get(name) is not None and selectors.member(org, wanted[name]) is None:
            raise UnknownMember(name)
    with transaction.atomic():
        rows = Call.objects.for_org(org).filter(pk=call.pk, deleted_at__isnull=True)
        locked = rows.select_for_update().first()
        if locked is None:
            raise UnknownCall
        if wanted:
            rows.update(**wanted)
            for name, value in wanted.items():
                setattr(locked, name, value)
            detail = {"fields": sorted(wanted)}
            events.audit(org_id=org.pk, actor=actor, action="call.updated", target=locked, detail=detail)
            transitions.announce(org.pk, locked.pk)
        if status is not None and status != locked.status:
            _set_status(locked, str(status), actor)
    return locked


def _set_status(call: Call, status: str, actor: User) -> None:
    before = call.status
    if not transitions.move(call, status, now=clock.now(), actor=actor):
        raise ForbiddenTransition(before, status)
    events.audit(
        org_id=call.organization_id,
        actor=actor,
        action="call.status_changed",
        target=call,
        detail={"from": before, "to": status},
    )
    if status in ENDED:
        orders.hang_up(call)


def end_call(*, org: Organization, actor: User, call: Call) -> Call:
    """End a call here and at the provider; one that has ended stays as it is."""
    with transaction.atomic():
        locked = Call.objects.for_org(org).select_for_update().get(pk=call.pk)
        if not locked.is_over:
            _set_status(locked, CallStatus.COMPLETED, actor)
    return locked


def delete_call(*, org: Organization, actor: User, call: Call) -> None:
    """Take a call out of every list; what is still going on ends first. The audit record stays."""
    with transaction.atomic():
        end_call(org=org, actor=actor, call=call)
        rows = Call.objects.for_org(org).filter(pk=call.pk, deleted_at__isnull=True)
        if rows.update(deleted_at=Now()):
            events.audit(org_id=org.pk, actor=actor, action="call.deleted", target=call)
            transitions.announce(org.pk, call.pk)
