"""Lists of a label are read from the label's rows alone: what those hold follows the conversations, whoever writes."""

import random
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from agents.models import Team
from contactcenter.core.models import Label
from sms import labelling, selectors
from sms.enums import ConversationState, Direction
from sms.models import Conversation, ConversationLabel
from sms.wanted import ANY_STATE, Sort, Wanted
from tests.factories import Tenant, make_conversation, make_message

pytestmark = pytest.mark.django_db
_FAR = datetime.max.replace(tzinfo=timezone.now().tzinfo)


def label_of(tenant: Tenant, name: str = "VIP") -> Label:
    return Label.all_orgs.create(organization=tenant.org, name=name)


def put(tenant: Tenant, conv: Conversation, label: Label) -> None:
    labelling.put_on(org=tenant.org, actor=tenant.agent, conversation=conv, label_id=label.pk)


def listed(tenant: Tenant, *, sort: str = Sort.LATEST, **wanted: Any) -> list[UUID]:
    """Walk through all pages; the count that comes along has to be theirs."""
    found, before = [], None
    while True:
        page = selectors.inbox_page(
            tenant.org,
            **{"reader": tenant.agent.pk, "wanted": Wanted(**wanted), "sort": sort, "before": before, "size": 3},
            counted={"all": Wanted(**wanted)},
        )
        found += [line.id for line in page.lines]
        if not page.has_more:
            assert page.counts == {"all": len(found)}
            return found
        last = page.lines[-1]
        before = (last.waiting_since if sort == Sort.WAITING else last.last_message_at, last.id)


def expected(label: Label, *, sort: str, fits: Callable[[Conversation], bool]) -> list[UUID]:
    rows = [
        on_it.conversation for on_it in ConversationLabel.all_orgs.filter(label=label).select_related("conversation")
    ]
    rows = [row for row in rows if fits(row)]
    if sort == Sort.WAITING:
        rows.sort(key=lambda row: (row.waiting_since or _FAR, row.pk))
    else:
        rows.sort(key=lambda row: (row.last_message_at, row.pk), reverse=True)
    return [row.pk for row in rows]


def test_every_filter_and_order_finds_what_the_conversations_say_whatever_came_first(
    aurora: Tenant, borealis: Tenant
) -> None:
    draw, now = random.Random(5), timezone.now()
    team, other_team = (Team.all_orgs.create(organization=aurora.org, name=name) for name in ("Sales", "Returns"))
    label, other, theirs = label_of(aurora), label_of(aurora, "Other"), label_of(borealis)

    def anything() -> dict[str, Any]:
        return {
            "state": draw.choice(["open", "open", "pending", "resolved"]),
            "assignee": draw.choice([None, aurora.agent, aurora.supervisor]),
            "team": draw.choice([None, team, other_team]),
            "phone_number": draw.choice([aurora.twilio_number, aurora.telnyx_number]),
            "unread_count": draw.choice([0, 0, 3]),
            "last_message_at": now - timedelta(hours=draw.randrange(100)),
            "waiting_since": draw.choice([None, now - timedelta(hours=draw.randrange(100))]),
        }

    convs = [make_conversation(aurora, **anything()) for _ in range(40)]
    for conv in convs[:20]:
        put(aurora, conv, label)
    for conv in convs[10:30]:
        Conversation.all_orgs.filter(pk=conv.pk).update(**anything())
    for conv in convs[15:35]:
        put(aurora, conv, draw.choice([label, label, other]))
    put(borealis, make_conversation(borealis), theirs)

    filters: list[tuple[dict[str, Any], Callable[[Conversation], bool]]] = [
        ({}, lambda row: row.state == "open"),
        ({"state": "resolved"}, lambda row: row.state == "resolved"),
        ({"state": ANY_STATE}, lambda _row: True),
        ({"assignee": aurora.agent.pk}, lambda row: row.state == "open" and row.assignee_id == aurora.agent.pk),
        ({"state": ANY_STATE, "unassigned": True}, lambda row: row.assignee_id is None),
        (
            {"state": ANY_STATE, "team": team.pk, "unread_only": True},
            lambda row: row.team == team and row.unread_count > 0,
        ),
        (
            {"number": aurora.telnyx_number.pk},
            lambda row: row.state == "open" and row.phone_number == aurora.telnyx_number,
        ),
        (
            {"state": ANY_STATE, "since": now - timedelta(hours=50)},
            lambda row: row.last_message_at >= now - timedelta(hours=50),
        ),
    ]
    for sort in Sort.values:
        for wanted, fits in filters:
            assert listed(aurora, sort=sort, label=label.pk, **wanted) == expected(label, sort=sort, fits=fits), wanted
    assert listed(aurora, label=theirs.pk, state=ANY_STATE) == []
    assert listed(borealis, label=label.pk, state=ANY_STATE) == []


def test_a_text_from_the_customer_moves_the_conversation_in_the_lists_of_its_label(aurora: Tenant) -> None:
    label = label_of(aurora)
    early, late = (make_conversation(aurora, last_message_at=timezone.now() - timedelta(hours=n)) for n in (2, 1))
    for conv in (early, late):
        put(aurora, conv, label)
    assert listed(aurora, label=label.pk) == [late.pk, early.pk]

    make_message(early, direction=Direction.INBOUND)
    labelling.take_off(org=aurora.org, actor=aurora.agent, conversation=late, label_id=label.pk)

    assert listed(aurora, label=label.pk) == [early.pk]
    assert listed(aurora, label=label.pk, unread_only=True) == [early.pk]


def test_a_label_that_knows_nothing_of_its_conversation_is_refused(aurora: Tenant) -> None:
    put(aurora, make_conversation(aurora), label_of(aurora))
    with (
        pytest.raises(IntegrityError, match="a_label_knows_its_conversation"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE sms_conversationlabel SET state = NULL")


@pytest.mark.django_db(transaction=True)
def test_a_label_put_on_while_the_conversation_changes_knows_the_change(aurora: Tenant) -> None:
    label, conv = label_of(aurora), make_conversation(aurora)
    _meanwhile(
        lambda: Conversation.all_orgs.filter(pk=conv.pk).update(state=ConversationState.RESOLVED),
        lambda: put(aurora, conv, label),
    )
    assert listed(aurora, label=label.pk, state=ConversationState.RESOLVED) == [conv.pk]
    assert listed(aurora, label=label.pk) == []


@pytest.mark.django_db(transaction=True)
def test_a_conversation_that_changes_while_a_label_is_put_on_takes_it_along(aurora: Tenant) -> None:
    label, conv = label_of(aurora), make_conversation(aurora)
    _meanwhile(
        lambda: put(aurora, conv, label),
        lambda: Conversation.all_orgs.filter(pk=conv.pk).update(state=ConversationState.RESOLVED),
    )
    assert listed(aurora, label=label.pk, state=ConversationState.RESOLVED) == [conv.pk]
    assert listed(aurora, label=label.pk) == []


def _meanwhile(first: Callable[[], object], second: Callable[[], object]) -> None:
    """Do the second in another session while the first is not committed; it has to wait."""

    def do() -> None:
        try:
            second()
        finally:
            connection.close()

    colleague = threading.Thread(target=do)
    with transaction.atomic():
        first()
        colleague.start()
        colleague.join(0.3)
        assert colleague.is_alive(), "it waits for what becomes of the first"
    colleague.join(20)
    assert not colleague.is_alive()
