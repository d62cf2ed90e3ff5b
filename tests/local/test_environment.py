"""What `up` puts into its processes' environment, and the small files beside it."""

import re
import stat
from itertools import pairwise
from pathlib import Path

import pytest

from contactcenter.local import commands, environment, paths, testing, translations

GENERATED = {"SECRET_KEY": "generated", "CREDENTIAL_KEYS": "key"}
SIMULATOR = "http://127.0.0.1:3019"


def compose(caller: dict[str, str]) -> dict[str, str]:
    return environment.compose(caller, generated=GENERATED, port=3018, simulator_port=3019)


def test_without_credentials_both_providers_are_the_simulator() -> None:
    assert compose({}) == {
        "SECRET_KEY": "generated",
        "CREDENTIAL_KEYS": "key",
        "PUBLIC_BASE_URL": "http://127.0.0.1:3018",
        "SIMULATOR_URL": SIMULATOR,
        "TWILIO_API_BASE_URL": SIMULATOR,
        "TELNYX_API_BASE_URL": f"{SIMULATOR}/v2",
        "VOICE_BOOTSTRAP": "0",
        "DJANGO_SETTINGS_MODULE": "contactcenter.settings.dev",
    }


def test_real_credentials_of_one_provider_leave_the_other_simulated() -> None:
    env = compose({"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "t"})
    assert "TWILIO_API_BASE_URL" not in env
    assert env["TELNYX_API_BASE_URL"] == f"{SIMULATOR}/v2"


def test_an_account_without_its_token_is_not_real() -> None:
    assert compose({"TWILIO_ACCOUNT_SID": "AC1"})["TWILIO_API_BASE_URL"] == SIMULATOR


def test_a_chosen_address_is_kept_and_without_need_there_is_no_simulator() -> None:
    env = compose({"TWILIO_API_BASE_URL": "http://twin.example", "TELNYX_API_KEY": "KEY"})
    assert env["TWILIO_API_BASE_URL"] == "http://twin.example"
    assert "SIMULATOR_URL" not in env
    assert "TELNYX_API_BASE_URL" not in env


def test_the_callers_own_settings_win_and_empty_ones_do_not_count() -> None:
    env = compose({"SECRET_KEY": "mine", "CREDENTIAL_KEYS": "", "PUBLIC_BASE_URL": "https://voice.example"})
    assert (env["SECRET_KEY"], env["CREDENTIAL_KEYS"]) == ("mine", "key")
    assert env["PUBLIC_BASE_URL"] == "https://voice.example"


def test_generated_secrets_are_made_once_and_private(tmp_path: Path) -> None:
    first = environment.generated_secrets(tmp_path)
    assert environment.generated_secrets(tmp_path) == first
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600
    assert len(first["CREDENTIAL_KEYS"]) == 44  # a Fernet key: 32 bytes in base64


def test_other_terminals_read_what_up_wrote(tmp_path: Path) -> None:
    env = {**compose({"TELNYX_API_KEY": "secret"}), "DATABASE_URL": "postgresql://x:y@127.0.0.1:1/voice"}
    environment.share(env, tmp_path)
    assert stat.S_IMODE((tmp_path / "env").stat().st_mode) == 0o600
    shared = environment.read_env_file(tmp_path / "env")
    assert shared == {name: env[name] for name in environment.SHARED if name in env}
    assert "TELNYX_API_KEY" not in shared


def test_env_files_know_comments_quotes_and_export(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("# a comment\nA=1\n B = two words \nexport C='quoted'\nD=\"x=y\"\nnothing\nE=\n#F=6\n")
    assert environment.read_env_file(file) == {"A": "1", "B": "two words", "C": "quoted", "D": "x=y", "E": ""}
    assert environment.read_env_file(tmp_path / "none") == {}


def test_an_env_file_fills_gaps_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "from the environment")
    monkeypatch.delenv("TELNYX_API_KEY", raising=False)
    monkeypatch.delenv("SECRET_KEY", raising=False)
    file = tmp_path / ".env"
    file.write_text("TWILIO_ACCOUNT_SID=from the file\nTELNYX_API_KEY=from the file\nSECRET_KEY=\n")
    environment.load_env_file(file)
    import os

    assert os.environ["TWILIO_ACCOUNT_SID"] == "from the environment"
    assert os.environ["TELNYX_API_KEY"] == "from the file"
    assert "SECRET_KEY" not in os.environ


@pytest.mark.parametrize(
    ("command", "database", "settings"),
    [
        ("up", "postgresql://x", "dev"),
        ("test", "postgresql://x", "test"),
        ("web", "postgresql://x", "base"),
        ("shell", "", "dev"),
    ],
)
def test_each_command_has_its_settings(
    command: str, database: str, settings: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database)
    assert commands.settings_module(command) == f"contactcenter.settings.{settings}"


PARALLEL = ("-n", "auto", "--dist", "loadgroup")


@pytest.mark.parametrize(
    ("given", "passed"),
    [
        ([], [*PARALLEL]),
        (["-k", "words"], [*PARALLEL, "-k", "words"]),
        (["tests/sms"], [*PARALLEL, "tests/sms"]),
        (["tests/a.py", "tests/b.py"], [*PARALLEL, "tests/a.py", "tests/b.py"]),
        (["tests/a.py::test_one"], ["tests/a.py::test_one"]),
        (["-n", "4"], ["-n", "4"]),
        (["-n0", "tests/sms"], ["-n0", "tests/sms"]),
        (["--pdb"], ["--pdb"]),
        (["-p", "no:xdist"], ["-p", "no:xdist"]),
    ],
)
def test_the_suite_runs_in_parallel_unless_told_otherwise(given: list[str], passed: list[str]) -> None:
    assert testing.pytest_arguments(given) == passed


PO = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=3; plural=(n==1) ? 0 : (n>=2 && n<=4) ? 1 : 2;\\n"

msgid "Send"
msgstr "Odeslat"

#, fuzzy
msgid "Guess"
msgstr "Hádej"

msgid "%(count)s message"
msgid_plural "%(count)s messages"
msgstr[0] "%(count)s zpráva"
msgstr[1] "%(count)s zprávy"
msgstr[2] "%(count)s zpráv"
"""


def test_translations_are_compiled_when_they_changed(tmp_path: Path) -> None:
    import gettext
    import os

    source = tmp_path / "app" / "locale" / "cs" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(PO, encoding="utf-8")
    compiled = source.with_suffix(".mo")
    assert translations.compile_all(tmp_path) == [compiled]
    assert translations.compile_all(tmp_path) == []
    with compiled.open("rb") as file:
        catalogue = gettext.GNUTranslations(file)
    words = catalogue.gettext("Send"), catalogue.gettext("Guess")
    assert words == ("Odeslat", "Guess")
    assert catalogue.ngettext("%(count)s message", "%(count)s messages", 5) == "%(count)s zpráv"
    newer = compiled.stat().st_mtime + 1
    os.utime(source, (newer, newer))
    assert translations.compile_all(tmp_path) == [compiled]


def test_every_setting_has_its_sentence() -> None:
    folder = paths.ROOT / "contactcenter" / "settings"
    settings = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py")))
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', settings))
    lines = (paths.ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    explained = {
        name.group(1)
        for above, line in pairwise(lines)
        if (name := re.match(r"#([A-Z_]+)=", line)) and above.startswith("#")
    }
    assert read - explained == set()
