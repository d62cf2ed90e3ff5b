"""Real processes: texts flow while workers are killed, while Valkey is wiped, and while it is frozen."""

import http.client
import os
import re
import signal
import time
import urllib.parse
import urllib.request
from collections import Counter
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from tests.carrier import sent_twice
from tests.factories import PASSWORD
from tests.stack import Stack, running_stack, wait_until

pytestmark = [pytest.mark.processes]
SHORT = {
    "PROVIDER_CONNECT_TIMEOUT": "0.5",
    "PROVIDER_TIMEOUT": "1",
    "SENDER_LEASE_SECONDS": "4",
    "SWEEP_INTERVAL_SECONDS": "0.5",
    "SENDER_CONCURRENCY": "6",
}
FINAL = {"delivered", "undelivered", "failed", "read", "uncertain", "accepted", "sent"}


def log_in(stack: Stack, email: str = "agent@aurora.example") -> urllib.request.OpenerDirector:
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    page = browser.open(f"{stack.url}/accounts/login/").read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    form = urllib.parse.urlencode({"login": email, "password": PASSWORD, "csrfmiddlewaretoken": token})
    browser.addheaders = [("Referer", stack.url)]
    answer = browser.open(f"{stack.url}/accounts/login/", form.encode())
    assert answer.url.endswith("/sms/")
    return browser


def queue_texts(stack: Stack, count: int) -> None:
    """Put texts into the table as the accepting transaction would, from both providers' numbers."""
    stack.converse(count)
    stack.query(
        """
        INSERT INTO sms_message (id, organization_id, conversation_id, direction, from_address, to_address, body,
            media_urls, encoding, segments, metadata, idempotency_key, status, rank, is_unconfirmed, error_code,
            provider_error_code, error_message, account_id, provider, provider_message_id, next_attempt_at, claims,
            retries, cost_currency, cost_source, created_at)
        SELECT uuidv7(), c.organization_id, c.id, 'outbound', p.address, c.address,
            'Fault text ' || n, '[]', 'GSM-7', 1, '{"fault": true}', '', 'queued', 0, false, '', '', '', p.account_id,
            p.provider, '', now(), 0, 0, '', '', now()
        FROM generate_series(1, %s) AS n
        JOIN LATERAL (
            SELECT * FROM core_phonenumber WHERE is_active ORDER BY address OFFSET n %% 4 LIMIT 1
        ) AS p ON true
        JOIN sms_conversation AS c
            ON c.phone_number_id = p.id AND c.address = '+1202555' || lpad((5000 + n)::text, 4, '0')
        """,
        count,
    )


def states(stack: Stack) -> Counter[str]:
    rows = stack.query("SELECT status, count(*) FROM sms_message WHERE metadata ? 'fault' GROUP BY status")
    return Counter(dict(rows))


def test_killed_workers_and_a_wiped_valkey_lose_nothing_and_send_nothing_twice(tmp_path: Path):
    texts = 60
    with running_stack(tmp_path, workers=2, **SHORT) as stack:
        stack.carrier.script("nasty")
        queue_texts(stack, texts)
        for round_number in range(3):
            time.sleep(1.5)
            victim = next(p for p in stack.processes if "worker" in p.args and p.poll() is None)
            victim.kill()
            stack.start_process("worker")
            if round_number < 2:
                stack.valkey_command("FLUSHALL")
        wait_until(lambda: set(states(stack)) <= FINAL, seconds=120, what="a readable end of every text")
        found = states(stack)
        taken = stack.carrier.truth()
        rows = stack.query("SELECT body, status FROM sms_message WHERE metadata ? 'fault'")
    assert sum(found.values()) == texts
    assert sent_twice(taken) == []
    accepted = {text["body"] for text in taken}
    missing = [body for body, status in rows if body not in accepted and status not in ("failed", "uncertain")]
    assert missing == []


def test_frozen_valkey_holds_neither_pages_nor_texts(tmp_path: Path):
    with running_stack(tmp_path, **SHORT) as stack:
        browser = log_in(stack)
        os.kill(stack.valkey.pid, signal.SIGSTOP)
        try:
            slowest = 0.0
            for path in ["/sms/", "/sms/new/", "/accounts/password/change/", "/sms/"]:
                started = time.monotonic()
                assert browser.open(stack.url + path, timeout=10).status == 200
                slowest = max(slowest, time.monotonic() - started)
            queue_texts(stack, 5)
            wait_until(lambda: states(stack)["delivered"] == 5, seconds=30, what="delivery without Valkey")
            health = http.client.HTTPConnection("127.0.0.1", stack.web_port, timeout=10)
            health.request("GET", "/health")
            answer = health.getresponse()
            assert (answer.status, b'"broker": "down"' in answer.read()) == (503, True)
        finally:
            os.kill(stack.valkey.pid, signal.SIGCONT)
        wait_until(stack.is_healthy, seconds=30, what="health after the thaw")
    assert slowest < 10  # The bound of one second is measured by bench/faults.py on a quiet machine.
