"""The private environment: built when it is missing or the pins changed, then entered. Standard library only.

`VOICE_BOOTSTRAP=0` switches this off, for images and machines that bring their own environment.
"""

import fcntl
import hashlib
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from contactcenter.local import installers, paths

# Each level's pins contain those of the levels before it.
LEVELS = ("runtime", "test", "tools")


class BootstrapError(Exception):
    """The environment could not be built; the message is for the person at the terminal."""


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """What a finished environment was built from; kept inside it."""

    level: str
    python: str
    pins: dict[str, str]

    def write(self, environment: Path) -> None:
        stamp_path(environment).write_text(json.dumps(self.__dict__, indent=1), encoding="utf-8")

    @classmethod
    def read(cls, environment: Path) -> "Stamp | None":
        """The stamp, or None when the environment is missing, foreign or unfinished."""
        try:
            return cls(**json.loads(stamp_path(environment).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None


def stamp_path(environment: Path) -> Path:
    return environment / "voice-pins.json"


def building_path(environment: Path) -> Path:
    """Exists while an environment is being built: left behind, it says that the build was interrupted."""
    return environment / "voice-building"


def pins(requirements: Path, level: str) -> dict[str, str]:
    """The checksums of the requirements files that an environment of this level answers to."""
    names = LEVELS[: LEVELS.index(level) + 1]
    return {name: hashlib.sha256((requirements / f"{name}.txt").read_bytes()).hexdigest() for name in names}


def python_tag() -> str:
    return f"{sys.implementation.name}-{sys.version_info.major}.{sys.version_info.minor}"


def level_to_build(environment: Path, requirements: Path, wanted: str) -> str | None:
    """The level to build now, never less than what was there; None when what stands there serves."""
    stamp = Stamp.read(environment)
    if stamp is None or stamp.level not in LEVELS:
        return wanted
    serves = LEVELS.index(stamp.level) >= LEVELS.index(wanted) and stamp.pins.get(wanted) == pins(
        requirements, wanted
    ).get(wanted)
    usable = os.access(environment / "bin" / "python", os.X_OK) and not building_path(environment).exists()
    if serves and usable:
        return None
    return max(wanted, stamp.level, key=LEVELS.index)


def wanted_level(arguments: Sequence[str]) -> str:
    """The level a command needs: the tests bring their own packages."""
    return "test" if arguments[1:2] == ["test"] else "runtime"


def enter_environment(arguments: Sequence[str]) -> None:
    """Return when this interpreter is the private environment's; otherwise build it if needed and become it.

    Raises BootstrapError when it cannot be built.
    """
    if os.environ.get("VOICE_BOOTSTRAP") == "0":
        return
    ensure(wanted_level(arguments))
    if Path(sys.prefix).resolve() == paths.VENV.resolve():
        return
    command = [str(paths.VENV_PYTHON), str(paths.MANAGE), *arguments[1:]]
    sys.stdout.flush()
    os.execve(command[0], command, with_bytecode(os.environ))


def with_bytecode(env: Mapping[str, str]) -> dict[str, str]:
    """Return `env`, in which bytecode is kept in .local/ when it may not lie beside the sources.

    Without any, each of our many processes would compile for seconds at its start, Telnyx's SDK alone for most of them.
    """
    changed = dict(env)
    if changed.pop("PYTHONDONTWRITEBYTECODE", ""):
        changed.setdefault("PYTHONPYCACHEPREFIX", str(paths.LOCAL / "cache" / "bytecode"))
    return changed


def ensure(level: str) -> bool:
    """Build the environment for this level unless it stands already; True when something was built."""
    if level_to_build(paths.VENV, paths.REQUIREMENTS, level) is None:
        return False
    _leave(paths.VENV)
    with _only_one_at_a_time():
        to_build = level_to_build(paths.VENV, paths.REQUIREMENTS, level)
        if to_build is None:  # Another process built it while we waited.
            return False
        build(to_build)
    return True


def _leave(environment: Path) -> None:
    """Go on with the interpreter outside when this one lives in the environment that is about to change."""
    outside: str = getattr(sys, "_base_executable", None) or sys.executable
    if Path(sys.prefix).resolve() == environment.resolve() and outside != sys.executable:
        os.execv(outside, [outside, *sys.orig_argv[1:]])


@contextmanager
def _only_one_at_a_time() -> Iterator[None]:
    try:
        lock = (paths.ensure_local() / "bootstrap.lock").open("a")
    except OSError as error:
        raise BootstrapError(f"Cannot write to {paths.ROOT}: {error.strerror}.") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another process is building the environment; waiting for it …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def build(level: str) -> None:
    """Fill the environment with exactly the pins of this level, by uv, or by pip when that fails."""
    started = time.monotonic()
    say(f"Building the private environment in {paths.VENV.name}/ ({level} packages). This happens once.")
    requirements = paths.REQUIREMENTS / f"{level}.txt"
    environment = paths.VENV
    wanted = Stamp(level=level, python=python_tag(), pins=pins(paths.REQUIREMENTS, level))
    if _must_start_afresh(environment):
        shutil.rmtree(environment, ignore_errors=True)
    stamp_path(environment).unlink(missing_ok=True)
    for install in (installers.with_uv, installers.with_pip):
        try:
            install(environment, requirements, mark=lambda: building_path(environment).touch())
        except installers.InstallError as error:
            say(str(error))
            shutil.rmtree(environment, ignore_errors=True)
            continue
        building_path(environment).unlink(missing_ok=True)
        wanted.write(environment)
        say(f"Environment ready after {time.monotonic() - started:.0f} s.")
        return
    raise BootstrapError(
        "The environment could not be built, neither by uv nor by pip: the lines above say why. "
        "It needs the Python package index once; after that it works without a network."
    )


def _must_start_afresh(environment: Path) -> bool:
    """True for what cannot be repaired in place: an interrupted build, a lost or another interpreter."""
    stamp = Stamp.read(environment)
    other_python = stamp is not None and stamp.python != python_tag()
    broken = not os.access(environment / "bin" / "python", os.X_OK)
    return building_path(environment).exists() or other_python or broken


def say(text: str) -> None:
    sys.stderr.write(f"[setup] {text}\n")
    sys.stderr.flush()


def main() -> int:
    """`python3 -m contactcenter.local.bootstrap [runtime|test|tools]` builds without entering."""
    level = sys.argv[1] if len(sys.argv) > 1 else "runtime"
    if level not in LEVELS:
        say(f"Unknown level {level!r}; there are: {', '.join(LEVELS)}.")
        return 2
    try:
        ensure(level)
    except BootstrapError as error:
        say(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
