"""Compiles the translations (.po → .mo) with Babel, so that gettext's tools are not needed.

`python -m contactcenter.local.translations` compiles what is out of date; the results are not kept in git.
"""

from pathlib import Path

from contactcenter.local import paths

SKIPPED = {".venv", ".local", ".git", "node_modules"}


def catalogues(root: Path) -> list[Path]:
    """Every .po file of the project."""
    folders = [folder for folder in root.iterdir() if folder.is_dir() and folder.name not in SKIPPED]
    return sorted(file for folder in folders for file in folder.glob("**/LC_MESSAGES/*.po"))


def compile_all(root: Path) -> list[Path]:
    """Compile the catalogues that changed since their last compilation; returns what was written."""
    return [_compile(source) for source in catalogues(root) if not _is_current(source)]


def _is_current(source: Path) -> bool:
    target = source.with_suffix(".mo")
    return target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns


def _compile(source: Path) -> Path:
    from babel.messages.mofile import write_mo  # Not at the top: most starts have nothing to compile.
    from babel.messages.pofile import read_po

    with source.open("rb") as file:
        catalogue = read_po(file, locale=source.parts[-3], abort_invalid=True)
    target = source.with_suffix(".mo")
    partial = target.with_name(target.name + ".partial")
    with partial.open("wb") as file:
        write_mo(file, catalogue)
    partial.replace(target)
    return target


if __name__ == "__main__":
    compile_all(paths.ROOT)
