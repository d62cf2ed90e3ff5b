"""When the private environment is built, and with which installer."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from contactcenter.local import bootstrap, installers, paths
from tests.local.conftest import Spawn

Install = Callable[..., None]


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty checkout with requirements files, in a path with a space."""
    root = tmp_path / "a checkout"
    (root / "requirements").mkdir(parents=True)
    for level in bootstrap.LEVELS:
        (root / "requirements" / f"{level}.txt").write_text(f"{level}==1\n")
    for name, path in {
        "ROOT": root,
        "VENV": root / ".venv",
        "VENV_PYTHON": root / ".venv" / "bin" / "python",
        "REQUIREMENTS": root / "requirements",
        "LOCAL": root / ".local",
    }.items():
        monkeypatch.setattr(paths, name, path)
    return root


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Replaces uv by an installer that makes a python and records the requirements file it was given."""
    calls: list[str] = []

    def install(environment: Path, requirements: Path, *, mark: Callable[[], None]) -> None:
        python = environment / "bin" / "python"
        if not python.exists():
            calls.append("new")
            python.parent.mkdir(parents=True)
            python.symlink_to(sys.executable)
        mark()
        calls.append(requirements.name)

    monkeypatch.setattr(installers, "with_uv", install)
    return calls


def test_it_is_built_once(checkout: Path, installed: list[str]) -> None:
    assert [bootstrap.ensure("runtime"), bootstrap.ensure("runtime")] == [True, False]
    assert installed == ["new", "runtime.txt"]


def test_changed_pins_are_installed_in_place(checkout: Path, installed: list[str]) -> None:
    bootstrap.ensure("runtime")
    (checkout / "requirements" / "runtime.txt").write_text("runtime==2\n")
    assert bootstrap.ensure("runtime") is True
    assert installed == ["new", "runtime.txt", "runtime.txt"]


def test_pins_that_a_command_does_not_need_do_not_matter(checkout: Path, installed: list[str]) -> None:
    bootstrap.ensure("runtime")
    (checkout / "requirements" / "test.txt").write_text("test==2\n")
    assert bootstrap.ensure("runtime") is False


def test_the_tests_environment_serves_the_other_commands_and_is_never_reduced(
    checkout: Path, installed: list[str]
) -> None:
    bootstrap.ensure("test")
    assert bootstrap.ensure("runtime") is False
    (checkout / "requirements" / "runtime.txt").write_text("runtime==2\n")
    bootstrap.ensure("runtime")
    assert installed == ["new", "test.txt", "test.txt"]


def test_an_interrupted_build_is_done_again_from_scratch(
    checkout: Path, installed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    complete = installers.with_uv

    def interrupted(environment: Path, requirements: Path, *, mark: Callable[[], None]) -> None:
        complete(environment, requirements, mark=mark)
        raise KeyboardInterrupt

    monkeypatch.setattr(installers, "with_uv", interrupted)
    with pytest.raises(KeyboardInterrupt):
        bootstrap.ensure("runtime")
    monkeypatch.setattr(installers, "with_uv", complete)
    assert bootstrap.ensure("runtime") is True
    assert installed == ["new", "runtime.txt", "new", "runtime.txt"]


def test_an_environment_whose_interpreter_is_gone_is_built_again(checkout: Path, installed: list[str]) -> None:
    bootstrap.ensure("runtime")
    python = checkout / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to(checkout / "gone")
    assert bootstrap.ensure("runtime") is True
    assert installed == ["new", "runtime.txt", "new", "runtime.txt"]


def test_another_python_version_gets_a_new_environment(checkout: Path, installed: list[str]) -> None:
    bootstrap.ensure("runtime")
    stamp = checkout / ".venv" / "voice-pins.json"
    stamp.write_text(json.dumps({**json.loads(stamp.read_text()), "python": "cpython-3.99", "pins": {}}))
    bootstrap.ensure("runtime")
    assert installed == ["new", "runtime.txt", "new", "runtime.txt"]


def test_pip_takes_over_when_uv_fails(
    checkout: Path, installed: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(installers, "with_pip", installers.with_uv)

    def fails(environment: Path, requirements: Path, *, mark: Callable[[], None]) -> None:
        raise installers.InstallError("fetching uv failed (exit code 1).")

    monkeypatch.setattr(installers, "with_uv", fails)
    assert bootstrap.ensure("runtime") is True
    assert installed == ["new", "runtime.txt"]
    assert "fetching uv failed (exit code 1)." in capsys.readouterr().err


def test_when_nothing_works_one_error_says_so_and_no_stamp_is_left(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(environment: Path, requirements: Path, *, mark: Callable[[], None]) -> None:
        mark_target = environment / "bin"
        mark_target.mkdir(parents=True)
        mark()
        raise installers.InstallError("no network")

    monkeypatch.setattr(installers, "with_uv", fails)
    monkeypatch.setattr(installers, "with_pip", fails)
    with pytest.raises(bootstrap.BootstrapError, match="neither by uv nor by pip"):
        bootstrap.ensure("runtime")
    assert bootstrap.level_to_build(paths.VENV, paths.REQUIREMENTS, "runtime") == "runtime"


TWO_AT_ONCE = """
import sys, time
from pathlib import Path
from contactcenter.local import bootstrap, installers, paths

root = Path(sys.argv[1])
paths.ROOT, paths.VENV, paths.LOCAL = root, root / ".venv", root / ".local"
paths.REQUIREMENTS = root / "requirements"

def install(environment, requirements, *, mark):
    (environment / "bin").mkdir(parents=True, exist_ok=True)
    if not (environment / "bin" / "python").exists():
        (environment / "bin" / "python").symlink_to(sys.executable)
    mark()
    time.sleep(0.5)

installers.with_uv = install
print(bootstrap.ensure("runtime"))
"""


def test_two_builds_at_once_become_one(checkout: Path, spawn: Spawn) -> None:
    first, second = spawn(TWO_AT_ONCE, checkout), spawn(TWO_AT_ONCE, checkout)
    outputs = [process.communicate(timeout=10)[0].splitlines()[-1] for process in (first, second)]
    assert sorted(outputs) == ["False", "True"]


def test_uv_gets_a_cache_it_can_write_to(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UV_CACHE_DIR", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    (checkout / "home").write_text("a file, so nobody can write below it")
    for home in (str(checkout / "home"), ""):
        monkeypatch.setenv("HOME", home)
        env = installers.uv_environment()
        assert env["UV_CACHE_DIR"] == str(checkout / ".local" / "cache" / "uv")
        assert (env["UV_SYSTEM_CERTS"], env["UV_PYTHON_DOWNLOADS"]) == ("1", "never")
    monkeypatch.setenv("HOME", str(checkout))
    assert "UV_CACHE_DIR" not in installers.uv_environment()


@pytest.mark.parametrize(
    ("arguments", "level"),
    [
        (["manage.py", "up"], "runtime"),
        (["manage.py"], "runtime"),
        (["manage.py", "test"], "test"),
        (["manage.py", "shell", "test"], "runtime"),
    ],
)
def test_each_command_knows_its_packages(arguments: list[str], level: str) -> None:
    assert bootstrap.wanted_level(arguments) == level


def test_manage_runs_from_any_folder_with_the_bootstrap_switched_off(tmp_path: Path) -> None:
    env = {**os.environ, "VOICE_BOOTSTRAP": "0"}
    for variable in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE"):
        env.pop(variable, None)
    command = [sys.executable, str(paths.MANAGE), "help"]
    result = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert (result.returncode, "manage.py up [--port 3018]" in result.stdout) == (0, True)


def test_the_entry_point_parses_on_old_interpreters() -> None:
    compile(paths.MANAGE.read_text(), "manage.py", "exec", dont_inherit=True)
    import ast

    ast.parse(paths.MANAGE.read_text(), feature_version=(3, 4))


def test_an_environment_is_not_changed_by_the_interpreter_inside_it(
    checkout: Path, installed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    replaced: list[list[str]] = []

    class Replaced(Exception):
        pass

    def execv(program: str, arguments: list[str]) -> None:
        replaced.append([program, *arguments])
        raise Replaced

    monkeypatch.setattr(sys, "prefix", str(checkout / ".venv"))
    monkeypatch.setattr(sys, "_base_executable", "/usr/bin/python3")
    monkeypatch.setattr(sys, "orig_argv", ["python", "manage.py", "up"])
    monkeypatch.setattr(os, "execv", execv)
    with pytest.raises(Replaced):
        bootstrap.ensure("runtime")
    assert replaced == [["/usr/bin/python3", "/usr/bin/python3", "manage.py", "up"]]
    assert installed == []


def test_bytecode_is_kept_in_a_place_of_ours_where_it_may_not_lie_beside_the_sources() -> None:
    kept = str(paths.LOCAL / "cache" / "bytecode")
    changed = bootstrap.with_bytecode({"PYTHONDONTWRITEBYTECODE": "1", "A": "b"})
    assert changed == {"A": "b", "PYTHONPYCACHEPREFIX": kept}
    assert bootstrap.with_bytecode({"A": "b"}) == {"A": "b"}
