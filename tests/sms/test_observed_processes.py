"""Real processes: the log lines of one text under one id, across Valkey and Celery; and the figures of all of them.

And what gunicorn says when an answer fails.
"""

import http.client
import json
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from contactcenter.local import ports
from tests.sms.test_processes import log_in
from tests.stack import ROOT, Stack, free_port, running_stack, wait_until

pytestmark = [pytest.mark.processes]
ID, TOKEN, BODY = "edge-proxy.5d1f", "operators-token-of-some-length", "the key is under the third stone"
TO = "+12025550175"  # Delivered, and answered: docs/simulator.md.


# The command says it on its standard output, to whoever has started it.
GREETING = "Serving on "


def lines(stack: Stack, *processes: str) -> list[dict[str, Any]]:
    """Every line of these processes; fail on one that is no JSON. What is being written just now is none yet."""
    found: list[dict[str, Any]] = []
    for name in processes:
        for log in sorted(stack.folder.glob(f"{name}-*.log")):
            rows = log.read_text(encoding="utf-8").split("\n")[:-1]
            found += [{"process": name, **json.loads(row)} for row in rows if not row.startswith(GREETING)]
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
        told = lines(stack, "web", "worker")
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


@contextmanager
def gunicorn(stack: Stack, application: str) -> Iterator[int]:
    """The command of the image, with another application and on a port of its own; gives that."""
    (words,) = re.findall(r"^CMD (\[.*?\])$", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE | re.DOTALL)
    command, port = json.loads(words.replace("\\\n", "")), free_port()
    ours = {"contactcenter.wsgi:application": application, "0.0.0.0:8000": f"127.0.0.1:{port}"}
    assert ours.keys() <= set(command)
    with (stack.folder / "gunicorn-0.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *(ours.get(word, word) for word in command)],
            cwd=ROOT,
            env={**stack.environment, "DATABASE_POOL_SIZE": "0"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until(lambda: ports.answers(port) or process.poll() is not None, what="gunicorn")
        yield port
    finally:
        process.terminate()
        process.wait(30)


def test_what_fails_in_gunicorn_is_told_without_anybodys_words(tmp_path: Path) -> None:
    secret = "the-third-stone"
    with running_stack(tmp_path, LOG_FORMAT="json") as stack:
        browser = log_in(stack, "supervisor@aurora.example")
        stack.query("ALTER TABLE sms_consententry RENAME COLUMN note TO notes")
        with gunicorn(stack, "tests.sms.failing:application") as port:
            url = f"http://127.0.0.1:{port}"
            with pytest.raises(http.client.IncompleteRead) as cut:  # The first line was sent, then the database failed.
                browser.open(f"{url}/sms/consent/export/?key={secret}").read()
            with pytest.raises(urllib.error.HTTPError, match="500"):
                urllib.request.urlopen(f"{url}/escapes?key={secret}&to=%2B{TO[1:]}")
            with socket.create_connection(("127.0.0.1", port)) as stranger:
                stranger.sendall(f"GET /?key={secret}&to={TO}\r\n\r\n".encode())
                assert b" 400 " in stranger.makefile("rb").readline()
        told = lines(stack, "gunicorn")
        said = (tmp_path / "gunicorn-0.log").read_text(encoding="utf-8")

    assert b"decided_at" in cut.value.partial
    events = [line["event"] for line in told]
    assert [event for event in events if event.startswith(("Starting gunicorn", "Listening at"))] == events[:2]
    failed = [line for line in told if line["event"].startswith(("Error handling request", "Invalid request"))]
    assert [(line["event"], line["level"], line["logger"]) for line in failed] == [
        ("Error handling request (ProgrammingError)", "error", "gunicorn.error"),
        ("Error handling request (RuntimeError)", "error", "gunicorn.error"),
        ("Invalid request (InvalidRequestLine)", "warning", "gunicorn.error"),
    ]
    types = ["psycopg.errors.UndefinedColumn", "builtins.RuntimeError"]
    assert [type_ in line["exception"] for type_, line in zip(types, failed, strict=False)] == [True, True]
    assert [line["route"] for line in told if line["event"] == "request"] == ["sms:consent-export"]
    assert [word for word in (secret, TO[1:], "does not exist", "/escapes") if word in said] == []
