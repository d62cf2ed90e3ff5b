"""What all tests share: two organizations, always, and browsers logged in as one of their people."""

import gc
import os
from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.test import Client, TransactionTestCase

from contactcenter.core import clock, events, signing_keys, webhook_accounts
from contactcenter.core.models import OutboxEvent, User
from contactcenter.web.api.throttle import pace
from tests import databases
from tests.events.samples import problems_of
from tests.factories import Tenant, make_superuser, make_tenant

LogIn = Callable[[User], Client]


def pytest_configure() -> None:
    databases.run()  # The processes of pytest-xdist inherit the name.


def pytest_collection_finish() -> None:
    """What has been imported stays until the end: the collector need not look through it again and again."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        databases.drop_template(os.environ["DATABASE_URL"])


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_test_environment: None) -> Iterator[None]:
    """A copy of the run's migrated database, in place of pytest-django's migrating once for every process."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    server, name = os.environ["DATABASE_URL"], f"{databases.run()}_{worker}"
    databases.create(server, name)
    databases.use(connection, name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: databases.empty(connection))
        yield
    connection.close()
    databases.drop(server, name)


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    """The process remembers accounts, keys and callers for some seconds; the next test has other ones."""
    for forget in (webhook_accounts.forget, signing_keys.forget, pace.forget, clock.forget):
        forget()
    yield
    webhook_accounts.forget()
    signing_keys.forget()


@pytest.fixture(autouse=True)
def _events_are_as_described(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever event a test causes is one that the published schemas describe."""
    uses_database = request.node.get_closest_marker("django_db") or "db" in request.fixturenames
    if uses_database:
        request.getfixturevalue("db")  # First, so that the rows are still there at the end.
    yield
    if uses_database and not connection.needs_rollback:
        for event in OutboxEvent.all_orgs.all():
            assert problems_of(events.envelope(event)) == []


@pytest.fixture
def aurora(db: None) -> Tenant:
    return make_tenant("aurora")


@pytest.fixture
def borealis(db: None) -> Tenant:
    return make_tenant("borealis")


@pytest.fixture
def superuser(db: None) -> User:
    return make_superuser()


@pytest.fixture
def log_in() -> LogIn:
    """Return a function that gives a new browser in which that person is logged in."""

    def enter(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return enter
