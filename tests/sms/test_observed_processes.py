"""Real processes: the log lines of one text under one id, across Valkey and Celery; and the figures of all of them."""

import json
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.sms.test_processes import log_in
from tests.stack import Stack, running_stack, wait_until

pytestmark = [pytest.mark.processes]
ID, TOKEN, BODY = "edge-proxy.5d1f", "operators-token-of-some-length", "the key is under the third stone"
TO = "+12025550175"  # Delivered, and answered: docs/simulator.md.


def lines(stack: Stack) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for log in sorted(stack.folder.glob("*.log")):
        # What is no JSON is no line of ours: the banner of a server, and a line that is being written.
        rows = [
            row for row in log.read_text(encoding="utf-8").splitlines() if row.startswith("{") and row.endswith("}")
        ]
        found += [{"process": log.name.partition("-")[0], **json.loads(row)} for row in rows]
    return found


def test_one_id_leads_from_the_request_to_the_worker_and_figures_are_of_all_processes(tmp_path: Path) -> None:
    settings = {"LOG_FORMAT": "json", "OPERATOR_TOKENS": TOKEN, "METRICS_FLUSH_SECONDS": "0.5"}
    with running_stack(tmp_path, METRICS_CACHE_SECONDS="0", **settings) as stack:
        browser = log_in(stack)
        token = {
            cookie.name: cookie.value for handler in browser.handlers for cookie in getattr(handler, "cookiejar", ())
        }
        send = urllib.request.Request(
            f"{stack.url}/api/sms/send",
            json.dumps({"to_number": TO, "body": BODY}).encode(),
            {"Content-Type": "application/json", "X-CSRFToken": token["csrftoken"], "X-Request-ID": ID},
        )
        message_id = json.loads(browser.open(send).read())["id"]
        ends = "SELECT 1 FROM sms_message WHERE id = %s AND status = 'delivered'"
        wait_until(lambda: stack.query(ends, message_id), what="the delivery")
        figures = urllib.request.Request(f"{stack.url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        accepted = 'voice_provider_request_seconds_count{provider="TELNYX",channel="sms",outcome="accepted",error=""} 1'
        wait_until(lambda: accepted in urllib.request.urlopen(figures).read().decode(), what="the worker's figures")
        both = urllib.request.urlopen(figures).read().decode()
        told = lines(stack)
        everything = "".join(log.read_text(encoding="utf-8") for log in tmp_path.glob("*.log"))

    for kind in ("web", "worker"):
        assert f'voice_processes{{kind="{kind}"}} 1\n' in both
    by_request = {
        (line["process"], line["event"], line.get("task", line.get("route", "")))
        for line in told
        if line.get("request_id") == ID
    }
    assert by_request >= {("web", "request", "api_sms_send"), ("worker", "task", "sms.tasks.send_due")}
    of_text = [(line["process"], line["event"]) for line in told if line.get("message_id") == message_id]
    assert of_text == [("web", "text accepted: queued"), ("worker", "attempt finished: accepted")]
    assert [secret for secret in (BODY, TO, TO[1:], TOKEN, *token.values()) if secret in everything] == []
