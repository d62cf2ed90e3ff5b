"""Cells that no spreadsheet takes for a formula, whatever it separates by."""

import csv
import io

import pytest

from contactcenter.core.spreadsheets import harmless, lines

SIGNS = tuple("=+-@＝＋－＠")
BEFORE = ["", "Bob;", "Bob; \u00a0", "Bob\t", "Bob|", 'Bob;"', "Bob\n", "Bob\r\n", "\t", "\r", "\n"]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_no_cell_begins_a_formula(separator: str) -> None:
    for text in (f"{before}{sign}1" for before in BEFORE for sign in SIGNS):
        written = "".join(lines(["name", text], [["1", text, "2"], [text, text, text]])).removeprefix("\ufeff")
        read = csv.reader(io.StringIO(written, newline=""), delimiter=separator)
        assert [cell for row in read for cell in row if cell.lstrip(' \u00a0\t\r\n"').startswith(SIGNS)] == []


def test_quoting_alone_would_not_do() -> None:
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL).writerow(["1", "Bob;=1", "2"])
    assert next(csv.reader(io.StringIO(written.getvalue()), delimiter=";"))[1].startswith("=1")


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1", "'=1"),
        ("＝1+1", "'＝1+1"),
        ("Bob;=1", "Bob;'=1"),
        ("\t=1", "'\t'=1"),
        ("+420777123456;+420777123457", "'+420777123456;'+420777123457"),
    ],
)
def test_what_would_begin_one_has_an_apostrophe_before_it(text: str, safe: str) -> None:
    assert harmless(text) == safe


@pytest.mark.parametrize("text", ["", "Bob", "1 + 1 = 2", "a;b=1", "a, -1", "Bob | Ann", "tel:+420777123456"])
def test_other_texts_are_as_they_were(text: str) -> None:
    assert harmless(text) == text
