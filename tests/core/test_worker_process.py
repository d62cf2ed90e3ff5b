"""`manage.py worker` as whoever supervises it sees it: how it ends, and with which code."""

from pathlib import Path

import pytest

from tests.stack import running_stack

pytestmark = pytest.mark.processes


def test_a_worker_that_cannot_go_on_ends_with_a_code_that_says_so(tmp_path: Path) -> None:
    with running_stack(tmp_path) as stack:
        # Celery gives up for good: there is no such database.
        failing = stack.start_process("worker", REDIS_URL="redis://127.0.0.1:9/none")
        working = next(process for process in stack.processes if "worker" in process.args)
        assert failing.wait(90) == 1
        working.terminate()
        assert working.wait(60) == 0
