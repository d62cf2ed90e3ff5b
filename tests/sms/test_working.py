"""Work with conversations through its pages: states, snoozes, who has what, teams, priorities, labels."""

import re
import threading
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agents.models import Team
from contactcenter.core.models import AuditEntry, Label, User
from sms import sweep, working
from sms.enums import ConsentSource, ConsentState, ConversationState, Direction, Priority
from sms.models import Conversation, ConversationEvent, ConversationLabel
from tests.conftest import LogIn
from tests.factories import Tenant, make_call, make_conversation, make_message, make_user
from tests.sms.pages import refreshed_tail

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def agent(aurora: Tenant, borealis: Tenant, log_in: LogIn) -> Client:
    return log_in(aurora.agent)


@pytest.fixture
def conv(aurora: Tenant) -> Conversation:
    return make_conversation(aurora, name="Jana")


def now_of(conv: Conversation) -> Conversation:
    return Conversation.all_orgs.get(pk=conv.pk)


def history(conv: Conversation) -> list[tuple[str, dict[str, Any]]]:
    return list(ConversationEvent.all_orgs.filter(conversation=conv).order_by("id").values_list("kind", "detail"))


def told(html: str) -> list[str]:
    """Return the sentences between the bubbles."""
    return [unescape(words) for words in re.findall(r'class="happening"[^>]*>.*?<span>(.*?)</span>', html, re.DOTALL)]


def do(browser: Client, conv: Conversation, deed: str, /, **form: object) -> Any:
    return browser.post(f"/sms/{conv.pk}/{deed}/", form, headers=HTMX)


def test_each_state_is_reached_once_and_told_in_the_history_and_the_audit(
    aurora: Tenant, agent: Client, conv: Conversation
) -> None:
    Conversation.all_orgs.filter(pk=conv.pk).update(waiting_since=timezone.now())
    for deed, state in (("pending", "pending"), ("close", "resolved"), ("reopen", "open")):
        for _click in range(2):
            answer = do(agent, conv, deed)
            assert (answer.status_code, now_of(conv).state) == (200, state)
        assert f"sms:conversation-{conv.pk}" in answer.headers["HX-Trigger"]

    assert history(conv) == [("state", {"state": state}) for state in ("pending", "resolved", "open")]
    assert now_of(conv).waiting_since is None
    actions = AuditEntry.all_orgs.order_by("id").values_list("action", "actor", "object_id")
    assert list(actions) == [
        (f"conversation.{word}", aurora.agent.pk, conv.pk) for word in ("pending", "closed", "reopened")
    ]


def test_every_deed_works_as_a_plain_form_too(agent: Client, conv: Conversation) -> None:
    for deed, form in (("take", {}), ("pending", {}), ("snooze", {"until": "answer"}), ("priority", {"priority": "2"})):
        answer = agent.post(f"/sms/{conv.pk}/{deed}/", form)
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/sms/{conv.pk}/")
    for choice in ("assign", "snooze", "labels", "notes"):
        page = agent.get(f"/sms/{conv.pk}/{choice}/").content.decode()
        assert "<html" in page
        assert f'action="/sms/{conv.pk}/{choice}/"' in page
        assert "<html" not in agent.get(f"/sms/{conv.pk}/{choice}/", headers=HTMX).content.decode()


def test_a_snooze_is_counted_by_the_readers_clock(aurora: Tenant, agent: Client, conv: Conversation) -> None:
    User.objects.filter(pk=aurora.agent.pk).update(time_zone="Europe/Prague")
    # A Saturday evening in Prague, before the clocks are put forward in the night.
    evening = datetime(2026, 3, 28, 19, 30, tzinfo=UTC)
    meant = {
        "hour": evening + timedelta(hours=1),
        "tomorrow": datetime(2026, 3, 29, 7, tzinfo=UTC),
        "monday": datetime(2026, 3, 30, 7, tzinfo=UTC),
        "answer": None,
    }
    with time_machine.travel(evening, tick=False):
        for choice, until in meant.items():
            assert do(agent, conv, "snooze", until=choice).status_code == 200
            assert (now_of(conv).state, now_of(conv).snoozed_until) == ("snoozed", until)
        do(agent, conv, "snooze", until="own", at="2026-04-02T10:15")
        assert now_of(conv).snoozed_until == datetime(2026, 4, 2, 8, 15, tzinfo=UTC)


@pytest.mark.parametrize("at", ["2026-03-28T20:29", "2027-04-01T10:00", "", "nonsense", "2026-03-29T02:30"])
def test_a_snooze_that_cannot_be_is_explained_and_changes_nothing(
    at: str, aurora: Tenant, agent: Client, conv: Conversation
) -> None:
    User.objects.filter(pk=aurora.agent.pk).update(time_zone="Europe/Prague")
    with time_machine.travel(datetime(2026, 3, 28, 19, 30, tzinfo=UTC), tick=False):
        answer = do(agent, conv, "snooze", until="own", at=at)

    assert (answer.status_code, answer.headers["HX-Retarget"]) == (422, "#work")
    assert re.search(r'id="snooze-error" role="status">[A-Z]', answer.content.decode())
    assert (now_of(conv).state, history(conv)) == ("open", [])


def test_the_sweep_wakes_whom_it_is_time_for_and_nobody_else(
    aurora: Tenant, borealis: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep, "_BATCH", 2)
    now = timezone.now()
    asleep = {"state": ConversationState.SNOOZED}
    due = [
        make_conversation(tenant, snoozed_until=now - timedelta(minutes=minutes), **asleep)
        for tenant, minutes in ((aurora, 3), (borealis, 2), (aurora, 1))
    ]
    later = make_conversation(aurora, snoozed_until=now + timedelta(minutes=5), **asleep)
    until_an_answer = make_conversation(aurora, **asleep)

    woken = [swept.woken for _round in range(3) if (swept := sweep.sweep())]

    assert woken == [2, 1, 0]
    assert [(now_of(one).state, now_of(one).snoozed_until) for one in due] == [("open", None)] * 3
    assert [history(one) for one in due] == [[("woken", {})]] * 3
    assert [event.organization_id for event in ConversationEvent.all_orgs.order_by("id")] == [
        one.organization_id for one in due
    ]
    assert [now_of(one).state for one in (later, until_an_answer)] == ["snoozed", "snoozed"]


def test_taking_handing_back_and_assigning(aurora: Tenant, agent: Client, conv: Conversation, log_in: LogIn) -> None:
    assert "Hand back" in do(agent, conv, "take").content.decode()
    assert "Hand back" in do(agent, conv, "take").content.decode()
    too_late = do(log_in(aurora.supervisor), conv, "take").content.decode()
    assert now_of(conv).assignee == aurora.agent
    assert "A colleague has this conversation already." in too_late

    do(agent, conv, "assign", assignee=aurora.supervisor.pk)
    assert now_of(conv).assignee == aurora.supervisor
    do(agent, conv, "hand-back")
    do(agent, conv, "hand-back")
    assert now_of(conv).assignee is None

    mine = {"user": str(aurora.agent.pk), "name": "Agent Aurora"}
    theirs = {"user": str(aurora.supervisor.pk), "name": "Supervisor Aurora"}
    assert history(conv) == [("assigned", mine), ("assigned", theirs), ("unassigned", theirs)]
    assert told(agent.get(f"/sms/{conv.pk}/").content.decode()) == [
        "Agent Aurora took the conversation",
        "Agent Aurora assigned the conversation to Supervisor Aurora",
        "Agent Aurora took the conversation from Supervisor Aurora",
    ]


def test_nobody_but_people_who_work_here_can_be_assigned(
    aurora: Tenant, borealis: Tenant, agent: Client, conv: Conversation
) -> None:
    gone = make_user(aurora.org, "AGENT", email="gone@aurora.example", first_name="Gone", is_active=False)
    for stranger in (borealis.agent.pk, aurora.customer.pk, gone.pk, uuid4(), "nonsense"):
        answer = do(agent, conv, "assign", assignee=stranger)
        assert answer.status_code == 422
        assert re.search(r'id="assignee-error">[^<]', answer.content.decode())
    for choices in (agent.get(f"/sms/{conv.pk}/assign/").content.decode(), answer.content.decode()):
        assert re.findall(r"<option[^>]*>([\w ]+) Aurora", choices) == ["Admin", "Agent", "Supervisor"]
    assert (now_of(conv).assignee, history(conv)) == (None, [])
    with pytest.raises(working.UnknownAssignee):
        working.assign(org=aurora.org, actor=aurora.agent, conversation=conv, user_id=borealis.agent.pk)


def test_another_organizations_service_changes_nothing(aurora: Tenant, borealis: Tenant, conv: Conversation) -> None:
    deed: dict[str, Any] = {"org": borealis.org, "actor": borealis.agent, "conversation": conv}
    assert [
        working.resolve(**deed),
        working.set_pending(**deed),
        working.snooze(**deed, until=None),
        working.take(**deed),
        working.assign(**deed, user_id=borealis.agent.pk),
        working.hand_back(**deed),
        working.set_priority(**deed, priority=Priority.URGENT),
        working.take_from_team(**deed),
    ] == [False] * 8
    assert (now_of(conv).state, now_of(conv).assignee, history(conv)) == ("open", None, [])


def test_teams_and_priorities(aurora: Tenant, borealis: Tenant, agent: Client, conv: Conversation) -> None:
    team = Team.all_orgs.create(organization=aurora.org, name="Returns")
    foreign = Team.all_orgs.create(organization=borealis.org, name="Borealis ward")

    assert "Borealis" not in agent.get(f"/sms/{conv.pk}/assign/").content.decode()
    assert do(agent, conv, "team", team=foreign.pk).status_code == 422
    assert do(agent, conv, "priority", priority="9").status_code == 422
    assert (now_of(conv).team, now_of(conv).priority, history(conv)) == (None, 0, [])
    for _click in range(2):
        do(agent, conv, "team", team=team.pk)
        page = do(agent, conv, "priority", priority=Priority.URGENT).content.decode()
    assert (now_of(conv).team, now_of(conv).priority) == (team, Priority.URGENT)
    assert "Returns" in page
    assert "urgent" in page
    for _click in range(2):
        do(agent, conv, "team", team="")
    detail = {"team": str(team.pk), "name": "Returns"}
    assert history(conv) == [("team", detail), ("priority", {"priority": 2}), ("no_team", detail)]


def test_labels_are_put_on_and_taken_off_by_agents_and_made_by_supervisors(
    aurora: Tenant, borealis: Tenant, agent: Client, conv: Conversation, log_in: LogIn
) -> None:
    vip = Label.all_orgs.create(organization=aurora.org, name="VIP")
    foreign = Label.all_orgs.create(organization=borealis.org, name="Borealis label")
    for _click in range(2):
        page = do(agent, conv, "labels", add=vip.pk).content.decode()
    assert f'name="remove" value="{vip.pk}" aria-pressed="true"' in page
    assert 'id="thread-head" hx-swap-oob="morph"' in page
    assert do(agent, conv, "labels", add=foreign.pk).status_code == 422
    assert list(ConversationLabel.all_orgs.values_list("conversation", "label")) == [(conv.pk, vip.pk)]

    assert do(agent, conv, "labels", name="Agents make none").status_code == 403
    supervisor = log_in(aurora.supervisor)
    assert do(supervisor, conv, "labels", name=" New   label ", color="violet").status_code == 200
    assert do(supervisor, conv, "labels", name="new LABEL").status_code == 422
    assert do(supervisor, conv, "labels", name=" ").status_code == 422
    made = Label.all_orgs.exclude(pk__in=[vip.pk, foreign.pk]).get()
    assert (made.organization, made.name, made.color) == (aurora.org, "New label", "violet")

    for _click in range(2):
        do(agent, conv, "labels", remove=vip.pk)
    assert [(kind, detail["name"]) for kind, detail in history(conv)] == [
        ("labeled", "VIP"),
        ("labeled", "New label"),
        ("unlabeled", "VIP"),
    ]


def test_a_row_of_the_list_shows_the_work(aurora: Tenant, agent: Client) -> None:
    team = Team.all_orgs.create(organization=aurora.org, name="Returns")
    conv = make_conversation(aurora, assignee=aurora.supervisor, team=team, priority=Priority.HIGH)
    for name, color in (("VIP", "amber"), ("Billing", "blue"), ("Third", "gray")):
        label = Label.all_orgs.create(organization=aurora.org, name=name, color=color)
        ConversationLabel.all_orgs.create(organization=aurora.org, conversation=conv, label=label)
    make_conversation(aurora, name="Plain")

    rows = re.findall(r'<li><a class="row.*?</li>', agent.get("/sms/").content.decode(), re.DOTALL)

    [plain] = [row for row in rows if "Plain" in row]
    [row] = [row for row in rows if "Plain" not in row]
    assert re.findall(r'class="pill label-(\w+)">([^<]*)<', row) == [("blue", "Billing"), ("gray", "Third")]
    assert [words in row for words in ("Supervisor Aurora", ">SA<", "Returns", "high", "+1")] == [True] * 5
    assert "pill" not in plain
    assert "row-assignee" not in plain


def test_the_thread_shows_what_happened_between_the_texts_page_by_page(
    aurora: Tenant, borealis: Tenant, agent: Client, conv: Conversation
) -> None:
    from sms import consent  # Only here: the other tests go through pages.
    from sms import history as own_history

    start = timezone.now().replace(microsecond=0) - timedelta(hours=2)

    def at(minutes: float) -> datetime:
        return start + timedelta(minutes=minutes)

    for number in range(45):
        make_message(conv, body=f"Text {number}", at=at(number))
    for minutes, kind in ((-1, "woken"), (2.5, "woken"), (4.5, "reopened"), (50, "woken")):
        own_history.record(
            org_id=aurora.org.pk, conversation_id=conv.pk, kind=kind, at=at(minutes), direction=Direction.INBOUND
        )
    make_call(aurora, contact=conv.contact, at=at(20.5), duration=125)
    make_call(aurora, at=at(21.5))
    make_call(borealis, at=at(22.5))
    opted_out = {"state": ConsentState.OPTED_OUT, "source": ConsentSource.KEYWORD, "message": None}
    for tenant in (aurora, borealis):
        consent.write(org_id=tenant.org.pk, address=conv.address, now=at(51), **opted_out)

    page = agent.get(f"/sms/{conv.pk}/").content.decode()
    link = re.search(r'hx-get="(/sms/[^"]+/older/[^"]+)"', page)
    assert link is not None
    newest = ["Reopened by a text from the customer", "Call from outside · 2:05 min", "The snooze has ended"]
    assert told(page) == [*newest, "Opted out of texts"]
    assert told(refreshed_tail(agent, page)) == told(page)
    assert told(agent.get(unescape(link[1]), headers=HTMX).content.decode()) == ["The snooze has ended"] * 2
    assert page.index("Text 20<") < page.index("Call from outside") < page.index("Text 21<")


def test_the_number_of_queries_does_not_depend_on_what_happened(
    aurora: Tenant, agent: Client, conv: Conversation
) -> None:
    from sms import history as own_history

    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert agent.get(path).status_code == 200
        return len(captured)

    def happen(times: int) -> None:
        for number in range(times):
            make_message(conv)
            own_history.record(org_id=aurora.org.pk, conversation_id=conv.pk, kind="woken", actor=aurora.agent)
            make_call(aurora, contact=conv.contact, agent=aurora.agent)
            label = Label.all_orgs.create(organization=aurora.org, name=f"Label {times} {number}")
            ConversationLabel.all_orgs.create(organization=aurora.org, conversation=conv, label=label)

    paths = ("/sms/", f"/sms/{conv.pk}/", f"/sms/{conv.pk}/tail/")
    happen(1)
    few = [queries(path) for path in paths]
    happen(5)
    assert [queries(path) for path in paths] == few


@pytest.mark.django_db(transaction=True)
def test_an_account_that_is_being_closed_gets_no_conversation(aurora: Tenant, conv: Conversation) -> None:
    from django.db import transaction

    result: list[object] = []

    def assign() -> None:
        try:
            working.assign(org=aurora.org, actor=aurora.agent, conversation=conv, user_id=aurora.supervisor.pk)
        except working.UnknownAssignee:
            result.append("refused")
        finally:
            connection.close()

    with transaction.atomic():
        User.objects.filter(pk=aurora.supervisor.pk).update(is_active=False)
        colleague = threading.Thread(target=assign)
        colleague.start()
        colleague.join(0.3)
        assert colleague.is_alive(), "it waits for what becomes of the account"
    colleague.join(20)
    assert result == ["refused"]
    assert now_of(conv).assignee is None
