#!/usr/bin/env python3
"""Runs one command with a PostgreSQL and a Valkey of its own, which are gone afterwards.

    .venv/bin/python scripts/with_servers.py .venv/bin/python manage.py makemigrations --check

The command finds them in DATABASE_URL and REDIS_URL, and Django's settings are the tests' unless the caller
chose others. The exit code is the command's.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from contactcenter.local.postgres import THROW_AWAY, PostgresServer  # noqa: E402 - found through the line above
from contactcenter.local.servers import ServerError  # noqa: E402
from contactcenter.local.valkey import ValkeyServer  # noqa: E402


def main(command: list[str]) -> int:
    """Run the command between starting and stopping the servers."""
    if not command:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    with tempfile.TemporaryDirectory(prefix="voice-servers-") as folder:
        Path(folder).chmod(0o711)  # PostgreSQL refuses to run as root and has to reach its data as somebody else.
        postgres = PostgresServer(Path(folder) / "postgres", THROW_AWAY)
        valkey = ValkeyServer(Path(folder) / "valkey", durable=False)
        try:
            with postgres, valkey:
                env = {"DJANGO_SETTINGS_MODULE": "contactcenter.settings.test", **os.environ}
                env |= {"DATABASE_URL": postgres.url, "REDIS_URL": valkey.url}
                return subprocess.run(command, env=env, check=False).returncode
        except ServerError as error:
            sys.stderr.write(f"{error}\n")
            return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
