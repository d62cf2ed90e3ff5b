"""300 delivery reports in any order, a third doubled, a tenth lost, over HTTP. Ten thousand: bench/callbacks.py."""

import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import psycopg
import pytest
from django.db import connection

from contactcenter.core.models import WebhookReceipt
from sms import delivery
from sms.enums import MessageStatus
from sms.models import Message
from tests.callbacks import Report, Reported, reports_of, states_after
from tests.factories import Tenant, make_attempt, make_conversation, make_message

pytestmark = pytest.mark.django_db(transaction=True)


def accepted_text(tenant: Tenant, number: int) -> Reported:
    sid = f"SM{uuid4().hex}"
    message = make_message(make_conversation(tenant), status=MessageStatus.ACCEPTED, provider_message_id=sid)
    attempt = make_attempt(message, provider_message_id=sid)
    return Reported(
        account_id=tenant.twilio.account_id,
        secret=tenant.twilio.credentials().secret,
        sender=message.from_address,
        to=message.to_address,
        sid=sid,
        attempt=str(attempt.pk),
        end="undelivered" if number % 5 == 0 else "delivered",
    )


def test_shuffled_doubled_and_missing_reports_end_in_the_right_states(aurora, borealis, live_server, settings):
    settings.PUBLIC_BASE_URL = live_server.url
    texts = [accepted_text(tenant, number) for number in range(50) for tenant in (aurora, borealis)]
    reports = reports_of(texts, seed="callbacks")
    parameters = connection.get_connection_params()
    where = {name: parameters[name] for name in ("dbname", "user", "password", "host", "port") if name in parameters}

    def post(part: list[Report]) -> list[tuple[int, bool, float]]:
        """Return status, whether another connection saw the receipt when the answer came, and the seconds it took."""
        answers = []
        with psycopg.connect(**where, autocommit=True) as other:
            for report in part:
                path, body, headers = report.request(live_server.url)
                started = time.perf_counter()
                with urllib.request.urlopen(urllib.request.Request(live_server.url + path, body, headers)) as answer:
                    status = answer.status
                took = time.perf_counter() - started
                key = f"status:{report.text.sid}%{report.word}%"
                seen = other.execute("SELECT 1 FROM core_webhookreceipt WHERE event_key LIKE %s", [key]).fetchone()
                answers.append((status, seen is not None, took))
        return answers

    with ThreadPoolExecutor(4) as pool:
        answers = [answer for part in pool.map(post, [reports[i::4] for i in range(4)]) for answer in part]
    assert len(answers) == len(reports) == 360
    assert {(status, seen) for status, seen, _took in answers} == {(200, True)}
    assert max(took for _status, _seen, took in answers) < 10  # A second is what bench/callbacks.py measures.
    assert WebhookReceipt.all_orgs.count() == len({(report.text.sid, report.word) for report in reports}) == 270
    while delivery.process_due():
        pass
    found = dict(Message.all_orgs.values_list("provider_message_id", "status"))
    assert found == states_after(texts, reports)
    assert 70 < list(found.values()).count("delivered") < 80
