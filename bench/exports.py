"""A million calls as a file: how long a worker takes, how much memory above idle, and how fast a stop is heard.

    .venv/bin/python bench/exports.py [--rows 1000000] [--most-mb 100]

One worker process writes the rows of one organization as CSV, then as XLSX, and is stopped in the middle of a third
file. Its memory is the peak that the kernel remembers (VmHWM), which is forgotten before each file.
"""

import argparse
import json
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.common import Installation, Result, installation, report, say
from tests.analytics.many_calls import make_many_calls
from tests.stack import wait_until

_MEGABYTE = 1024
_PATIENCE_SECONDS = 3600
_ASK = """
INSERT INTO analytics_export (id, organization_id, author_id, title, words, file_format, is_of_everybody, state,
    failed_because, row_count, done_count, file, claims, created_at)
SELECT uuidv7(), organization_id, id, 'bench', %s, %s, true, 'waiting', '', 0, 0, '', 0, now()
FROM core_user WHERE email = 'supervisor@aurora.example' RETURNING id
"""
_WORDS = {
    "kind": "rows",
    "of": "calls",
    "metric": "total",
    "since": "2000-01-01T00:00:00Z",
    "until": "2200-01-01T00:00:00Z",
}


class Worker:
    """A worker process, and what the kernel knows of its memory, in kB."""

    def __init__(self, stack: Installation) -> None:
        self._pid = stack.start_process("worker").pid
        wait_until(lambda: stack.query("SELECT name FROM core_heartbeat"), seconds=_PATIENCE_SECONDS, what="a worker")

    def memory(self, name: str = "VmRSS") -> int:
        """Return what it has now (VmRSS), or had at most (VmHWM)."""
        lines = Path(f"/proc/{self._pid}/status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))

    def forget_peak(self) -> None:
        """Begin a new peak."""
        Path(f"/proc/{self._pid}/clear_refs").write_text("5", encoding="ascii")


def ask(stack: Installation, file_format: str) -> UUID:
    """Ask for all calls as a file; the worker's own timer finds it."""
    ((pk,),) = stack.query(_ASK, json.dumps(_WORDS), file_format)
    return UUID(str(pk))


def state(stack: Installation, pk: UUID) -> tuple[str, int, str, int]:
    """Return the state, the rows so far, the file and its size."""
    (found,) = stack.query("SELECT state, done_count, file, coalesce(size, 0) FROM analytics_export WHERE id = %s", pk)
    return found


def written(stack: Installation, worker: Worker, file_format: str, rows: int, most_mb: int) -> Result:
    """Write one file and look at it."""
    idle = worker.memory()
    worker.forget_peak()
    began = time.monotonic()
    pk = ask(stack, file_format)
    wait_until(lambda: state(stack, pk)[0] == "done", seconds=_PATIENCE_SECONDS, what=f"the end of the {file_format}")
    seconds, above = time.monotonic() - began, (worker.memory("VmHWM") - idle) / _MEGABYTE
    _state, done, name, size = state(stack, pk)
    path = Path(stack.environment["MEDIA_ROOT"]) / name
    assert done >= rows, f"{done} rows, expected {rows}"
    assert _LINES[file_format](path) == done + 1, "a row is missing, or there twice"
    say(f"{file_format}: {done} rows, {size / 1e6:.0f} MB in {seconds:.0f} s, {above:.0f} MB above idle")
    name = f"{file_format}, {done} rows, {seconds:.0f} s: MB above idle"
    return Result(name, above / most_mb, 1.0, False, f"{most_mb} MB", f"{above:.0f} MB")


def _csv_lines(path: Path) -> int:
    with path.open("rb") as lines:
        return sum(1 for _line in lines)


def _xlsx_lines(path: Path) -> int:
    with zipfile.ZipFile(path) as book, book.open("xl/worksheets/sheet1.xml") as sheet:
        count, tail = 0, b""
        while block := sheet.read(1 << 20):
            block = tail + block
            count += block.count(b"<row ")
            tail = block[-4:]
        return count


_LINES: dict[str, Callable[[Path], int]] = {"csv": _csv_lines, "xlsx": _xlsx_lines}


def stopped(stack: Installation, rows: int) -> Result:
    """Stop a file in the middle, as its page does, and see that the worker hears it and leaves no file."""
    folder = Path(stack.environment["MEDIA_ROOT"]) / "exports"
    before = sorted(folder.iterdir())
    pk = ask(stack, "xlsx")
    wait_until(lambda: state(stack, pk)[1] > rows // 10, seconds=_PATIENCE_SECONDS, what="the middle of a file")
    stack.query(
        "UPDATE analytics_export SET state = 'canceled', finished_at = now(), lease_token = NULL, lease_until = NULL"
        " WHERE id = %s",
        pk,
    )
    began, after = time.monotonic(), ask(stack, "csv")
    # The worker writes one file at a time: it has let go when it takes the next.
    wait_until(
        lambda: state(stack, after)[0] == "running", seconds=_PATIENCE_SECONDS, what="the end of the stopped file"
    )
    seconds, done = time.monotonic() - began, state(stack, pk)[1]
    assert 0 < done < rows, "it was not stopped in the middle"
    assert sorted(folder.iterdir()) == before, "the stopped file is there"
    say(f"stopped after {done} rows; heard after {seconds:.1f} s")
    return Result("a stop is heard (s)", seconds / 5, 1.0, False, "5.0 s", f"{seconds:.1f} s")


def run(*, rows: int, most_mb: int) -> list[Result]:
    """Fill an installation and measure both kinds of files, and a stop."""
    with installation() as stack:
        say(f"making {rows} calls")
        make_many_calls(stack, rows)
        worker = Worker(stack)
        ask_small(stack)
        results = [written(stack, worker, kind, rows, most_mb) for kind in _LINES]
        return [*results, stopped(stack, rows)]


def ask_small(stack: Installation) -> None:
    """Let the worker load what writing needs, so that idle is idle."""
    words = _WORDS | {"until": "2000-01-02T00:00:00Z"}
    for kind in _LINES:
        ((pk,),) = stack.query(_ASK, json.dumps(words), kind)
        wait_until(lambda pk=pk: state(stack, pk)[0] == "done", seconds=_PATIENCE_SECONDS, what="a small file")  # type: ignore[misc]


def main() -> int:
    """Return 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--most-mb", type=int, default=100)
    chosen = parser.parse_args()
    results = run(rows=chosen.rows, most_mb=chosen.most_mb)
    report(results)
    return 0 if all(result.is_met for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
