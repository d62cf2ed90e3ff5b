"""The program as a process: it binds to loopback only and leaves at once, whatever hangs on it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlencode

import pytest

from contactcenter.simulator.__main__ import main

from .conftest import account_of, free_port

ACCOUNT = account_of("TWILIO")


def test_another_address_than_loopback_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--host", "0.0.0.0", "--port", "1"]) == 2
    assert "loopback only" in capsys.readouterr().err


@pytest.fixture(params=["module", "uvicorn"])
def process(request: pytest.FixtureRequest) -> Iterator[tuple[subprocess.Popen[str], int]]:
    port = free_port()
    command = [sys.executable, "-m"]
    if request.param == "module":
        command += ["contactcenter.simulator", "--port", str(port)]
    else:
        # Without a time limit for connections that are still busy: the program has to end them itself.
        command += ["uvicorn", "contactcenter.simulator.app:app", "--port", str(port)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=dict(os.environ)
    )
    with process:
        yield process, port
        process.kill()


def wait_until_it_answers(port: int) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/_control/health"):
            return
    pytest.fail("the simulator did not start")


def wait_until_it_was_taken(port: int) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/_control/messages?to=%2B12025550007") as answer:
            if json.load(answer)["total"]:
                return
    pytest.fail("the message was not taken")


def hang(port: int, message: bytes) -> socket.socket:
    """Start a create request that is never answered."""
    connection = socket.create_connection(("127.0.0.1", port))
    head = (
        f"POST /2010-04-01/Accounts/{ACCOUNT.account_id}/Messages.json HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Authorization: {ACCOUNT.authorization}\r\nContent-Length: {len(message)}\r\n\r\n"
    )
    connection.sendall(head.encode() + message)
    return connection


def test_it_leaves_within_two_seconds_and_logs_no_number(
    process: tuple[subprocess.Popen[str], int],
) -> None:
    program, port = process
    wait_until_it_answers(port)
    form = {"To": "+12025550007", "From": ACCOUNT.numbers[0], "Body": "a secret text"}
    with hang(port, urlencode(form).encode()):
        wait_until_it_was_taken(port)
        started = time.monotonic()
        program.send_signal(signal.SIGTERM)
        program.wait(timeout=5)
        assert time.monotonic() - started < 2
    output = program.communicate()[0]
    assert "GET /_control/messages 200" in output
    for private in ("2025550007", "secret text", ACCOUNT.secret, ACCOUNT.authorization, "Traceback"):
        assert private not in output
