"""Eight processes against the limit of an hour, while Valkey is killed, comes back empty, and freezes."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
import redis
from django.db import connection, transaction
from django.utils import timezone

from contactcenter.local.valkey import ValkeyServer
from sms import quota, quota_log, services
from sms.enums import MessageClass
from sms.models import Message
from tests.factories import Tenant, make_conversation, make_message
from tests.stack import ROOT, wait_until

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]
PROCESSES, EACH, LIMIT = 8, 150, 100


def start(tenant: Tenant, valkey: ValkeyServer, number: int) -> "subprocess.Popen[str]":
    info = connection.settings_dict
    host, port = info["HOST"], info["PORT"]
    secret = f":{info['PASSWORD']}" if info["PASSWORD"] else ""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "contactcenter.settings.test",
        "DATABASE_URL": f"postgresql://{info['USER']}{secret}@{host}:{port}/{info['NAME']}",
        "REDIS_URL": valkey.url,
        "SMS_RATE_LIMIT": str(LIMIT),
    }
    words = [sys.executable, "-m", "tests.sms.quota_sender", str(tenant.org.pk), str(number * EACH), str(EACH)]
    return subprocess.Popen(words, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def accepted(tenant: Tenant) -> int:
    return Message.objects.for_org(tenant.org).count()


def test_eight_processes_pass_the_limit_by_not_one_text(aurora, borealis, tmp_path: Path):
    valkey = ValkeyServer(tmp_path / "valkey", durable=False)
    valkey.start()
    processes = [start(aurora, valkey, number) for number in range(PROCESSES)]
    try:
        for process in processes:
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            process.stdin.write("go\n")
            process.stdin.flush()
        wait_until(lambda: accepted(aurora) >= 20, what="the first texts")
        os.kill(valkey.pid, signal.SIGKILL)
        wait_until(lambda: accepted(aurora) >= 50, what="texts without Valkey")
        valkey.stop()
        valkey.start()
        with redis.Redis.from_url(valkey.url) as client:
            assert client.zcard(f"sms:quota:{aurora.org.pk}") < accepted(aurora)
        wait_until(lambda: accepted(aurora) >= 80, what="texts beside an empty Valkey")
        os.kill(valkey.pid, signal.SIGSTOP)
        wait_until(lambda: accepted(aurora) >= LIMIT, what="the last texts")
        os.kill(valkey.pid, signal.SIGCONT)
        answers = [process.communicate(timeout=60)[0].split() for process in processes]
    finally:
        for process in processes:
            process.kill()
            process.wait()
        valkey.stop()
    assert [process.returncode for process in processes] == [0] * PROCESSES
    assert sum(int(passed) for passed, _refused in answers) == LIMIT
    assert sum(int(refused) for _passed, refused in answers) == PROCESSES * EACH - LIMIT
    assert (accepted(aurora), accepted(borealis)) == (LIMIT, 0)


@pytest.fixture
def own_valkey(tmp_path: Path, settings):
    valkey = ValkeyServer(tmp_path / "valkey", durable=False)
    valkey.start()
    settings.REDIS_URL = valkey.url
    yield valkey
    valkey.stop()
    quota_log._Silence.until = 0.0


def test_the_log_refuses_before_postgresql_is_asked_and_knows_what_it_was_not_told(
    aurora, borealis, own_valkey, settings, django_assert_num_queries
):
    settings.SMS_RATE_LIMIT = 3
    for number in range(3):
        send(aurora, number)
    with redis.Redis.from_url(own_valkey.url) as client:
        assert client.zcard(f"sms:quota:{aurora.org.pk}") == 3
        with django_assert_num_queries(0):
            assert known(aurora) > 3590
        client.flushall()
        assert known(aurora) == 0
        with pytest.raises(services.QuotaExceeded) as refused:
            send(aurora, 4)
        assert known(aurora) == pytest.approx(refused.value.retry_after, abs=2)
        send(borealis, 1)
        assert client.zcard(f"sms:quota:{borealis.org.pk}") == 1


def test_a_text_that_was_rolled_back_is_not_in_the_log(aurora, own_valkey, settings):
    settings.SMS_RATE_LIMIT = 1
    with transaction.atomic():
        send(aurora, 1)
        with pytest.raises(services.QuotaExceeded):
            send(aurora, 2)
        transaction.set_rollback(True)
    assert known(aurora) == 0
    send(aurora, 3)


def test_a_caller_whose_clock_is_wrong_gets_no_answer_from_the_log(aurora, own_valkey, settings):
    settings.SMS_RATE_LIMIT = 1
    send(aurora, 1)
    now = timezone.now()
    windows = quota.windows_of(aurora.org)
    assert quota_log.seconds_to_wait(aurora.org.pk, windows, now=now) > 3590
    assert quota_log.seconds_to_wait(aurora.org.pk, windows, now=now - timedelta(hours=2)) == 0


def test_a_frozen_valkey_costs_a_tenth_of_a_second_once(aurora, own_valkey, settings):
    settings.SMS_RATE_LIMIT = 1
    send(aurora, 1)
    os.kill(own_valkey.pid, signal.SIGSTOP)
    try:
        began = time.monotonic()
        for number in range(5):
            with pytest.raises(services.QuotaExceeded):
                send(aurora, number)
        assert time.monotonic() - began < 1.5
    finally:
        os.kill(own_valkey.pid, signal.SIGCONT)


def test_automatic_answers_pass_the_limit_and_do_not_count(aurora, own_valkey, settings):
    settings.SMS_RATE_LIMIT = 1
    make_message(make_conversation(aurora), message_class=MessageClass.AUTOMATIC)
    send(aurora, 1)
    with pytest.raises(services.QuotaExceeded):
        send(aurora, 2)


def send(tenant: Tenant, number: int) -> Message:
    text = services.OutgoingText(to_number=f"+1202555{number:04d}", body="Hello")
    return services.send_message(org=tenant.org, actor=tenant.agent, text=text)


def known(tenant: Tenant) -> float:
    return quota_log.seconds_to_wait(tenant.org.pk, quota.windows_of(tenant.org), now=timezone.now())
