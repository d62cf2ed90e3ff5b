"""`manage.py test`: the test suite with servers of its own, which are gone afterwards."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType

from contactcenter.local import paths, process, translations
from contactcenter.local.postgres import THROW_AWAY, PostgresServer
from contactcenter.local.servers import LocalServer, ServerError
from contactcenter.local.valkey import ValkeyServer

# Debuggers want the terminal for themselves, and lists are made once.
WITHOUT_XDIST = {"--pdb", "--trace", "--collect-only", "--co", "--fixtures", "--markers", "--help", "-h"}


def run(arguments: Sequence[str]) -> int:
    """Run pytest with these arguments; its exit code."""
    translations.compile_all(paths.ROOT)
    _remove_leftovers(paths.ensure_local())
    folder = paths.LOCAL / f"test-{os.getpid()}"
    env = {**os.environ, "VOICE_BOOTSTRAP": "0", "DJANGO_SETTINGS_MODULE": "contactcenter.settings.test"}
    started: list[LocalServer] = []
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        for variable, server in _local_servers(folder).items():
            given = os.environ.get(f"VOICE_TEST_{variable}")
            if not given:
                started.append(server)
                server.start()
            env[variable] = given or server.url
        return _pytest(pytest_arguments(arguments), env)
    except ServerError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        for server in reversed(started):
            server.stop(1.0)
        shutil.rmtree(folder, ignore_errors=True)


def _local_servers(folder: Path) -> dict[str, LocalServer]:
    return {
        "DATABASE_URL": PostgresServer(folder / "postgres", THROW_AWAY),
        "REDIS_URL": ValkeyServer(folder / "valkey", durable=False),
    }


def pytest_arguments(arguments: Sequence[str]) -> list[str]:
    """The arguments for pytest: in parallel, unless the caller decided otherwise or it would not pay."""
    given = list(arguments)
    decided = any(argument.startswith(("-n", "--numprocesses", "--dist")) for argument in given)
    alone = any(argument in WITHOUT_XDIST for argument in given) or "no:xdist" in given
    files = [argument for argument in given if argument.split("::")[0].endswith(".py")]
    folders = [argument for argument in given if not argument.startswith("-") and Path(argument).is_dir()]
    one_file = len({file.split("::")[0] for file in files}) == 1 and not folders
    return given if decided or alone or one_file else ["-n", "auto", "--dist", "loadgroup", *given]


def _pytest(arguments: Sequence[str], env: Mapping[str, str]) -> int:
    """pytest in the foreground, with the terminal: Ctrl-C reaches it directly, and it ends when we do."""
    command = process.bound_to_us([sys.executable, "-m", "pytest", *arguments], death_signal=signal.SIGTERM)
    running = subprocess.Popen(command, cwd=paths.ROOT, env=dict(env))
    try:
        return running.wait()
    except KeyboardInterrupt:
        process.send(running, signal.SIGINT)
        if not process.wait(running, 10):
            running.kill()
        return 130


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _remove_leftovers(local: Path) -> None:
    """Folders of runs that were killed; their servers died with them."""
    for folder in local.glob("test-*"):
        number = folder.name.removeprefix("test-")
        if number.isdigit() and not _runs(int(number)):
            shutil.rmtree(folder, ignore_errors=True)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
