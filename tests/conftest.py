"""What all tests share: two organizations, always, and browsers logged in as one of their people."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from contactcenter.core import signing_keys, webhook_accounts
from contactcenter.core.models import User
from contactcenter.web.api.throttle import pace
from tests.factories import Tenant, make_superuser, make_tenant

LogIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    """The process remembers accounts, keys and callers for some seconds; the next test has other ones."""
    for forget in (webhook_accounts.forget, signing_keys.forget, pace.forget):
        forget()
    yield
    webhook_accounts.forget()
    signing_keys.forget()


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
