"""The supervisor with small children: naming the dead, stopping in time, leaving nobody behind."""

import re
import signal
import sys
import time
from pathlib import Path

import pytest

from tests.local.conftest import Spawn, eventually, is_alive, numbers

RUN = """
import os, sys
from pathlib import Path
from contactcenter.local.output import Terminal
from contactcenter.local.supervisor import ChildEnded, StopRequested, Supervisor

children = {"web": sys.argv[1], "worker": sys.argv[2]}
supervisor = Supervisor(Terminal(), cwd=Path.cwd())
supervisor.listen_for_signals()
code = 1
try:
    for name, script in children.items():
        supervisor.start(name, [sys.executable, "-c", script], os.environ)
    supervisor.watch()
except StopRequested:
    code = 0
except ChildEnded as error:
    print(error)
finally:
    supervisor.stop()
sys.exit(code)
"""
REPORT = "import os, signal, sys, time; print(os.getpid(), file=open('pids', 'a'), flush=True); "
OBEDIENT = REPORT + "print('ready'); time.sleep(60)"
STUBBORN = REPORT + "signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready'); time.sleep(60)"
WITH_CHILD = (
    "import subprocess, sys; "
    "grandchild = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
    + REPORT
    + "print(grandchild.pid, file=open('pids', 'a'), flush=True); time.sleep(60)"
)
BROKEN = REPORT + "print('about to break'); time.sleep(0.3); sys.exit('the reason')"


def test_output_carries_the_name_of_who_said_it(spawn: Spawn, tmp_path: Path) -> None:
    up = spawn(RUN, OBEDIENT, OBEDIENT)
    assert up.stdout is not None
    lines = {up.stdout.readline(), up.stdout.readline()}
    assert lines == {"web       | ready\n", "worker    | ready\n"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_stop_ends_everything_with_exit_code_0(spawn: Spawn, tmp_path: Path, number: signal.Signals) -> None:
    up = spawn(RUN, OBEDIENT, OBEDIENT)
    assert eventually(lambda: len(numbers(tmp_path / "pids")) == 2)
    up.send_signal(number)
    assert up.wait(5) == 0
    assert [pid for pid in numbers(tmp_path / "pids") if is_alive(pid)] == []


def test_a_child_that_ignores_term_is_killed_within_five_seconds(spawn: Spawn, tmp_path: Path) -> None:
    up = spawn(RUN, OBEDIENT, STUBBORN)
    assert up.stdout is not None
    assert {up.stdout.readline(), up.stdout.readline()} == {"web       | ready\n", "worker    | ready\n"}
    started = time.monotonic()
    up.send_signal(signal.SIGTERM)
    assert up.wait(6) == 0
    assert time.monotonic() - started < 5
    assert [pid for pid in numbers(tmp_path / "pids") if is_alive(pid)] == []


def test_a_second_ctrl_c_kills_at_once(spawn: Spawn, tmp_path: Path) -> None:
    up = spawn(RUN, OBEDIENT, STUBBORN)
    assert up.stdout is not None
    assert {up.stdout.readline(), up.stdout.readline()} == {"web       | ready\n", "worker    | ready\n"}
    started = time.monotonic()
    up.send_signal(signal.SIGINT)
    assert eventually(lambda: not all(map(is_alive, numbers(tmp_path / "pids"))))
    up.send_signal(signal.SIGINT)
    assert up.wait(5) == 0
    assert time.monotonic() - started < 2


def test_a_child_that_ends_is_named_with_its_last_words_and_the_others_stop(spawn: Spawn, tmp_path: Path) -> None:
    up = spawn(RUN, OBEDIENT, BROKEN)
    output, _ = up.communicate(timeout=10)
    assert up.returncode == 1
    assert "worker ended on its own (exit code 1). Its last lines:\nabout to break\nthe reason\n" in output
    assert [pid for pid in numbers(tmp_path / "pids") if is_alive(pid)] == []


def test_a_child_that_is_killed_is_named_with_the_signal(spawn: Spawn, tmp_path: Path) -> None:
    up = spawn(RUN, OBEDIENT, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    output, _ = up.communicate(timeout=10)
    assert up.returncode == 1
    assert re.search(r"^worker ended on its own \(killed by SIGKILL\)", output, re.MULTILINE)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_killing_the_supervisor_leaves_no_orphan(spawn: Spawn, tmp_path: Path) -> None:
    up = spawn(RUN, OBEDIENT, STUBBORN)
    assert eventually(lambda: len(numbers(tmp_path / "pids")) == 2)
    pids = numbers(tmp_path / "pids")
    up.send_signal(signal.SIGKILL)
    up.wait(5)
    assert eventually(lambda: not any(map(is_alive, pids)), 3), "an orphan is left"


def test_a_killed_child_takes_what_it_started_with_it(spawn: Spawn, tmp_path: Path) -> None:
    stubborn_family = WITH_CHILD.replace(
        "time.sleep(60)'])", "time.sleep(60)']); import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    )
    up = spawn(RUN, OBEDIENT, stubborn_family)
    assert eventually(lambda: len(numbers(tmp_path / "pids")) == 3)
    up.send_signal(signal.SIGTERM)
    assert up.wait(6) == 0
    assert eventually(lambda: not any(map(is_alive, numbers(tmp_path / "pids"))), 2)
