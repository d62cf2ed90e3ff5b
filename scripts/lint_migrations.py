#!/usr/bin/env python3
"""Looks for migrations that would stop a running installation: long locks, lost columns, missing defaults.

Needs a database (see with_servers.py). A migration that is unsafe for a good reason is named below with it.
"""

import logging
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

OURS = ["core", "agents", "sms", "calls", "analytics"]
# Makes tables that nobody uses yet, so its locks stop nobody.
FIRST_ONES = "_initial"
# The linter reads their reverse statements (DROP TABLE, DROP COLUMN) as if they were run forwards.
MISREAD = [
    "0003_cache_table",
    "0030_words_of_names",
    "0045_words_of_texts",
    "0080_labels_know_their_conversation",
]
HARMLESS = [
    # Unique over a column that is as new as the index: no row is in it, and teams are few.
    "0012_one_default_team",
    # From varchar to text: PostgreSQL rewrites nothing, and whatever the older code writes fits.
    "0004_recordings_have_addresses_of_any_length",
]


def main() -> int:
    """Lint every migration of ours; 1 when one of them is unsafe."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "contactcenter.settings.test")
    import django  # Not at the top: the settings have to be named first.
    from django_migration_linter import MigrationLinter

    django.setup()
    logging.disable(logging.INFO)
    linter = MigrationLinter(
        str(ROOT),
        include_apps=OURS,
        ignore_name_contains=FIRST_ONES,
        ignore_name=[*MISREAD, *HARMLESS],
        quiet=["ignore"],
        no_cache=True,
    )
    linter.lint_all_migrations()
    linter.print_summary()
    return 1 if linter.has_errors else 0


if __name__ == "__main__":
    sys.exit(main())
