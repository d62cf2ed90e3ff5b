"""The Python counter against the shared vectors; the JavaScript twin has the same test in the browser."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms.segments import GSM7_BASIC, GSM7_EXTENSION, count

VECTORS = json.loads((Path(__file__).parents[1] / "samples" / "segments.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("vector", VECTORS, ids=range(len(VECTORS)))
def test_vector(vector):
    counted = count(vector["text"])
    assert (counted.encoding, counted.segments, counted.units) == (
        vector["encoding"],
        vector["segments"],
        vector["chars"],
    )


@given(st.text(alphabet=sorted(GSM7_BASIC | GSM7_EXTENSION), max_size=700))
def test_gsm_text_never_takes_fewer_segments_than_its_septets_need(text):
    counted = count(text)
    assert counted.encoding == "GSM-7"
    single = counted.units <= 160
    assert counted.segments == 1 if single else counted.segments >= -(-counted.units // 153)


@given(st.text(max_size=400))
def test_any_text_is_counted(text):
    counted = count(text)
    assert counted.segments >= 1
    assert counted.units >= len(text)
