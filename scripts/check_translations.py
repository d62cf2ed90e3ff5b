#!/usr/bin/env python3
"""Fails unless every visible string of the tree is in every catalogue, translated, and with its placeholders.

Extracts the strings in a copy of the tree (with Django's makemessages, which needs gettext's programs) and compares
identities, so that line numbers, dates and wrapping do not matter. `make messages` brings the catalogues up to date.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[1]
CATALOGUES = Path("contactcenter") / "locale"
LANGUAGES = ("cs", "es")
SOURCES = ("contactcenter", "sms", "agents", "calls", "analytics", "templates", "manage.py", "pyproject.toml")

Identity = tuple[str | None, str]


def main() -> int:
    """Check every language; 1 when something is missing, and says what."""
    with tempfile.TemporaryDirectory(prefix="voice-messages-") as folder:
        fresh = Path(folder)
        extract_into(fresh)
        complaints = [
            f"{language}: {complaint}" for language in LANGUAGES for complaint in complaints_about(language, fresh)
        ]
    for complaint in complaints:
        sys.stderr.write(f"{complaint}\n")
    if complaints:
        sys.stderr.write(f"{len(complaints)} complaints. `make messages` updates the catalogues.\n")
    return 1 if complaints else 0


def extract_into(folder: Path) -> None:
    """Copy the sources to `folder` and extract their strings there."""
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.mo", "locale"))
        elif source.exists():
            shutil.copy(source, folder / name)
    (folder / CATALOGUES).mkdir(parents=True)
    languages = [f"--locale={language}" for language in LANGUAGES]
    env = {**os.environ, "VOICE_BOOTSTRAP": "0", "DJANGO_SETTINGS_MODULE": "contactcenter.settings.test"}
    subprocess.run(
        [sys.executable, "manage.py", "makemessages", "--verbosity=0", *languages], cwd=folder, env=env, check=True
    )


def complaints_about(language: str, fresh: Path) -> Iterator[str]:
    """What is wrong with the committed catalogue of one language."""
    path = CATALOGUES / language / "LC_MESSAGES" / "django.po"
    if not (ROOT / path).exists():
        yield f"there is no {path}"
        return
    wanted, found = read(fresh / path, language), read(ROOT / path, language)
    present, needed = identities(found), identities(wanted)
    for _context, text in sorted(needed - present, key=str):
        yield f"missing: {text!r}"
    for _context, text in sorted(present - needed, key=str):
        yield f"no longer used: {text!r}"
    for message in found:
        if not message.id:
            continue
        forms = message.string if isinstance(message.string, (list, tuple)) else [message.string]
        if message.fuzzy:
            yield f"fuzzy: {message.id!r}"
        elif not all(forms):
            yield f"untranslated: {message.id!r}"
        for error in message.check(found):
            yield f"{error}: {message.id!r}"


def read(path: Path, language: str) -> Catalog:
    """One catalogue; a malformed one is an error."""
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def identities(catalogue: Catalog) -> set[Identity]:
    """Context and (singular) text of every message."""
    return {
        (message.context, message.id if isinstance(message.id, str) else message.id[0])
        for message in catalogue
        if message.id
    }


if __name__ == "__main__":
    sys.exit(main())
