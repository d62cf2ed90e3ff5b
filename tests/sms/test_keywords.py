"""What counts as STOP, START and HELP, and what only holds such a word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms.keywords import STOP_WORDS, Reading, Word, is_answered_by, normalised, read


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("STOP", "STOP"),
        (" stop. ", "STOP"),
        ("„Stop“!!!", "STOP"),
        ("‘STOP’", "STOP"),
        ("S\u200bTO\u00adP", "STOP"),
        ("\ufeffＳＴＯＰ", "STOP"),
        ("Stop 🛑", "STOP"),
        ("STOP\n", "STOP"),
        ("stop   all", "STOP ALL"),
        ("Opt-out", "OPT OUT"),
        ("Odhlásit", "ODHLASIT"),
        ("odhla\u0301sit", "ODHLASIT"),
        ("ZRUŠIT", "ZRUSIT"),
        ("neposílat", "NEPOSILAT"),
        ("¡BAJA!", "BAJA"),
        ("no más", "NO MAS"),
        ("Detener", "DETENER"),
    ],
)
def test_a_stop_word_is_known_however_it_is_written(body, word):
    assert read(body, opted_out=False) == Reading(Word.STOP, word, is_exact=True)


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("please stop texting me", "STOP"),
        ("už mi nepište STOP", "NEPISTE"),
        ("I will cancel tomorrow", "CANCEL"),
        ("quiero darme de baja ya", "DARME DE BAJA"),
    ],
)
def test_a_sentence_that_holds_a_stop_word_is_not_the_word(body, word):
    assert read(body, opted_out=False) == Reading(Word.STOP, word, is_exact=False)


@pytest.mark.parametrize(
    "body", ["", "   ", "🙏🏽👍", "…", "\u200b", "stopped", "Endeavour", "I want to start", "infos", "yes", "Sí", "ano"]
)
def test_other_texts_are_no_keywords(body):
    assert read(body, opted_out=False) is None


@pytest.mark.parametrize("body", ["yes", "Ano!", "sí", "START", "Přihlásit", "alta"])
def test_who_is_opted_out_may_also_just_say_yes(body):
    found = read(body, opted_out=True)
    assert found is not None
    assert (found.meaning, found.is_exact) == (Word.START, True)


@pytest.mark.parametrize("body", ["help", "Info", "POMOC", "ayuda?"])
def test_help_is_help(body):
    found = read(body, opted_out=False)
    assert found is not None
    assert found.meaning is Word.HELP


def test_a_provider_answers_its_own_words_only():
    assert is_answered_by("TWILIO", Reading(Word.STOP, "REVOKE", is_exact=True))
    assert not is_answered_by("TELNYX", Reading(Word.STOP, "REVOKE", is_exact=True))
    assert not is_answered_by("TWILIO", Reading(Word.STOP, "KONEC", is_exact=True))
    assert not is_answered_by("TELNYX", Reading(Word.HELP, "INFO", is_exact=True))


@given(st.text(max_size=200))
def test_any_text_can_be_read(body):
    found = read(body, opted_out=True)
    assert normalised(normalised(body)) == normalised(body)
    assert found is None or found.is_exact == (normalised(body) == found.word)


@given(st.sampled_from(sorted(STOP_WORDS)), st.text(alphabet="\u200b\u2060 .,!?\"'„“🛑", max_size=6))
def test_what_stands_around_a_stop_word_does_not_hide_it(word, noise):
    found = read(f"{noise}{word.lower()}{noise}", opted_out=False)
    assert found == Reading(Word.STOP, word, is_exact=True)
