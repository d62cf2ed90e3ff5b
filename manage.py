#!/usr/bin/env python3
"""The project's one entry point: `up`, `test`, and every Django command.

This file and `contactcenter/local/bootstrap.py` run before anything is installed, so they use the standard
library alone; this file even has to parse on old interpreters, to be able to turn them away.
"""

import os
import sys

ROOT = os.path.dirname(os.path.abspath(__file__))


def main() -> int:
    if sys.version_info < (3, 11):  # noqa: UP036 - this is where older ones are told so
        found = sys.version.split()[0]
        sys.stderr.write("This project needs Python 3.11 or newer, and this is Python " + found + ".\n")
        return 1
    if os.name != "posix":
        sys.stderr.write("This project runs on Linux and macOS; on Windows, start it inside WSL.\n")
        return 1
    if ROOT not in sys.path:  # `python3 -P` and embedding programs leave the script's folder out.
        sys.path.insert(0, ROOT)
    from contactcenter.local import bootstrap

    try:
        bootstrap.enter_environment(sys.argv)
    except bootstrap.BootstrapError as error:
        sys.stderr.write(str(error) + "\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("[setup] Interrupted; the next start begins anew.\n")
        return 130
    from contactcenter.local import commands

    return commands.run(sys.argv)


if __name__ == "__main__":
    sys.exit(main())
