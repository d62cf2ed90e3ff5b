"""Where signing keys come from, who may read them, and how one follows another."""

import os
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from contactcenter.core import signing_keys
from contactcenter.core.models import SigningKey
from tests.auth.clients import JWKS, LOGIN, log_in, refresh, works
from tests.factories import PASSWORD, Tenant
from tests.sms.api import post, problem

SEEDS = ["dGVzdC1zZWVkLW9mLWEtc2lnbmluZy1rZXktMzJieXQ", "c2Vjb25kLXNlZWQtb2YtYS1zaWduaW5nLWtleS0zMi4"]


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    """A folder for keys that is not there yet."""
    settings.SIGNING_KEYS = []
    settings.SIGNING_KEYS_DIR = str(tmp_path / "a" / "keys")
    return tmp_path / "a" / "keys"


def published() -> list[str]:
    return [key["kid"] for key in Client().get(JWKS).json()["keys"]]


def kid_of(token: str) -> str:
    return str(jwt.get_unverified_header(token)["kid"])


def test_the_first_key_is_made_and_private(aurora: Tenant, folder: Path) -> None:
    old = os.umask(0)
    try:
        assert works(log_in(aurora.agent)["access_token"])
    finally:
        os.umask(old)
    (file,) = folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert published() == [file.stem] == [SigningKey.objects.get().kid]


def test_the_thumbprint_is_the_rfcs() -> None:
    """RFC 8037, appendix A.3."""
    private = Ed25519PrivateKey.from_private_bytes(
        signing_keys._from_base64("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A")
    )
    assert signing_keys.key_id(private) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_a_key_outlives_the_database(aurora: Tenant, folder: Path) -> None:
    first = kid_of(log_in(aurora.agent)["access_token"])
    SigningKey.objects.all().delete()
    signing_keys.forget()
    assert kid_of(log_in(aurora.agent)["access_token"]) == first


def test_the_defaults_are_outside_the_checkout(settings: Any) -> None:
    assert not Path(settings.SIGNING_KEYS_DIR).is_relative_to(settings.BASE_DIR)


def test_a_key_that_others_can_read_signs_no_more(aurora: Tenant, folder: Path) -> None:
    first = kid_of(log_in(aurora.agent)["access_token"])
    (folder / f"{first}.pem").chmod(0o644)
    assert kid_of(log_in(aurora.agent)["access_token"]) != first


def test_where_no_key_can_be_made_nobody_logs_in(aurora: Tenant, folder: Path) -> None:
    folder.parent.mkdir()
    folder.write_text("a file stands where the folder should be")
    answer = post(Client(), {"email": aurora.agent.email, "password": PASSWORD}, url=LOGIN)
    problem(answer, 503, "SERVICE_UNAVAILABLE")
    problem(Client().get(JWKS), 503, "SERVICE_UNAVAILABLE")


def test_one_key_follows_another_and_nobody_is_logged_out(aurora: Tenant, folder: Path) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        before = log_in(aurora.agent)
        old = kid_of(before["access_token"])
        call_command("rotate_signing_key", "--lead", "600")
        (new,) = set(published()) - {old}
        assert kid_of(log_in(aurora.agent)["access_token"]) == old, "clients may not know the new one yet"
        clock.shift(timedelta(seconds=601))
        assert works(before["access_token"]), "still the old key's"
        after = refresh(before["refresh_token"]).json()
        assert (kid_of(after["access_token"]), kid_of(after["refresh_token"])) == (new, new)
        clock.shift(timedelta(days=7, seconds=70))
        signing_keys.forget()
        assert published() == [new]
        assert kid_of(log_in(aurora.agent)["access_token"]) == new


def test_a_stolen_key_is_believed_no_more(aurora: Tenant, folder: Path) -> None:
    before = log_in(aurora.agent)
    call_command("rotate_signing_key", "--stolen")
    assert not works(before["access_token"])
    problem(refresh(before["refresh_token"]), 401, "INVALID_TOKEN")
    assert works(log_in(aurora.agent)["access_token"])
    assert len(published()) == 1


def test_keys_of_the_environment(aurora: Tenant, settings: Any, tmp_path: Path) -> None:
    settings.SIGNING_KEYS_DIR = str(tmp_path / "unused")
    settings.SIGNING_KEYS = SEEDS[:1]
    before = log_in(aurora.agent)
    settings.SIGNING_KEYS = [SEEDS[1], SEEDS[0]]
    call_command("rotate_signing_key", "--lead", "0")
    after = log_in(aurora.agent)
    assert kid_of(after["access_token"]) != kid_of(before["access_token"])
    assert works(before["access_token"])
    assert works(after["access_token"])
    assert not (tmp_path / "unused").exists()


def test_the_private_half_is_in_no_table(aurora: Tenant, folder: Path) -> None:
    log_in(aurora.agent)
    (file,) = folder.iterdir()
    secret = file.read_text().splitlines()[1]
    assert all(secret not in str(row) for row in SigningKey.objects.values())
