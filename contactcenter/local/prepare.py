"""Makes the database fit for use, in a process of its own: `python -m contactcenter.local.prepare`.

One process for all steps, because loading the applications costs more than most of them.
"""

import sys

import django
from django.apps import apps
from django.core.management import CommandError, call_command, get_commands
from django.db import OperationalError


def main() -> None:
    django.setup()
    _say("Migrating the database …")
    call_command("migrate", interactive=False, verbosity=0)
    known = get_commands()
    # Into an empty database only: never among a real installation's organizations.
    if "seed_demo" in known and not apps.get_model("core", "Organization")._base_manager.exists():
        _say("Creating the demo organizations …")
        for command in ("seed_demo", "seed_demo_calls"):
            if command in known:
                call_command(command, verbosity=0)
    if "configure_accounts" in known:
        call_command("configure_accounts", verbosity=0)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        main()
    except CommandError as error:  # A sentence for the person at the terminal, not a defect.
        sys.exit(str(error))
    except OperationalError as error:
        sys.exit(f"The database of DATABASE_URL cannot be used. {str(error).splitlines()[0]}")
