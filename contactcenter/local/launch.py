"""Starts a program that must not outlive its parent, and as an unprivileged account when that is asked for.

    python -I -S launch.py PARENT_PID DEATH_SIGNAL ACCOUNT KEEP_SEARCH program [argument …]

A program of its own, because the parent has threads (a `preexec_fn` could deadlock) and because the order
matters: account, then capabilities, then the death signal, which Linux forgets when credentials change.
ACCOUNT is a user name or "-"; KEEP_SEARCH is 1 when the account cannot reach the program's folders by itself:
it then keeps the right to pass through them, which is gentler than opening the owner's folders.
"""

import ctypes
import os
import pwd
import sys

PR_SET_PDEATHSIG = 1
PR_SET_SECUREBITS = 28
PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 47, 2
# Without it access(2) ignores kept capabilities, and PostgreSQL looks for its own files with access(2).
SECBIT_NO_SETUID_FIXUP = 1 << 2
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 1, 2
LINUX_CAPABILITY_VERSION_3 = 0x20080522
CANNOT_LAUNCH = 126


class _Header(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


class _Data(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint32) for name in ("effective", "permitted", "inheritable")]


_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> None:
    if result != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")


def _prctl(option: int, first: int, second: int = 0) -> None:
    _check(_libc.prctl(option, ctypes.c_ulong(first), ctypes.c_ulong(second), 0, 0), f"prctl {option}")


def _change_account(name: str) -> None:
    account = pwd.getpwnam(name)
    os.setgroups([])
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)


def _keep_only_search() -> None:
    """Reduce the capabilities to reaching files, in a form that survives exec (the ambient set)."""
    header = _Header(LINUX_CAPABILITY_VERSION_3, 0)
    data = (_Data * 2)()
    _check(_libc.capget(ctypes.byref(header), data), "capget")
    kept = data[0].permitted & (1 << CAP_DAC_OVERRIDE | 1 << CAP_DAC_READ_SEARCH)
    data[0] = _Data(kept, kept, kept)
    data[1] = _Data(0, 0, 0)
    _check(_libc.capset(ctypes.byref(header), data), "capset")
    for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
        if kept & 1 << capability:
            _prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability)


def main(arguments: list[str]) -> None:
    """Prepare this process and become the program; never returns normally."""
    parent, death_signal, account, keep_search, *command = arguments
    if account != "-":
        if keep_search == "1":
            _prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP)
        _change_account(account)
        if keep_search == "1":
            _keep_only_search()
    if sys.platform == "linux":
        _prctl(PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != int(parent):  # It died before the line above took effect.
            sys.exit(CANNOT_LAUNCH)
    os.execvp(command[0], command)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (OSError, KeyError) as error:
        sys.stderr.write(f"cannot start {sys.argv[5]}: {error}\n")
        sys.exit(CANNOT_LAUNCH)
