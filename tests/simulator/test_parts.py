"""The small parts: segments, pictures, the customer's patience, the ledger's limit, the documentation."""

from __future__ import annotations

import base64
import json
import re
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest

from contactcenter.simulator import customer, media
from contactcenter.simulator.accounts import DEMO_ACCOUNTS, accounts_from_environment
from contactcenter.simulator.callendings import CALL_ENDINGS
from contactcenter.simulator.config import Config
from contactcenter.simulator.courier import is_loopback
from contactcenter.simulator.endings import ENDINGS, NASTY_ENDING, Ending
from contactcenter.simulator.ledger import Ledger, Message
from contactcenter.simulator.logs import masked, masked_path
from contactcenter.simulator.segments import measure

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("text", "encoding", "parts"),
    [
        ("a" * 160, "GSM-7", 1),
        ("a" * 161, "GSM-7", 2),
        ("€" * 80, "GSM-7", 1),
        ("a" * 152 + "€" + "a" * 152, "GSM-7", 3),
        ("ě" * 70, "UCS-2", 1),
        ("ě" * 71, "UCS-2", 2),
        ("😀" * 34, "UCS-2", 1),
        ("😀" * 36, "UCS-2", 2),
        ("", "GSM-7", 1),
    ],
)
def test_segments(text: str, encoding: str, parts: int) -> None:
    assert measure(text) == (encoding, parts)


def test_the_picture_is_a_whole_png() -> None:
    data = media.picture(media.media_id("MM1", 0))
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    position, kinds, pixels = 8, [], b""
    while position < len(data):
        (length,) = struct.unpack(">I", data[position : position + 4])
        chunk = data[position + 4 : position + 8 + length]
        (checksum,) = struct.unpack(">I", data[position + 8 + length : position + 12 + length])
        assert zlib.crc32(chunk) == checksum
        kinds.append(chunk[:4])
        pixels += chunk[4:] if chunk[:4] == b"IDAT" else b""
        position += 12 + length
    assert kinds == [b"IHDR", b"IDAT", b"IEND"]
    assert len(zlib.decompress(pixels)) == 120 * (1 + 160 * 3)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Dobrý den, Vaše zásilka je na cestě", "cs"),
        ("Dobry den, potvrzujeme objednavku", "cs"),
        ("Hola, su pedido ya está listo", "es"),
        ("¿Le viene bien mañana?", "es"),
        ("Your parcel has arrived", "en"),
        ("OK", "en"),
    ],
)
def test_the_customer_answers_in_the_language_of_the_text(text: str, language: str) -> None:
    assert customer.language_of(text) == language
    assert customer.friendly_line(text) in customer.LINES[language]


def test_a_conversation_gets_a_few_answers_an_hour() -> None:
    patience = customer.Patience()
    allowed = [patience.allows("ours", "theirs", 10.0 * index) for index in range(8)]
    assert allowed == [True] * 5 + [False] * 3
    assert patience.allows("ours", "another", 80.0)
    assert patience.allows("ours", "theirs", 10_000.0)


def test_the_ledger_forgets_the_oldest() -> None:
    ledger = Ledger(2)
    for name in ("a", "b", "c"):
        ledger.add(Message("TWILIO", "AC", name, "", "", ""))
    assert [message.id for message in ledger.oldest_first()] == ["b", "c"]
    assert (ledger.forgotten, ledger.sequence) == (1, 3)


def test_demo_accounts_are_distinct_and_stable() -> None:
    assert len({account.secret for account in DEMO_ACCOUNTS}) == 4
    assert [account.numbers for account in DEMO_ACCOUNTS] == [
        ("+12025550110",),
        ("+420910055501",),
        ("+12025550120",),
        ("+34900550120",),
    ]
    assert all(re.fullmatch(r"AC[0-9a-f]{32}", a.account_id) for a in DEMO_ACCOUNTS if not a.private_seed)
    assert [len(base64.b64decode(account.public_key)) for account in DEMO_ACCOUNTS] == [0, 32, 0, 32]
    assert [len(account.connection_id) for account in DEMO_ACCOUNTS] == [0, 19, 0, 19]
    assert not any(account.secret in repr(account) for account in DEMO_ACCOUNTS)


def test_accounts_come_from_the_environment() -> None:
    seed = base64.b64encode(bytes(32)).decode()
    found = accounts_from_environment(
        {
            "TWILIO_ACCOUNT_SID": "AC1",
            "TWILIO_AUTH_TOKEN": "t",
            "TWILIO_PHONE_NUMBER": "+12025550111",
            "TELNYX_API_KEY": "KEY1",
            "TELNYX_PHONE_NUMBER": "",
            "SIMULATOR_TELNYX_PRIVATE_KEY": seed,
            "TELNYX_CONNECTION_ID": "1234567890123456789",
        }
    )
    assert [(a.provider, a.numbers, a.private_seed) for a in found] == [
        ("TWILIO", ("+12025550111",), b""),
        ("TELNYX", (), bytes(32)),
    ]
    assert found[1].connection_id == "1234567890123456789"
    assert accounts_from_environment({"TWILIO_ACCOUNT_SID": "AC1"}) == []
    with pytest.raises(ValueError, match="32 bytes"):
        accounts_from_environment({"TELNYX_API_KEY": "k", "SIMULATOR_TELNYX_PRIVATE_KEY": "AAAA"})


def test_a_setting_that_is_no_number_is_named() -> None:
    assert Config.from_environment({}) == Config()
    with pytest.raises(ValueError, match="SIMULATOR_SPEED"):
        Config.from_environment({"SIMULATOR_SPEED": "fast"})


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("app.localhost", True),
        ("10.0.0.1", False),
        ("127.0.0.1.example.com", False),
        ("0.0.0.0", False),
        ("", False),
    ],
)
def test_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_the_log_masks_numbers_and_ids() -> None:
    assert masked("+420601239999") == "…9999"
    sid = "AC" + "a" * 28 + "beef"
    assert masked_path(f"/2010-04-01/Accounts/{sid}/Messages.json") == ("/2010-04-01/Accounts/AC…beef/Messages.json")
    assert masked_path(f"/v2/calls/v3:{'a' * 40}_b-c/actions/hangup") == "/v2/calls/v3:…_b-c/actions/hangup"


@pytest.mark.parametrize(("kind", "table"), [("texts", ENDINGS), ("calls", CALL_ENDINGS)])
def test_the_documentation_shows_the_table_of_endings(kind: str, table: dict[str, Ending[Any]]) -> None:
    text = (ROOT / "docs" / "simulator.md").read_text()
    section = text.partition(f"\n## Outcomes of {kind} ")[2].partition("\n## ")[0]
    rows = dict(re.findall(r"^\| `(\d{4})` \| ([^|]+?) \|", section, re.MULTILINE))
    assert rows.pop(NASTY_ENDING)
    assert rows == {ending: row.title for ending, row in table.items()}


def test_the_segment_vectors_agree() -> None:
    vectors = json.loads((ROOT / "tests" / "samples" / "segments.json").read_text())
    expected = [(row["encoding"], row["segments"]) for row in vectors]
    assert [measure(row["text"]) for row in vectors] == expected
