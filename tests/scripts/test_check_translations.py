"""The check that no visible string stays untranslated, with catalogues made for the purpose."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "check_translations.py"
HEADER = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n>=2 && n<=4 ? 1 : 2);\\n"

"""
HELLO = 'msgid "Hello"\nmsgstr "Ahoj"\n\n'
TEXTS = '#, python-format\nmsgid "%(n)s text"\nmsgid_plural "%(n)s texts"\n'
TEXTS_IN_CZECH = 'msgstr[0] "%(n)s zpráva"\nmsgstr[1] "%(n)s zprávy"\nmsgstr[2] "%(n)s zpráv"\n\n'


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, with `tmp_path/committed` as its tree."""
    spec = importlib.util.spec_from_file_location("check_translations", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path / "committed")
    return module


def complaints(script: ModuleType, tmp_path: Path, *, extracted: str, committed: str) -> list[str]:
    for folder, text in (("extracted", extracted), ("committed", committed)):
        path = tmp_path / folder / script.CATALOGUES / "cs" / "LC_MESSAGES" / "django.po"
        path.parent.mkdir(parents=True)
        path.write_text(HEADER + text, encoding="utf-8")
    return list(script.complaints_about("cs", tmp_path / "extracted"))


def test_a_complete_catalogue_is_fine(script: ModuleType, tmp_path: Path) -> None:
    extracted = '#: page.html:1\nmsgid "Hello"\nmsgstr ""\n\n' + TEXTS + 'msgstr[0] ""\nmsgstr[1] ""\nmsgstr[2] ""\n'
    assert complaints(script, tmp_path, extracted=extracted, committed=HELLO + TEXTS + TEXTS_IN_CZECH) == []


@pytest.mark.parametrize(
    ("committed", "complaint"),
    [
        ("", "missing: 'Hello'"),
        ('msgid "Hello"\nmsgstr ""\n', "untranslated: 'Hello'"),
        ('#, fuzzy\nmsgid "Hello"\nmsgstr "Ahoj"\n', "fuzzy: 'Hello'"),
        (HELLO + 'msgid "Bye"\nmsgstr "Sbohem"\n', "no longer used: 'Bye'"),
        ('#~ msgid "Hello"\n#~ msgstr "Ahoj"\n', "missing: 'Hello'"),
    ],
)
def test_what_is_not_right_is_named(script: ModuleType, tmp_path: Path, committed: str, complaint: str) -> None:
    assert complaints(script, tmp_path, extracted='msgid "Hello"\nmsgstr ""\n', committed=committed) == [complaint]


def test_a_missing_plural_form_is_untranslated(script: ModuleType, tmp_path: Path) -> None:
    czech = TEXTS_IN_CZECH.replace("%(n)s zprávy", "")
    found = complaints(script, tmp_path, extracted=TEXTS + TEXTS_IN_CZECH, committed=TEXTS + czech)
    assert found[0] == "untranslated: ('%(n)s text', '%(n)s texts')"


def test_a_lost_placeholder_is_an_error(script: ModuleType, tmp_path: Path) -> None:
    czech = TEXTS_IN_CZECH.replace('%(n)s zpráv"', 'zpráv %(m)s"')
    found = complaints(script, tmp_path, extracted=TEXTS + TEXTS_IN_CZECH, committed=TEXTS + czech)
    assert len(found) == 1
    assert "placeholder" in found[0]


def test_a_missing_catalogue_is_named(script: ModuleType, tmp_path: Path) -> None:
    assert list(script.complaints_about("cs", tmp_path)) == [
        f"there is no {script.CATALOGUES}/cs/LC_MESSAGES/django.po"
    ]
