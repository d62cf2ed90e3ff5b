"""Many who make the same profile, or move the same calls, at the same time, with connections of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from agents import services
from agents.models import Agent
from calls.models import Call
from tests.agents.api import profile
from tests.factories import Tenant, make_call, make_tenant

MANY = 12
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tenant(transactional_db: None) -> Tenant:
    return make_tenant("aurora")


def at_once(deed: Callable[[int], Any]) -> list[Any]:
    """Run `deed` in many threads that start together; return what each returned or raised."""
    barrier = Barrier(MANY)

    def run(number: int) -> Any:
        try:
            barrier.wait(timeout=60)
            return deed(number)
        except Exception as error:  # What it raised is what is asked about.
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(MANY) as threads:
        return list(threads.map(run, range(MANY)))


def test_one_profile_is_made_and_the_others_are_told_so(tenant: Tenant) -> None:
    new = services.NewProfile(user_id=tenant.admin.pk)
    got = at_once(lambda _n: services.create_agent(org=tenant.org, actor=tenant.admin, profile=new))
    made = [one for one in got if isinstance(one, Agent)]
    assert [one.pk for one in made] == [profile(tenant.admin).pk]
    assert {type(one) for one in got if one not in made} == {services.AlreadyAnAgent}


def test_the_load_is_right_after_calls_began_and_ended_together(tenant: Tenant) -> None:
    def begin(number: int) -> Call:
        return make_call(tenant, agent=tenant.agent, status="RINGING", from_number=f"+1202555{number:04d}")

    begun = at_once(begin)
    assert {type(one) for one in begun} == {Call}
    assert profile(tenant.agent).current_load == MANY

    def end(number: int) -> int:
        call = begun[number]
        return Call.all_orgs.filter(pk=call.pk).update(status="CANCELED", ended_at=call.started_at)

    assert at_once(end) == [1] * MANY
    assert profile(tenant.agent).current_load == 0


def test_one_call_that_many_end_is_let_go_once(tenant: Tenant) -> None:
    call, other = (make_call(tenant, agent=tenant.agent, status="IN_PROGRESS") for _ in range(2))

    def end(_number: int) -> int:
        running = Call.all_orgs.filter(pk=call.pk, status="IN_PROGRESS")
        return running.update(status="COMPLETED", ended_at=call.started_at)

    assert sorted(at_once(end)) == [0] * (MANY - 1) + [1]
    assert profile(tenant.agent).current_load == 1
    assert Call.all_orgs.get(pk=other.pk).status == "IN_PROGRESS"


def test_the_twin_counting_in_python_loses_calls(tenant: Tenant) -> None:
    """Shows that the threads do meet: who reads, adds and writes overwrites what others added."""
    read = Barrier(MANY)

    def add(_number: int) -> None:
        load = profile(tenant.agent).current_load
        read.wait(timeout=60)
        Agent.all_orgs.filter(user=tenant.agent).update(current_load=load + 1)

    assert at_once(add) == [None] * MANY
    assert profile(tenant.agent).current_load == 1
