"""Under which account the database server may run: PostgreSQL refuses to run as root."""

import os
import pwd
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

UNPRIVILEGED = ("nobody", "daemon")


@dataclass(frozen=True, kw_only=True)
class ServerAccount:
    """`name` is None when our own account serves; `keep_search` as explained in launch.py."""

    name: str | None = None
    uid: int = -1
    gid: int = -1
    keep_search: bool = False

    def give(self, path: Path) -> None:
        """Hand a file or folder over to the account."""
        if self.name is not None:
            os.chown(path, self.uid, self.gid)


class NoServerAccount(Exception):
    """There is no account that PostgreSQL would run under; the message says what to do."""


def for_server(*, reaches: list[Path], data: Path) -> ServerAccount:
    """Our own account, or an unprivileged one when we are root, which has to get at the paths in `reaches`.

    Existing data keep their owner, so that a checkout used as root stays usable as root.
    Raises NoServerAccount.
    """
    if os.geteuid() != 0:
        return ServerAccount()
    entry = _entry(data)
    reachable = all(_others_reach(path) for path in reaches)
    if not reachable and sys.platform != "linux":
        raise NoServerAccount(
            f"PostgreSQL does not run as root, and the account {entry.pw_name!r} cannot reach {data.parent}. "
            "Start this as an ordinary user, or set DATABASE_URL."
        )
    return ServerAccount(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid, keep_search=not reachable)


def _entry(data: Path) -> pwd.struct_passwd:
    owner = data.stat().st_uid if data.exists() else 0
    candidates = [pwd.getpwuid(owner).pw_name] if owner and _known(owner) else []
    for name in [*candidates, *UNPRIVILEGED]:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NoServerAccount("PostgreSQL does not run as root, and this machine has no account `nobody`.")


def _known(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _others_reach(path: Path) -> bool:
    """Whether the mode bits let everybody through to this path and, if it is a file, run it."""
    own = path.is_dir() or bool(path.stat().st_mode & stat.S_IXOTH)
    folders = [path, *path.parents] if path.is_dir() else list(path.parents)
    return own and all(folder.stat().st_mode & stat.S_IXOTH for folder in folders)
