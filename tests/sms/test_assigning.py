"""Waiting conversations find somebody who answers: whom, why, and whom not."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from agents.enums import AgentStatus
from agents.models import Agent, BusinessHours, Team, TeamMember, TeamNumber
from contactcenter.core.models import User
from sms import assigning, history, history_words, inbound
from sms.enums import ConversationEventKind, ConversationState, Direction
from sms.models import Conversation, ConversationEvent
from tests.agents.api import another_agent
from tests.factories import Tenant, make_contact, make_conversation, make_message, make_tenant
from tests.webhooks import post_twilio, twilio_form

pytestmark = pytest.mark.django_db(transaction=True)
NIGHT, DAY = "2026-11-23 22:00:00+00:00", "2026-11-24 10:00:00+00:00"


def make_team(tenant: Tenant, *agents: Agent, name: str = "Orders", **fields: Any) -> Team:
    team = Team.all_orgs.create(**{"organization": tenant.org, "name": name, "assignment": "least_busy", **fields})
    for agent in agents:
        TeamMember.all_orgs.create(organization=tenant.org, team=team, agent=agent)
    return team


def agent_there(tenant: Tenant, name: str, **fields: Any) -> Agent:
    there = {"status": AgentStatus.AVAILABLE, "last_seen_at": timezone.now(), **fields}
    return another_agent(tenant, name, **there)


def waiting(tenant: Tenant, team: Team | None, **fields: Any) -> Conversation:
    return make_conversation(tenant, team=team, waiting_since=timezone.now(), **fields)


def holder(conversation: Conversation) -> User | None:
    return Conversation.all_orgs.select_related("assignee").get(pk=conversation.pk).assignee


def holders(*conversations: Conversation) -> list[str]:
    people = [holder(one) for one in conversations]
    return [person.first_name if person else "" for person in people]


def text(tenant: Tenant, sid: str, **changes: str) -> Conversation:
    fields = {"AccountSid": tenant.twilio.account_id, "To": tenant.twilio_number.address, "MessageSid": sid, **changes}
    assert (
        post_twilio("/hooks/twilio/sms/inbound", twilio_form("inbound_sms", **fields), tenant.twilio).status_code == 200
    )
    inbound.process_due()
    return Conversation.objects.for_org(tenant.org).get()


def test_a_text_finds_the_team_of_its_number_and_the_agent_with_the_fewest(aurora: Tenant, borealis: Tenant) -> None:
    busy, free = agent_there(aurora, "busy"), agent_there(aurora, "free")
    make_conversation(aurora, assignee=busy.user)
    team = make_team(aurora, busy, free)
    other = make_team(aurora, busy, name="Others", is_default=True)
    TeamNumber.all_orgs.create(organization=aurora.org, team=team, phone_number=aurora.twilio_number)
    theirs = make_team(borealis, agent_there(borealis, "theirs"), is_default=True)
    contact = make_contact(aurora, address="+15558675310")
    make_conversation(aurora, address="+15558675310", contact=contact)
    fields = {"AccountSid": aurora.twilio.account_id, "To": aurora.twilio_number.address}
    post_twilio("/hooks/twilio/sms/inbound", twilio_form("inbound_sms", **fields), aurora.twilio)
    inbound.process_due()
    conversation = Conversation.objects.for_org(aurora.org).get(address="+15558675310")
    assert (conversation.team, conversation.assignee) == (team, None)
    assert assigning.assign_waiting() == 1
    assert holder(conversation) == free.user
    events = ConversationEvent.objects.for_org(aurora.org).filter(conversation=conversation).order_by("created_at")
    assert [(event.kind, event.actor, event.detail) for event in events] == [
        ("team", None, {"team": str(team.pk), "name": "Orders", "reason": "number"}),
        (
            "assigned",
            None,
            {
                **{"user": str(free.user.pk), "name": "free Aurora", "reason": "least_busy"},
                **{"team": str(team.pk), "team_name": "Orders"},
            },
        ),
    ]
    assert [history_words.sentence(event) for event in events] == [
        "Given to the team Orders, which answers at this number",
        "Given to free Aurora: has the fewest open conversations of those available in the team Orders",
    ]
    assert assigning.assign_waiting() == 0
    assert not Conversation.all_orgs.filter(team__in=[other, theirs]).exists()


def test_the_default_team_answers_where_no_other_does(aurora: Tenant, borealis: Tenant) -> None:
    default = make_team(aurora, is_default=True)
    elsewhere = make_team(aurora, name="Elsewhere")
    TeamNumber.all_orgs.create(organization=aurora.org, team=elsewhere, phone_number=aurora.telnyx_number)
    conversation = text(aurora, "SM" + "1" * 32)
    assert conversation.team == default
    assert ConversationEvent.all_orgs.get().detail["reason"] == "default"
    # A person gives it to another team: the next text leaves it there.
    Conversation.all_orgs.update(team=elsewhere)
    assert text(aurora, "SM" + "2" * 32).team == elsewhere
    assert text(borealis, "SM" + "3" * 32).team is None


def test_whoever_is_not_there_is_given_nothing(aurora: Tenant, borealis: Tenant) -> None:
    now = timezone.now()
    away = [
        agent_there(aurora, "break", status=AgentStatus.BREAK),
        agent_there(aurora, "gone", last_seen_at=now - timedelta(seconds=61)),
        agent_there(aurora, "never", last_seen_at=None),
        agent_there(aurora, "none", text_capacity=0),
        agent_there(aurora, "unskilled", skills=["sales"]),
        closed := agent_there(aurora, "closed", skills=["Returns"]),
    ]
    User.objects.filter(pk=closed.user_id).update(is_active=False)
    outsider = agent_there(aurora, "outsider", skills=["returns"])
    for agent in away[:4]:
        Agent.all_orgs.filter(pk=agent.pk).update(skills=["returns"])
    team = make_team(aurora, *away, required_skills=["returns"])
    conversation = waiting(aurora, team)
    assert assigning.assign_waiting() == 0
    assert holder(conversation) is None
    # One comes back, and nothing else has to happen.
    Agent.all_orgs.filter(pk=away[0].pk).update(status=AgentStatus.AVAILABLE)
    assert assigning.assign_waiting() == 1
    assert holder(conversation) == away[0].user
    assert holder(conversation) != outsider.user


def test_only_what_waits_open_and_with_nobody_in_an_assigning_team_is_given(aurora: Tenant) -> None:
    agent = agent_there(aurora, "anna", text_capacity=50)
    team, off = make_team(aurora, agent), make_team(aurora, agent, name="Off", assignment="off")
    left = [
        make_conversation(aurora, team=team),
        waiting(aurora, off),
        waiting(aurora, None),
        *(waiting(aurora, team, state=state) for state in ("pending", "snoozed", "resolved")),
    ]
    taken = waiting(aurora, team, assignee=aurora.supervisor)
    assert assigning.assign_waiting() == 0
    assert {holder(one) for one in left} == {None}
    assert holder(taken) == aurora.supervisor


def test_nobody_is_given_more_than_they_can_hold_and_the_urgent_come_first(aurora: Tenant) -> None:
    agent = agent_there(aurora, "anna", text_capacity=2)
    make_conversation(aurora, assignee=agent.user, state=ConversationState.RESOLVED)
    team = make_team(aurora, agent)
    first, second = waiting(aurora, team), waiting(aurora, team)
    urgent = waiting(aurora, team, priority=2)
    assert assigning.assign_waiting() == 2
    assert holders(urgent, first, second) == ["anna", "anna", ""]
    Conversation.all_orgs.filter(pk=urgent.pk).update(state=ConversationState.RESOLVED)
    assert assigning.assign_waiting() == 1
    assert holders(second) == ["anna"]


def test_each_has_their_turn(aurora: Tenant) -> None:
    agents = [agent_there(aurora, name) for name in ("a", "b", "c")]
    team = make_team(aurora, *agents, assignment="round_robin")
    # What somebody holds makes no difference.
    make_conversation(aurora, assignee=agents[0].user)
    conversations = [waiting(aurora, team) for _ in range(5)]
    assert assigning.assign_waiting() == 5
    assert holders(*conversations) == ["a", "b", "c", "a", "b"]
    event = ConversationEvent.all_orgs.filter(conversation=conversations[3]).get()
    assert history_words.sentence(event) == "Given to a Aurora: it was their turn in the team Orders"


def test_who_speaks_the_customers_language_comes_first(aurora: Tenant) -> None:
    english = agent_there(aurora, "english", language="en")
    spanish = agent_there(aurora, "spanish", language="es-MX", text_capacity=2)
    make_conversation(aurora, assignee=spanish.user)
    team = make_team(aurora, english, spanish)
    given = []
    for language in ("es", "es", "cs", ""):
        contact = make_contact(aurora, address=f"+1202555800{len(given)}")
        contact.language = language
        contact.save()
        given.append(waiting(aurora, team, contact=contact))
        assigning.assign_waiting()
    # The second one finds no more room where Spanish is spoken.
    assert holders(*given) == ["spanish", "english", "english", "english"]
    event = ConversationEvent.all_orgs.filter(conversation=given[0]).get()
    assert event.detail["language"] == "es"
    assert history_words.sentence(event).startswith("Given to spanish Aurora: speaks the customer's language, and ")
    assert "language" not in ConversationEvent.all_orgs.filter(conversation=given[1]).get().detail


def test_what_somebody_handed_back_goes_to_another_until_the_customer_writes(aurora: Tenant) -> None:
    first, second = agent_there(aurora, "first"), agent_there(aurora, "second", status=AgentStatus.BREAK)
    team = make_team(aurora, first, second)
    conversation = make_conversation(aurora, team=team, waiting_since=timezone.now())
    make_message(conversation, direction=Direction.INBOUND)
    history.record(
        org_id=aurora.org.pk,
        conversation_id=conversation.pk,
        kind=ConversationEventKind.UNASSIGNED,
        actor=first.user,
    )
    assert assigning.assign_waiting() == 0
    Agent.all_orgs.filter(pk=second.pk).update(status=AgentStatus.AVAILABLE)
    assert assigning.assign_waiting() == 1
    assert holder(conversation) == second.user
    Conversation.all_orgs.update(assignee=None)
    Agent.all_orgs.filter(pk=second.pk).update(status=AgentStatus.BREAK)
    make_message(conversation, direction=Direction.INBOUND)
    Conversation.all_orgs.update(assignee=None, waiting_since=timezone.now())
    assert assigning.assign_waiting() == 1
    assert holder(conversation) == first.user


def test_outside_business_hours_only_teams_that_say_so_are_given_something(aurora: Tenant) -> None:
    agent = agent_there(aurora, "anna")  # Who is there, PostgreSQL's clock says, which nobody turns.
    BusinessHours.all_orgs.create(organization=aurora.org, weekly="Mo-Fr 09:00-17:00")
    day, night = make_team(aurora, agent), make_team(aurora, agent, name="Night", assigns_when_closed=True)
    in_day, in_night = waiting(aurora, day), waiting(aurora, night)
    with time_machine.travel(NIGHT, tick=False):
        assert assigning.assign_waiting() == 1
    assert holders(in_day, in_night) == ["", "anna"]
    with time_machine.travel(DAY, tick=False):
        assert assigning.assign_waiting() == 1
    assert holders(in_day) == ["anna"]


# --- Many workers at once ---------------------------------------------------------------------------------------------
MANY, CAPACITY = 6, 3


def at_once(deed: Callable[[], Any]) -> list[Any]:
    barrier = Barrier(MANY)

    def run(_number: int) -> Any:
        try:
            barrier.wait(timeout=60)
            return deed()
        finally:
            connection.close()

    with ThreadPoolExecutor(MANY) as threads:
        return list(threads.map(run, range(MANY)))


def crowd(tenant: Tenant) -> list[Agent]:
    agents = [agent_there(tenant, name, text_capacity=CAPACITY) for name in ("a", "b")]
    team = make_team(tenant, *agents)
    for _ in range(4 * CAPACITY):
        waiting(tenant, team)
    return agents


def test_many_workers_give_each_conversation_once_and_fill_nobody_over(transactional_db: None) -> None:
    aurora, borealis = make_tenant("aurora"), make_tenant("borealis")
    agents = [*crowd(aurora), *crowd(borealis)]
    given = at_once(assigning.assign_waiting)
    assert sum(given) == 4 * CAPACITY
    assert [Conversation.all_orgs.filter(assignee=agent.user).count() for agent in agents] == [CAPACITY] * 4
    events = ConversationEvent.all_orgs.filter(kind=ConversationEventKind.ASSIGNED)
    assert events.count() == events.values("conversation").distinct().count() == 4 * CAPACITY
    for event in events.select_related("conversation__assignee"):
        assert event.detail["user"] == str(event.conversation.assignee_id)
        assert event.conversation.organization_id == event.conversation.assignee.organization_id


def test_the_twin_without_the_lock_fills_somebody_over(transactional_db: None, monkeypatch: Any) -> None:
    """Shows that the workers do meet: each counts before any of them has given."""
    agents = crowd(make_tenant("aurora"))
    met = Barrier(MANY)
    choose = assigning._choose

    def choose_together(*args: Any) -> Any:
        chosen = choose(*args)
        met.wait(timeout=60)
        return chosen

    monkeypatch.setattr(assigning, "_wait_for_turn", lambda _org_id: None)
    monkeypatch.setattr(assigning, "_choose", choose_together)
    # They begin at different conversations, as workers do that looked at different times.
    ids = iter(list(Conversation.all_orgs.values_list("pk", flat=True)))
    team = Team.all_orgs.get()
    assert at_once(lambda: assigning._assign_one(team, next(ids))) == [True] * MANY
    assert max(Conversation.all_orgs.filter(assignee=agent.user).count() for agent in agents) > CAPACITY
