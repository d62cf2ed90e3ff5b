"""Callers, people and programs at the same moment, with connections of their own."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from random import Random
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from agents.models import Agent
from calls import load, placing, routing, services
from calls.enums import CallStatus
from calls.models import Call, CallAttempt, CallOffer
from contactcenter.core.models import ProviderAccount
from contactcenter.providers.voice import Dialled, InboundCall
from tests.calls import lives
from tests.calls.lives import number_rung, twilio_caller, verbs
from tests.calls.rows import make_phone_agent
from tests.factories import Tenant, make_tenant

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS, THREADS = 12, 6


@pytest.fixture
def tenants(transactional_db: None) -> list[Tenant]:
    return [make_tenant("aurora"), make_tenant("borealis")]


def at_once(deed: Callable[[int], Any], *, many: int) -> list[Any]:
    """Run `deed` in threads that start together; return what each returned or raised."""
    barrier = threading.Barrier(many)

    def run(number: int) -> Any:
        try:
            barrier.wait(timeout=60)
            return deed(number)
        except Exception as error:  # What it raised is what is asked about.
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(many) as threads:
        return list(threads.map(run, range(many)))


def test_of_two_callers_for_one_free_place_one_rings_and_the_other_leaves_a_message(tenants: list[Tenant]) -> None:
    agent = make_phone_agent(tenants[0], max_capacity=1)
    answers = at_once(lambda _n: twilio_caller(tenants[0], lives.new_sid()), many=2)
    assert sorted(number_rung(one) for one in answers) == ["", agent.phone_number]
    assert sorted(verbs(one) for one in answers) == [["Dial"], ["Say", "Record", "Hangup"]]
    assert (lives.load(agent.user), CallOffer.all_orgs.count()) == (1, 1)


def test_the_same_caller_twice_at_the_same_moment_is_one_call_and_one_offer(tenants: list[Tenant]) -> None:
    make_phone_agent(tenants[0]), make_phone_agent(tenants[0])
    sid = lives.new_sid()
    answers = at_once(lambda _n: twilio_caller(tenants[0], sid), many=4)
    assert len({number_rung(one) for one in answers}) == 1
    assert (Call.all_orgs.count(), CallOffer.all_orgs.count()) == (1, 1)


def test_a_callback_that_comes_together_with_the_dials_answer_does_not_wait_in_a_ring(tenants: list[Tenant]) -> None:
    for _ in range(8):
        call = lives.place(tenants[0])
        (claimed,) = placing.claim(1)
        dial = placing._write_ahead(claimed)
        assert dial is not None
        attempt, sid = CallAttempt.all_orgs.get(pk=dial.attempt_id), lives.new_sid()
        lives.twilio_report(tenants[0], attempt, sid, "ringing", number=1, at=timezone.now())

        def meet(number: int, dial: placing.Dial = dial, sid: str = sid) -> Any:
            if number:
                return lives.reporting.process_due()
            return placing.record(dial, Dialled(sid, None, "queued"))

        got = at_once(meet, many=2)
        assert [one for one in got if isinstance(one, Exception)] == []
        assert (lives.again(call).status, lives.again(call).placing) == (CallStatus.RINGING, "placed")
        services.end_call(org=tenants[0].org, actor=tenants[0].agent, call=call)


def test_a_storm_of_changes_ends_without_a_deadlock_and_with_the_right_loads(tenants: list[Tenant]) -> None:
    tenant = tenants[0]
    agents = [make_phone_agent(tenant, max_capacity=3) for _ in range(3)]
    account = ProviderAccount.all_orgs.get(pk=tenant.twilio.pk)
    numbers = count()
    lock = threading.Lock()

    def caller(_random: Random) -> None:
        with lock:
            number = next(numbers)
        event = InboundCall(f"CA{number:032d}", f"k{number}", sender=f"+1202557{number:04d}", to="+12025550110")
        call = routing.receive(account, event)
        for _ in range(3):
            with routing.transaction.atomic():
                routing.steps_now(call)
            with routing.transaction.atomic():
                offer = routing.ringing_offer(Call.all_orgs.select_for_update().get(pk=call.pk))
                if offer is not None:
                    routing.miss(offer.pk, call=call)

    def assign(random: Random) -> None:
        call = Call.all_orgs.filter(status__in=["RINGING", "QUEUED"]).order_by("?").first()
        if call is not None:
            changes = services.CallChanges(agent_id=random.choice(agents).user_id)
            services.update_call(org=tenant.org, actor=tenant.admin, call=call, changes=changes)

    def end(_random: Random) -> None:
        call = Call.all_orgs.filter(status__in=["RINGING", "QUEUED"]).order_by("?").first()
        if call is not None:
            services.end_call(org=tenant.org, actor=tenant.admin, call=call)

    deeds = [caller, assign, end, lambda random: lives.place(tenant, actor=random.choice(agents).user)]

    def storm(number: int) -> list[str]:
        random, failed = Random(number), []
        for turn in range(ROUNDS):
            try:
                deeds[(number + turn) % len(deeds)](random)
            except OperationalError as error:
                failed.append(str(error))
        return failed

    assert at_once(storm, many=THREADS) == [[]] * THREADS
    assert load.differences(tenant.org) == []
    for call in Call.all_orgs.all():
        services.end_call(org=tenant.org, actor=tenant.admin, call=call)
    assert set(Agent.all_orgs.values_list("current_load", flat=True)) == {0}
