"""A host's clock may be wrong by hours: what is decided by the time goes by PostgreSQL's."""

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.utils import timezone

from contactcenter.core import circuits, clock
from contactcenter.core.models import ProviderCircuit
from contactcenter.providers.base import ProviderName
from contactcenter.providers.errors import describe
from sms.enums import MessageStatus
from sms.sweep import sweep
from tests.factories import Tenant, make_conversation, make_message

pytestmark = pytest.mark.django_db
WRONG = pytest.mark.parametrize("shift", [timedelta(hours=2), timedelta(hours=-2)])


def database_time() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: datetime = cursor.fetchone()[0]
    return found


@WRONG
def test_a_wrong_clock_is_put_right_and_forgotten(time_machine, shift):
    right = timezone.now()
    time_machine.move_to(right + shift)
    assert abs(clock.now() - right - shift) < timedelta(seconds=20)
    clock.compare()
    assert abs(clock.now() - database_time()) < timedelta(seconds=5)
    clock.forget()
    assert abs(clock.now() - timezone.now()) < timedelta(seconds=5)


def test_a_clock_that_goes_right_is_left_alone():
    assert clock.compare() == timedelta(0)


def test_a_process_that_stood_still_meanwhile_measures_nothing(time_machine, monkeypatch):
    moments = iter([0.0, 5.0])
    monkeypatch.setattr(clock, "time", SimpleNamespace(monotonic=lambda: next(moments)))
    time_machine.move_to(timezone.now() + timedelta(hours=2))
    assert clock.compare() == timedelta(0)


@WRONG
def test_an_account_is_left_alone_for_as_long_as_it_should(aurora: Tenant, time_machine, settings, shift):
    settings.CIRCUIT_OPEN_SECONDS = 30
    time_machine.move_to(timezone.now() + shift)
    clock.compare()
    error = describe(ProviderName.TWILIO, "20003", http_status=401)
    account = aurora.twilio
    circuits.note_failure(org_id=aurora.org.pk, account_id=account.pk, error=error, provider=ProviderName.TWILIO)
    probe_at = ProviderCircuit.objects.for_org(aurora.org).get().probe_at
    assert probe_at is not None
    assert timedelta(seconds=20) < probe_at - database_time() <= timedelta(seconds=30)


def test_a_doubt_is_given_its_time(aurora: Tenant, time_machine, settings):
    settings.UNCERTAIN_GRACE_SECONDS = 3600
    message = make_message(
        make_conversation(aurora), status=MessageStatus.UNCERTAIN, uncertain_at=timezone.now() - timedelta(minutes=5)
    )
    time_machine.move_to(timezone.now() + timedelta(hours=2))
    clock.compare()
    sweep()
    message.refresh_from_db()
    assert message.status == MessageStatus.UNCERTAIN
    clock.forget()  # What a process with this clock would do otherwise.
    sweep()
    message.refresh_from_db()
    assert message.status == MessageStatus.HELD
