"""Where files are made before they are kept: folders that are gone afterwards, also when their worker was killed."""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PREFIX = "voice-export-"
# Whoever makes a folder has locked it by then.
_YOUNG_SECONDS = 60


@contextmanager
def folder() -> Iterator[Path]:
    """Make a folder for the parts of one file, in the folder for temporary files (TMPDIR), and remove it at the end."""
    with tempfile.TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True) as name:
        lock = os.open(name, os.O_RDONLY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield Path(name)
        finally:
            os.close(lock)


def sweep() -> int:
    """Remove what killed workers left on this machine, whose locks are gone with them; return how many folders."""
    old = time.time() - _YOUNG_SECONDS
    return sum(_remove(path) for path in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*") if _changed_at(path) < old)


def _changed_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # Its worker has ended meanwhile.
        return time.time()


def _remove(path: Path) -> bool:
    try:
        lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:  # Gone, or another user's.
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(path, ignore_errors=True)
    except BlockingIOError:
        return False
    finally:
        os.close(lock)
    return True
