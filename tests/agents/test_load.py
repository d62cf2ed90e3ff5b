"""PostgreSQL keeps an agent's load, whoever writes calls and however; the command proves and mends it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from agents.models import Agent
from calls import load
from calls.enums import ENDED, LIVE, CallStatus
from calls.models import Call
from tests.agents.api import another_agent, profile
from tests.factories import Tenant, make_call

Run = Callable[..., list[str]]


@pytest.fixture
def loads(aurora: Tenant, borealis: Tenant) -> Callable[[], tuple[int, int, int]]:
    """Return a function that gives the loads of Aurora's two agents and of Borealis's."""
    another_agent(aurora, "second")
    order = {"agent@aurora.example": 0, "second@aurora.example": 1, "agent@borealis.example": 2}

    def ask() -> tuple[int, int, int]:
        rows = Agent.all_orgs.values_list("user__email", "current_load")
        first, second, third = (n for _email, n in sorted(rows, key=lambda row: order[row[0]]))
        return first, second, third

    return ask


@pytest.fixture
def second(aurora: Tenant, loads: Any) -> Any:
    return Agent.all_orgs.get(user__email="second@aurora.example").user


def end(call: Call, status: str = CallStatus.COMPLETED) -> None:
    Call.all_orgs.filter(pk=call.pk).update(status=status, ended_at=timezone.now())


# --- The trigger -----------------------------------------------------------------------------------------------
def test_calls_that_have_not_ended_are_held(aurora: Tenant, loads: Any) -> None:
    for held, status in enumerate(LIVE, start=1):
        make_call(aurora, agent=aurora.agent, status=status)
        assert loads() == (held, 0, 0)
    for status in ENDED:
        make_call(aurora, agent=aurora.agent, status=status)
    make_call(aurora, status="RINGING")
    assert loads() == (len(LIVE), 0, 0)


@pytest.mark.parametrize("status", ENDED)
def test_a_call_that_ends_is_let_go(aurora: Tenant, loads: Any, status: str) -> None:
    call = make_call(aurora, agent=aurora.agent, status="RINGING")
    Call.all_orgs.filter(pk=call.pk).update(status="IN_PROGRESS")
    assert loads() == (1, 0, 0)
    end(call, status)
    assert loads() == (0, 0, 0)
    end(call, status)
    assert loads() == (0, 0, 0)


def test_a_call_goes_from_one_agent_to_another(aurora: Tenant, second: Any, loads: Any) -> None:
    call = make_call(aurora, agent=aurora.agent, status="ON_HOLD")
    seen = []
    for agent in (second, second, None, aurora.agent, aurora.supervisor):
        Call.all_orgs.filter(pk=call.pk).update(agent=agent)
        seen.append(loads())
    assert seen == [(0, 1, 0), (0, 1, 0), (0, 0, 0), (1, 0, 0), (0, 0, 0)]


def test_agent_and_status_may_change_in_one_statement(aurora: Tenant, second: Any, loads: Any) -> None:
    call = make_call(aurora, agent=aurora.agent, status="IN_PROGRESS")
    Call.all_orgs.filter(pk=call.pk).update(agent=second, status="COMPLETED", ended_at=timezone.now())
    assert loads() == (0, 0, 0)
    Call.all_orgs.filter(pk=call.pk).update(agent=aurora.agent, status="IN_PROGRESS", ended_at=None)
    assert loads() == (1, 0, 0)


def test_a_deleted_call_is_let_go_and_held_again_when_restored(aurora: Tenant, loads: Any) -> None:
    call = make_call(aurora, agent=aurora.agent, status="IN_PROGRESS")
    Call.all_orgs.filter(pk=call.pk).update(deleted_at=timezone.now())
    assert loads() == (0, 0, 0)
    end(call)
    Call.all_orgs.filter(pk=call.pk).update(status="IN_PROGRESS", ended_at=None, deleted_at=None)
    assert loads() == (1, 0, 0)
    Call.all_orgs.filter(pk=call.pk).delete()
    assert loads() == (0, 0, 0)


def test_many_rows_in_one_statement(aurora: Tenant, borealis: Tenant, second: Any, loads: Any) -> None:
    for tenant, agent in ((aurora, aurora.agent), (aurora, second), (borealis, borealis.agent)):
        for _ in range(3):
            make_call(tenant, agent=agent, status="RINGING")
    Call.all_orgs.bulk_create(
        Call(
            organization=aurora.org,
            direction="INBOUND",
            status="QUEUED",
            from_number="+12025550199",
            to_number="+12025550110",
            agent=aurora.agent,
            started_at=timezone.now(),
            created_at=timezone.now(),
        )
        for _ in range(4)
    )
    assert loads() == (7, 3, 3)
    Call.objects.for_org(aurora.org).filter(status="RINGING").update(status="NO_ANSWER", ended_at=timezone.now())
    assert loads() == (4, 0, 3)
    Call.objects.for_org(aurora.org).update(agent=second)
    assert loads() == (0, 4, 3)


def test_raw_sql_is_counted_too(aurora: Tenant, second: Any, loads: Any) -> None:
    make_call(aurora, agent=aurora.agent, status="RINGING")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE calls_call SET agent_id = %s", [second.pk])
        assert loads() == (0, 1, 0)
        cursor.execute("DELETE FROM calls_call")
    assert loads() == (0, 0, 0)


def test_what_is_rolled_back_was_never_held(aurora: Tenant, loads: Any) -> None:
    with transaction.atomic():
        make_call(aurora, agent=aurora.agent, status="RINGING")
        assert loads() == (1, 0, 0)
        transaction.set_rollback(True)
    assert loads() == (0, 0, 0)


def test_a_profile_starts_with_the_calls_that_its_user_holds(aurora: Tenant) -> None:
    call = make_call(aurora, agent=aurora.admin, status="IN_PROGRESS")
    make_call(aurora, agent=aurora.admin, status="COMPLETED")
    make_call(aurora, agent=aurora.admin, status="RINGING", deleted_at=timezone.now())
    Agent.all_orgs.create(organization=aurora.org, user=aurora.admin)
    assert profile(aurora.admin).current_load == 1
    end(call)
    assert profile(aurora.admin).current_load == 0


def test_a_stale_object_that_is_saved_does_not_bring_an_old_load_back(aurora: Tenant) -> None:
    stale = profile(aurora.agent)
    make_call(aurora, agent=aurora.agent, status="IN_PROGRESS")
    stale.save()
    assert profile(aurora.agent).current_load == 1


def test_a_load_below_nothing_is_refused(aurora: Tenant) -> None:
    with pytest.raises(IntegrityError, match=r"agents_agent_current_load_check|agent_load_is_never_negative"):
        Agent.all_orgs.filter(user=aurora.agent).update(current_load=-1)


# --- The command -----------------------------------------------------------------------------------------------
@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*arguments: str) -> list[str]:
        call_command("repair_agent_load", *arguments)
        return capsys.readouterr().out.splitlines()

    return command


def behind_its_back(deed: Callable[[], Any]) -> None:
    """Write calls while somebody has switched the trigger off."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # ALTER TABLE waits for no deferred checks.
        cursor.execute("ALTER TABLE calls_call DISABLE TRIGGER calls_follow_load")
        deed()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE calls_call ENABLE TRIGGER calls_follow_load")


@pytest.fixture
def broken(aurora: Tenant, borealis: Tenant, second: Any, loads: Any) -> Any:
    """One load too low, one too high, one right; and one of the other organization too low."""
    call = make_call(aurora, agent=second, status="IN_PROGRESS")
    make_call(aurora, agent=second, status="IN_PROGRESS")

    def deed() -> None:
        make_call(aurora, agent=aurora.agent, status="RINGING")
        make_call(aurora, agent=aurora.agent, status="COMPLETED")
        make_call(aurora, agent=aurora.agent, status="RINGING", deleted_at=timezone.now())
        make_call(borealis, agent=borealis.agent, status="ON_HOLD")
        end(call)

    behind_its_back(deed)
    assert loads() == (0, 2, 0)
    return loads


def line(slug: str, agent: Agent, stored: int, held: int) -> str:
    return f"{slug}: agent {agent.pk} has a load of {stored} and holds {held}"


def test_loads_that_somebody_broke_are_named_and_mended(
    aurora: Tenant, borealis: Tenant, second: Any, broken: Any, run: Run
) -> None:
    ours, other, theirs = profile(aurora.agent), profile(second), profile(borealis.agent)
    assert run() == [
        line("aurora", ours, 0, 1),
        line("aurora", other, 2, 1),
        line("borealis", theirs, 0, 1),
        "Mended: 3.",
    ]
    assert broken() == (1, 1, 1)
    assert run() == ["Every load is right."]
    Call.all_orgs.filter(status__in=LIVE).update(status="COMPLETED", ended_at=timezone.now())
    assert broken() == (0, 0, 0)


def test_a_check_mends_nothing_and_fails(broken: Any, run: Run) -> None:
    with pytest.raises(CommandError, match=r"Wrong loads: 3\."):
        run("--check")
    assert broken() == (0, 2, 0)


def test_one_organization_alone(broken: Any, run: Run) -> None:
    assert run("--organization", "borealis")[-1] == "Mended: 1."
    assert broken() == (0, 2, 1)
    assert run("--organization", "borealis", "--check") == ["Every load is right."]
    with pytest.raises(CommandError, match="There is no organization nowhere"):
        run("--organization", "nowhere")


def test_whoever_is_right_again_is_not_mended(aurora: Tenant, broken: Any) -> None:
    found = [one.agent_id for one in load.differences(aurora.org)]
    assert len(load.repair(aurora.org, found)) == 2
    assert load.repair(aurora.org, found) == []


def test_another_organizations_agents_are_not_touched(aurora: Tenant, borealis: Tenant, broken: Any) -> None:
    assert load.repair(aurora.org, [profile(borealis.agent).pk]) == []
    assert broken() == (0, 2, 0)
