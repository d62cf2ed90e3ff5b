"""The limit of texts an hour and a day: exact, also when requests come in parallel."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from sms import services
from sms.models import Message
from tests.factories import Tenant

pytestmark = pytest.mark.django_db(transaction=True)


def send(tenant: Tenant, now=None, suffix: int = 1) -> Message:
    text = services.OutgoingText(to_number=f"+1202555{suffix:04d}", body="Hello")
    return services.send_message(org=tenant.org, actor=tenant.agent, text=text, now=now)


def test_limit_counts_one_organization_and_says_exactly_how_long(aurora, borealis, settings):
    settings.SMS_RATE_LIMIT = 3
    start = timezone.now() - timedelta(seconds=1000)
    for second in (0, 10, 20):
        send(aurora, start + timedelta(seconds=second))
    with pytest.raises(services.QuotaExceeded) as refused:
        send(aurora, start + timedelta(seconds=100))
    assert refused.value.retry_after == 3500
    with pytest.raises(services.QuotaExceeded) as refused:
        send(aurora, start + timedelta(seconds=3599.5))
    assert refused.value.retry_after == 1
    send(borealis)
    send(aurora, start + timedelta(seconds=3600))


def test_daily_limit_outlives_the_hourly_one(aurora, settings):
    settings.SMS_DAILY_LIMIT = 2
    now = timezone.now()
    send(aurora, now - timedelta(hours=20))
    send(aurora, now - timedelta(hours=2))
    with pytest.raises(services.QuotaExceeded) as refused:
        send(aurora, now)
    assert refused.value.retry_after == 4 * 3600


def test_organization_overrides_the_installation(aurora, settings):
    settings.SMS_RATE_LIMIT = 1
    aurora.org.sms_hourly_limit = 2
    aurora.org.save()
    send(aurora)
    send(aurora)
    with pytest.raises(services.QuotaExceeded):
        send(aurora)
    aurora.org.sms_hourly_limit = 0
    with pytest.raises(services.QuotaExceeded):
        send(aurora)


def test_parallel_requests_never_pass_the_limit_together(aurora, settings):
    settings.SMS_RATE_LIMIT = 5

    def attempt(number: int) -> bool:
        try:
            send(aurora, suffix=number)
        except services.QuotaExceeded:
            return False
        else:
            return True
        finally:
            connections.close_all()

    with ThreadPoolExecutor(12) as pool:
        passed = list(pool.map(attempt, range(24)))
    assert sum(passed) == Message.all_orgs.count() == 5
