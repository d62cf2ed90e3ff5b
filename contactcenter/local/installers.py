"""Two ways of filling the private environment: uv, which is quick, and pip, which is everywhere.

Standard library only. Both check the hash of every file and neither ever fetches an interpreter.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from contactcenter.local import paths, process

PATIENCE_SECONDS = 8
QUIETLY = ("--quiet", "--disable-pip-version-check")


class InstallError(Exception):
    """One way did not work; the message says which step and how to see more."""


def with_uv(environment: Path, requirements: Path, *, mark: Callable[[], None]) -> None:
    """Create the environment if needed and make its packages equal to the pins, with uv.

    Raises InstallError when uv cannot be had or fails.
    """
    uv = find_uv() or fetch_uv()
    env = uv_environment()
    if not (environment / "bin" / "python").exists():
        _run("creating the environment", [uv, "venv", "--quiet", "--python", sys.executable, environment], env)
    mark()
    target = environment / "bin" / "python"
    sync = [uv, "pip", "sync", "--quiet", "--require-hashes", "--python", target, requirements]
    _run("installing the packages with uv", sync, env)


def with_pip(environment: Path, requirements: Path, *, mark: Callable[[], None]) -> None:
    """The same with venv and pip, also where the distribution left `ensurepip` out."""
    target = environment / "bin" / "python"
    has_ensurepip = importlib.util.find_spec("ensurepip") is not None
    if not target.exists():
        create = [sys.executable, "-m", "venv", *([] if has_ensurepip else ["--without-pip"]), environment]
        _run("creating the environment with venv", create, os.environ)
    mark()
    inside = subprocess.run([str(target), "-m", "pip", "--version"], capture_output=True, check=False)
    # Without a pip of its own the environment is filled by the one outside.
    outside = [sys.executable, "-m", "pip", "--python", target]
    pip = [target, "-m", "pip"] if inside.returncode == 0 else outside
    install = [*pip, "install", *QUIETLY, "--require-hashes", "-r", requirements]
    _run("installing the packages with pip (this takes a minute or two)", install, pip_environment())


def pip_environment() -> dict[str, str]:
    """pip without its advice about root: what it fills here is private."""
    return {**os.environ, "PIP_ROOT_USER_ACTION": "ignore"}


def find_uv() -> str | None:
    """A uv that is there already: ours from an earlier run, or the user's."""
    ours = paths.LOCAL / "uv" / "bin" / "uv"
    return str(ours) if os.access(ours, os.X_OK) else shutil.which("uv")


def fetch_uv() -> str:
    """Fetch uv with pip into a private folder; nothing outside the checkout is touched."""
    folder, partial = paths.LOCAL / "uv", paths.LOCAL / "uv.partial"
    shutil.rmtree(partial, ignore_errors=True)
    install = ["install", *QUIETLY, "--no-deps", "--require-hashes"]
    pins = ["--target", partial, "-r", paths.REQUIREMENTS / "uv.txt"]
    _run("fetching uv", [sys.executable, "-m", "pip", *install, *pins], pip_environment())
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)
    uv = find_uv()
    if uv is None:
        raise InstallError("uv was fetched but brought no program; going on with pip.")
    return uv


def uv_environment() -> dict[str, str]:
    """uv with the system's certificates, a cache it can write to, and never downloading an interpreter."""
    env = {**os.environ, "UV_SYSTEM_CERTS": "1", "UV_PYTHON_DOWNLOADS": "never"}
    env.pop("VIRTUAL_ENV", None)
    if "UV_CACHE_DIR" not in env and not _usual_cache_is_writable():
        env["UV_CACHE_DIR"] = str(paths.LOCAL / "cache" / "uv")
    return env


def _usual_cache_is_writable() -> bool:
    usual = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.environ.get("HOME", ""), ".cache")
    if not os.path.isabs(usual):
        return False
    try:
        os.makedirs(os.path.join(usual, "uv"), exist_ok=True)
    except OSError:
        return False
    return os.access(os.path.join(usual, "uv"), os.W_OK)


def _run(what: str, command: Sequence[object], env: Mapping[str, str]) -> None:
    """Run one step, saying so, and saying again every few seconds that it still works."""
    _say(f"{what[0].upper()}{what[1:]} …")
    done = threading.Event()
    ticker = threading.Thread(target=_tick, args=(what, done), daemon=True)
    ticker.start()
    try:
        result = subprocess.run(
            process.bound_to_us(command), env=dict(env), stdin=subprocess.DEVNULL, check=False, cwd=paths.ROOT
        )
    except OSError as error:
        raise InstallError(f"{what}: {error}") from error
    finally:
        done.set()
        ticker.join()
    if result.returncode != 0:
        raise InstallError(f"{what} failed ({process.describe_exit(result.returncode)}).")


def _tick(what: str, done: threading.Event) -> None:
    started = time.monotonic()
    while not done.wait(PATIENCE_SECONDS):
        _say(f"… still {what.partition(' (')[0]}, {time.monotonic() - started:.0f} s")


def _say(text: str) -> None:
    sys.stderr.write(f"[setup] {text}\n")
    sys.stderr.flush()
