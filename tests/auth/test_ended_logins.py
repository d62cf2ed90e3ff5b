"""What has ended is removed, and not a moment before it stops mattering."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import jwt
import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from contactcenter.core import ended_logins, signing_keys
from contactcenter.core.ended_logins import Forgotten, forget_ended_logins
from contactcenter.core.models import AuditEntry, Invitation, RefreshToken, SigningKey, TokenFamily
from tests.auth.clients import log_in, log_out, refresh, works
from tests.auth.test_invitations import invite
from tests.factories import Tenant
from tests.sms.api import problem

LIFE = timedelta(days=7)
LATER = timedelta(minutes=6)


@pytest.fixture
def start(db: None) -> datetime:
    return timezone.now()


def row_of(refresh_token: str) -> UUID:
    return UUID(jwt.decode(refresh_token, options={"verify_signature": False})["jti"])


def test_a_second_use_is_noticed_until_the_token_expires(aurora: Tenant, borealis: Tenant, start: datetime) -> None:
    with time_machine.travel(start, tick=False) as clock:
        first = log_in(aurora.agent)
        second = refresh(first["refresh_token"]).json()
        clock.move_to(start + LIFE - timedelta(seconds=10))
        third = refresh(second["refresh_token"]).json()
        assert forget_ended_logins(timezone.now()) == Forgotten()
        problem(refresh(first["refresh_token"]), 401, "INVALID_TOKEN")
        assert not works(third["access_token"]), "the whole log-in has ended"
        assert AuditEntry.all_orgs.filter(action="tokenfamily.revoked").count() == 1


def test_what_has_expired_goes_and_what_lives_stays(aurora: Tenant, borealis: Tenant, start: datetime) -> None:
    with time_machine.travel(start, tick=False) as clock:
        old, theirs = log_in(aurora.agent), log_in(borealis.agent)
        clock.shift(timedelta(days=1))
        kept = refresh(theirs["refresh_token"]).json()
        clock.move_to(start + LIFE + LATER)
        assert forget_ended_logins(timezone.now()) == Forgotten(tokens=2, families=1)
        assert [row.pk for row in RefreshToken.all_orgs.all()] == [row_of(kept["refresh_token"])]
        assert TokenFamily.all_orgs.get().user == borealis.agent
        problem(refresh(old["refresh_token"]), 401, "INVALID_TOKEN")
        assert refresh(kept["refresh_token"]).status_code == 200
        assert forget_ended_logins(timezone.now()) == Forgotten()


def test_a_revoked_log_in_is_kept_as_long_as_its_tokens(aurora: Tenant, start: datetime) -> None:
    with time_machine.travel(start, tick=False) as clock:
        pair = log_in(aurora.agent)
        log_out(pair["refresh_token"])
        clock.move_to(start + LIFE - timedelta(minutes=1))
        assert forget_ended_logins(timezone.now()) == Forgotten()
        clock.move_to(start + LIFE + LATER)
        assert forget_ended_logins(timezone.now()) == Forgotten(tokens=1, families=1)


def test_a_log_in_outlives_a_token_that_lives_longer(aurora: Tenant, settings: Any, start: datetime) -> None:
    """The setting was made shorter between two refreshes: the first token still is one, and must end the log-in."""
    with time_machine.travel(start, tick=False) as clock:
        pair = log_in(aurora.agent)
        settings.REFRESH_TOKEN_SECONDS = 3600
        refresh(pair["refresh_token"])
        clock.shift(timedelta(hours=2))
        assert forget_ended_logins(timezone.now()) == Forgotten(tokens=1)
        assert TokenFamily.all_orgs.count() == 1


def test_invitations_are_kept_a_month(aurora: Tenant, borealis: Tenant, start: datetime) -> None:
    invite(aurora)
    invite(borealis, email="guest@borealis.example")
    ended = start - ended_logins.INVITATIONS_KEPT
    Invitation.all_orgs.filter(organization=aurora.org).update(expires_at=ended - timedelta(seconds=1))
    Invitation.all_orgs.filter(organization=borealis.org).update(expires_at=ended + timedelta(seconds=1))
    assert forget_ended_logins(start) == Forgotten(invitations=1)
    assert Invitation.all_orgs.get().organization == borealis.org


def test_a_retired_keys_file_goes_and_its_row_stays(aurora: Tenant, settings: Any, tmp_path: Path) -> None:
    settings.SIGNING_KEYS = []
    settings.SIGNING_KEYS_DIR = str(tmp_path / "keys")
    before = log_in(aurora.agent)
    stolen = (tmp_path / "keys").glob("*.pem").__next__()
    copy = stolen.read_bytes()
    call_command("rotate_signing_key", "--stolen")
    assert forget_ended_logins(timezone.now() + timedelta(seconds=6)) == Forgotten(key_files=1)
    assert not stolen.exists()
    assert forget_ended_logins(timezone.now() + timedelta(seconds=6)) == Forgotten()

    # The row is why a copy from a backup is not taken for a new key.
    stolen.write_bytes(copy)
    stolen.chmod(0o600)
    signing_keys.forget()
    assert works(log_in(aurora.agent)["access_token"])
    assert not works(before["access_token"])
    assert SigningKey.objects.count() == 2


def test_a_key_that_is_still_believed_keeps_its_file(aurora: Tenant, settings: Any, tmp_path: Path) -> None:
    settings.SIGNING_KEYS = []
    settings.SIGNING_KEYS_DIR = str(tmp_path / "keys")
    log_in(aurora.agent)
    call_command("rotate_signing_key")
    assert forget_ended_logins(timezone.now() + timedelta(days=6)) == Forgotten()
    assert len(list((tmp_path / "keys").glob("*.pem"))) == 2


def test_a_backlog_goes_in_batches(aurora: Tenant, monkeypatch: pytest.MonkeyPatch, start: datetime) -> None:
    monkeypatch.setattr(ended_logins, "BATCH", 2)
    monkeypatch.setattr(ended_logins, "BATCHES", 2)
    for _ in range(7):
        invite(aurora)
    Invitation.all_orgs.update(expires_at=start - timedelta(days=60))
    first = forget_ended_logins(start)
    assert (first, first.is_complete) == (Forgotten(invitations=4), False)
    assert forget_ended_logins(start) == Forgotten(invitations=3)


def test_nothing_to_do_costs_a_look_at_each_table(aurora: Tenant, django_assert_num_queries: Any) -> None:
    log_in(aurora.agent)
    with django_assert_num_queries(9):  # Three looks, each with its savepoint and its release.
        forget_ended_logins(timezone.now())


def test_the_command_goes_on_to_the_end(
    aurora: Tenant, monkeypatch: pytest.MonkeyPatch, start: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(ended_logins, "BATCH", 1)
    monkeypatch.setattr(ended_logins, "BATCHES", 1)
    for _ in range(3):
        invite(aurora)
    Invitation.all_orgs.update(expires_at=start - timedelta(days=60))
    call_command("forget_ended_logins")
    assert not Invitation.all_orgs.exists()
    assert capsys.readouterr().out.splitlines()[-1] == ("Removed: 0 tokens, 0 log-ins, 0 invitations, 0 key files.")
