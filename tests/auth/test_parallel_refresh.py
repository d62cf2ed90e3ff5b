"""Many clients with one refresh token, at the same time, with connections of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from contactcenter.core import invitations, tokens
from contactcenter.core.jwts import TokenRefused
from contactcenter.core.models import Invitation, RefreshToken, TokenFamily, User
from tests.factories import Tenant, make_tenant

MANY = 20
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tenant(transactional_db: None) -> Tenant:
    return make_tenant("aurora")


def at_once(deed: Callable[[], Any]) -> list[Any]:
    """Run `deed` in many threads that start together; return what each returned or raised."""
    barrier = Barrier(MANY)

    def run(_number: int) -> Any:
        try:
            barrier.wait(timeout=30)
            return deed()
        except Exception as error:  # What it raised is what is asked about.
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(MANY) as threads:
        return list(threads.map(run, range(MANY)))


def test_twenty_refreshes_have_one_successor(tenant: Tenant) -> None:
    first = tokens.begin(tenant.agent)
    got = at_once(lambda: tokens.refresh(first.refresh))
    assert {(pair.access, pair.refresh) for pair in got} == {(got[0].access, got[0].refresh)}
    assert got[0].refresh != first.refresh
    assert RefreshToken.all_orgs.count() == 2
    assert tokens.caller(got[0].access) == tenant.agent


def test_the_twin_without_a_grace_all_but_one_are_thieves(tenant: Tenant, settings: Any) -> None:
    """Shows that the threads do meet: without the grace the losers end the family."""
    settings.REFRESH_GRACE_SECONDS = -1
    first = tokens.begin(tenant.agent)
    got = at_once(lambda: tokens.refresh(first.refresh))
    winners = [pair for pair in got if isinstance(pair, tokens.Pair)]
    assert len(winners) == 1
    assert {type(loser) for loser in got if loser not in winners} == {TokenRefused}
    assert RefreshToken.all_orgs.count() == 2
    assert TokenFamily.all_orgs.get().revoked_at is not None
    with pytest.raises(TokenRefused):
        tokens.refresh(winners[0].refresh)


def test_twenty_guests_with_one_invitation_are_one_person(tenant: Tenant) -> None:
    invitation = Invitation(organization=tenant.org, email="guest@aurora.example", role="SUPERVISOR")
    token = invitations.fill_in(invitation)
    invitation.save()
    guest = invitations.Guest(password="rain-over-tatra-42")
    got = at_once(lambda: invitations.accept(invitations.find(token), guest))
    assert sum(isinstance(one, User) for one in got) == 1
    assert {type(one) for one in got} == {User, invitations.InvitationRefused}
    assert User.objects.filter(email="guest@aurora.example").count() == 1
