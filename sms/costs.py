"""Which texts have cost something, and how much: per currency, never across currencies.

A text that no provider ever accepted has cost nothing, whatever was estimated for it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, Q, QuerySet, Sum, UUIDField, Value, When

from contactcenter.core.models import Contact, Organization, User
from sms.enums import CostSource, Direction, HoldReason, MessageStatus
from sms.models import Conversation, Message

_ENDED_UNSENT = (MessageStatus.FAILED, MessageStatus.BLOCKED, MessageStatus.CANCELED, MessageStatus.EXPIRED)
_BILLED = Q(cost_source=CostSource.FINAL)
CHARGED = Q(direction=Direction.OUTBOUND, cost__isnull=False) & (_BILLED | ~Q(provider_message_id=""))
# What still waits will cost something, unless it waits for someone to say that it may.
_COMING = Q(
    direction=Direction.OUTBOUND,
    cost__isnull=False,
    status__in=[
        *(MessageStatus.SCHEDULED, MessageStatus.QUEUED, MessageStatus.CLAIMED),
        *(MessageStatus.SENDING, MessageStatus.UNCERTAIN, MessageStatus.HELD),
    ],
) & ~Q(status=MessageStatus.HELD, hold_reason=HoldReason.SPENDING)
COMMITTED = CHARGED | _COMING


@dataclass(frozen=True, slots=True)
class Cost:
    """What some texts cost in one currency: billed by the provider, or as far as it is estimated."""

    currency: str
    texts: int
    segments: int
    estimated: Decimal
    billed: Decimal

    @property
    def total(self) -> Decimal:
        """Both together."""
        return self.estimated + self.billed


def nothing(currency: str) -> Cost:
    """Return what no text costs."""
    return Cost(currency, 0, 0, Decimal(0), Decimal(0))


def is_free(status: str, provider_message_id: str, cost_source: str) -> bool:
    """Whether a text ended without a provider ever having it, so that its estimate counts for nothing."""
    return status in _ENDED_UNSENT and not provider_message_id and cost_source != CostSource.FINAL


def charged(org: Organization, *, since: datetime | None = None, until: datetime | None = None) -> "QuerySet[Message]":
    """Return the texts that have cost something; of a stretch of time, by when they were accepted by us."""
    rows = Message.objects.for_org(org).filter(CHARGED)
    if since is not None:
        rows = rows.filter(created_at__gte=since)
    return rows.filter(created_at__lt=until) if until is not None else rows


def summed(rows: "QuerySet[Message]", *by: str) -> list[tuple[tuple[Any, ...], Cost]]:
    """Return what these texts cost for each value of the fields `by` and each currency, in one query."""
    nothing = Value(Decimal(0))
    grouped = (
        rows.order_by()
        .values_list(*by, "cost_currency")
        .annotate(
            texts=Count("pk"),
            parts=Sum("segments"),
            estimated=Sum("cost", filter=~_BILLED, default=nothing),
            billed=Sum("cost", filter=_BILLED, default=nothing),
        )
    )
    return [(row[: len(by)], Cost(*row[len(by) :])) for row in grouped]


def of_organization(org: Organization, *, since: datetime | None = None, until: datetime | None = None) -> list[Cost]:
    """Return what the organization's texts cost, a line for each currency."""
    return _costs(charged(org, since=since, until=until))


def of_contact(org: Organization, contact: Contact) -> list[Cost]:
    """Return what the texts to a person cost, in all conversations."""
    return _costs(charged(org).filter(conversation__contact=contact))


def of_agent(
    org: Organization, agent: User, *, since: datetime | None = None, until: datetime | None = None
) -> list[Cost]:
    """Return what the texts that somebody wrote cost."""
    return _costs(charged(org, since=since, until=until).filter(author=agent))


def of_conversation(org: Organization, conversation: Conversation) -> list[Cost]:
    """Return what the texts of a conversation cost."""
    return _costs(charged(org).filter(conversation=conversation))


def of_thread(org: Organization, conversation: Conversation) -> tuple[list[Cost], list[Cost]]:
    """Return what the conversation cost, and what all conversations with its person cost, in one query."""
    here: UUID = conversation.pk
    rows = charged(org).filter(conversation__contact=conversation.contact_id)
    is_here = Case(When(conversation=here, then=Value(here)), default=None, output_field=UUIDField(null=True))
    found = summed(rows.annotate(here=is_here), "here")
    own = [cost for (key,), cost in found if key is not None]
    return _in_order(own), together(cost for _key, cost in found)


def together(costs: Iterable[Cost]) -> list[Cost]:
    """Return the costs with one line for each currency."""
    found: dict[str, Cost] = {}
    for cost in costs:
        so_far = found.get(cost.currency, nothing(cost.currency))
        found[cost.currency] = Cost(
            cost.currency,
            so_far.texts + cost.texts,
            so_far.segments + cost.segments,
            so_far.estimated + cost.estimated,
            so_far.billed + cost.billed,
        )
    return _in_order(found.values())


def _costs(rows: "QuerySet[Message]") -> list[Cost]:
    return _in_order(cost for _key, cost in summed(rows))


def _in_order(costs: Iterable[Cost]) -> list[Cost]:
    return sorted(costs, key=lambda cost: cost.currency)
