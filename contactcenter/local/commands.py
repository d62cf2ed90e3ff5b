"""What `manage.py` does once it runs in the environment: our own commands, everything else is Django's."""

import os
import runpy
import sys
from collections.abc import Sequence

from contactcenter.local import environment, paths

OWN_COMMANDS = """\
The two commands of this project:
  manage.py up [--port 3018]     start everything on this machine
  manage.py test [arguments]     run the test suite; arguments go to pytest
One process alone, configured by the environment (see .env.example):
  manage.py web | worker | beat | simulator

All of Django's commands follow.
"""


def settings_module(command: str) -> str:
    """The settings for a command: a configured environment is production, anything else leans on `up`."""
    if command == "test":
        return "contactcenter.settings.test"
    if command == "up" or not os.environ.get("DATABASE_URL"):
        return "contactcenter.settings.dev"
    return "contactcenter.settings.base"


def run(argv: Sequence[str]) -> int:
    """Run one command; returns the exit code."""
    command = argv[1] if len(argv) > 1 else "help"
    arguments = list(argv[2:])
    if command != "test":
        environment.load_env_file(paths.ROOT / ".env")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings_module(command))
    if command == "up":
        from contactcenter.local import up  # Here and below: each command pays only for its own imports.

        return up.run(arguments)
    if command == "test":
        from contactcenter.local import testing

        return testing.run(arguments)
    if command == "simulator":
        sys.argv = [f"{argv[0]} simulator", *arguments]
        runpy.run_module("contactcenter.simulator", run_name="__main__")
    return _django(argv, command)


def _django(argv: Sequence[str], command: str) -> int:
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    if command in ("help", "--help", "-h") and len(argv) <= 2:
        sys.stdout.write(OWN_COMMANDS)
    try:
        execute_from_command_line(list(argv))
    except ImproperlyConfigured as error:
        sys.stderr.write(
            f"The configuration is not complete: {error}\n"
            "Start `python3 manage.py up` once, or set the variables of .env.example.\n"
        )
        return 1
    return 0
