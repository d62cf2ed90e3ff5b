"""Exports under workers that are killed, and one that is stopped: whole files, one row for each row, or none."""

import io
import re
import signal
import urllib.parse
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.analytics.many_calls import make_many_calls
from tests.sms.test_processes import log_in
from tests.stack import Stack, running_stack, wait_until

pytestmark = [pytest.mark.processes]
ROWS = 30_000
_ROW = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}row"
_ALL = {"kind": "rows", "of": "calls", "metric": "total", "since": "2000-01-01T00:00Z", "until": "2200-01-01T00:00Z"}


def post(browser: Any, stack: Stack, path: str, **fields: str) -> None:
    """Send a form as a page of figures has it."""
    page = browser.open(f"{stack.url}/analytics").read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    body = urllib.parse.urlencode({"csrfmiddlewaretoken": token, **fields}).encode()
    browser.open(stack.url + path, body).read()


def newest(stack: Stack) -> tuple[Any, ...]:
    """Return id, state, rows written, rows in all and claims of the newest export."""
    return stack.query(
        "SELECT id, state, done_count, row_count, claims FROM analytics_export ORDER BY created_at DESC LIMIT 1"
    )[0]


def is_in_the_middle(stack: Stack) -> bool:
    _pk, state, done, whole, _claims = newest(stack)
    return state == "running" and 0 < done < whole


def ids_of(raw: bytes) -> Counter[str]:
    """Return how often each call is in the workbook."""
    with zipfile.ZipFile(io.BytesIO(raw)).open("xl/worksheets/sheet1.xml") as sheet:
        rows = [row for _event, row in ElementTree.iterparse(sheet) if row.tag == _ROW]
    return Counter("".join(row[0].itertext()) for row in rows[1:])


def kill_the_worker(stack: Stack) -> None:
    """Kill the worker as an operating system does, put another in its place, and let its lease be over."""
    victim = next(process for process in stack.processes if "worker" in process.args and process.poll() is None)
    victim.send_signal(signal.SIGKILL)
    victim.wait()
    stack.query("UPDATE analytics_export SET lease_until = now() - interval '1 second' WHERE state = 'running'")
    stack.start_process("worker")


def test_killed_workers_leave_a_whole_file_and_a_stopped_one_leaves_none(tmp_path: Path):
    with running_stack(tmp_path, SWEEP_INTERVAL_SECONDS="0.5") as stack:
        make_many_calls(stack, ROWS)
        calls = stack.query(
            "SELECT count(*) FROM calls_call AS c JOIN core_organization AS o ON o.id = organization_id"
            " WHERE slug = 'aurora'"
        )[0][0]
        browser = log_in(stack, "supervisor@aurora.example")
        post(browser, stack, "/analytics/exports/ask/", format="xlsx", **_ALL)
        for killed in range(2):
            wait_until(lambda killed=killed: is_in_the_middle(stack) and newest(stack)[4] == killed + 1, what="a batch")
            kill_the_worker(stack)
        wait_until(lambda: newest(stack)[1] == "done", what="the end of the export")
        pk, _state, done, whole, claims = newest(stack)
        found = ids_of(browser.open(f"{stack.url}/analytics/exports/{pk}/file/").read())
        files = list((tmp_path / "media" / "exports").iterdir())
        assert (done, whole, claims, len(found), set(found.values())) == (calls, calls, 3, calls, {1})
        assert len(files) == 1, "nothing of the killed workers is there"

        post(browser, stack, "/analytics/exports/ask/", format="xlsx", **_ALL)
        wait_until(lambda: is_in_the_middle(stack), what="the middle of the second export")
        stopped = newest(stack)[0]
        post(browser, stack, f"/analytics/exports/{stopped}/cancel/")
        assert newest(stack)[:2] == (stopped, "canceled")
        # The worker writes one at a time: it has heard the stop when it writes the next.
        post(browser, stack, "/analytics/exports/ask/", format="csv", **_ALL)
        wait_until(lambda: newest(stack)[1] == "done", what="the export after it")
        kept = {path.name for path in (tmp_path / "media" / "exports").iterdir()}
        assert (len(kept), [name for name in kept if str(stopped) in name]) == (2, [])
        states = stack.query("SELECT state, file FROM analytics_export WHERE id = %s", stopped)
        assert states == [("canceled", "")]
