"""An import under workers that are killed: every row is in once, and the report is right."""

import csv
import io
import re
import signal
import urllib.request
from pathlib import Path
from uuid import uuid4

import pytest

from tests.sms.test_processes import log_in
from tests.stack import Stack, running_stack, wait_until

pytestmark = [pytest.mark.processes]
ROWS, BAD = 6000, 60


def post(browser, stack: Stack, path: str, **fields: str | bytes) -> str:
    """Send a form as a browser does; return the address that it leads to."""
    page = browser.open(stack.url + path).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    edge, body = uuid4().hex, b""
    for name, value in {"csrfmiddlewaretoken": token, **fields}.items():
        raw, extra = (value, '; filename="a.csv"') if isinstance(value, bytes) else (value.encode(), "")
        body += f'--{edge}\r\nContent-Disposition: form-data; name="{name}"{extra}\r\n\r\n'.encode() + raw + b"\r\n"
    target = path if "file" in fields else f"{path}start/"
    headers = {"Referer": stack.url, "Content-Type": f"multipart/form-data; boundary={edge}"}
    sent = urllib.request.Request(stack.url + target, body + f"--{edge}--\r\n".encode(), headers)
    return str(browser.open(sent).url).removeprefix(stack.url)


def table() -> bytes:
    lines = (f"Killed {n},{'bad' if n % (ROWS // BAD) == 0 else f'+4207{n:08d}'}" for n in range(ROWS))
    return ("Name,Phone\n" + "\n".join(lines)).encode()


def done(stack: Stack) -> int:
    return int(stack.query("SELECT next_row FROM core_contactimport")[0][0])


def test_killed_workers_take_every_row_over_once(tmp_path: Path):
    with running_stack(tmp_path, SWEEP_INTERVAL_SECONDS="0.5") as stack:
        browser = log_in(stack, "supervisor@aurora.example")
        path = post(browser, stack, "/contacts/import/", file=table())
        post(browser, stack, path, **{"column-0": "name", "column-1": "number", "duplicates": "skip"})
        killed_at = []
        for _round in range(2):
            begun = done(stack)
            wait_until(lambda begun=begun: done(stack) > begun, what="a batch")
            victim = next(p for p in stack.processes if "worker" in p.args and p.poll() is None)
            victim.send_signal(signal.SIGKILL)
            victim.wait()
            killed_at.append(done(stack))
            stack.start_process("worker")
        wait_until(lambda: done(stack) == ROWS, what="the end of the import")
        refused = list(csv.reader(io.StringIO(browser.open(f"{stack.url}{path}refused/").read().decode("utf-8-sig"))))
        job = stack.query(
            "SELECT state, created_count, updated_count, skipped_count, refused_count FROM core_contactimport"
        )
        rows = stack.query("SELECT count(*), count(DISTINCT name) FROM core_contact WHERE name LIKE 'Killed %%'")
    assert 0 < killed_at[0] < killed_at[1] < ROWS, "killed in the middle, both times"
    assert job == [("done", ROWS - BAD, 0, 0, BAD)]
    assert rows == [(ROWS - BAD, ROWS - BAD)]
    # As a spreadsheet counts: the headings are row 1.
    assert [int(row[0]) for row in refused[1:]] == list(range(2, ROWS + 2, ROWS // BAD))
