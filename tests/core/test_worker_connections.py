"""A worker holds connections to PostgreSQL for what happens all the time, and none for what rests."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from contactcenter.core.engine import Dispatcher, Loop
from tests.stack import wait_until

pytestmark = pytest.mark.django_db


def leave_a_mark(name: str) -> None:
    """Do some work over the thread's own connection, by which PostgreSQL knows it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('application_name', %s, false)", [name])


def held(name: str) -> int:
    """How many connections with this mark PostgreSQL has now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = %s", [name])
        ((count,),) = cursor.fetchall()
    return int(count)


@contextmanager
def running(loop: Loop) -> Iterator[None]:
    """Run a loop in a thread of its own."""
    thread = threading.Thread(target=loop.run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        loop.stopping.set()
        loop.bell.set()
        thread.join(10)


@pytest.mark.parametrize(("seconds", "kept"), [(2.0, 1), (5.0, 0), (600.0, 0)])
def test_a_loop_that_rests_long_holds_no_connection(seconds, kept):
    name, worked = f"loop {seconds}", threading.Semaphore(0)

    def work() -> bool:
        leave_a_mark(name)
        assert held(name) == 1
        worked.release()
        return False

    loop = Loop(name, work, seconds)
    with running(loop):
        for _time in range(2):  # What it let go of it takes again.
            assert worked.acquire(timeout=10)
            wait_until(lambda: held(name) == kept, seconds=5, what="the right number of connections")
            loop.bell.set()
    wait_until(lambda: held(name) == 0, seconds=5, what="the end of the loop's connection")


@pytest.mark.parametrize("kept", [True, False])
def test_only_a_pool_that_says_so_keeps_its_connections(kept):
    name, work = f"pool {kept}", [1, 2]

    def claim(free: int) -> list[int]:
        taken, work[:] = work[:free], work[free:]
        return taken

    both = threading.Barrier(2, timeout=10)

    def run(_number: int) -> None:
        leave_a_mark(name)
        both.wait()

    pool = Dispatcher(name, 2, claim=claim, run=run, keeps_connections=kept)
    with running(pool.loop):
        wait_until(lambda: not work and not pool.in_flight, seconds=10, what="the end of the work")
        wait_until(lambda: held(name) == (2 if kept else 0), seconds=5, what="the right number of connections")
    pool.stop()
