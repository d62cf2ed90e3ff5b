"""The mood of what was said, in the languages that we speak."""

import pytest

from calls import sentiment


@pytest.mark.parametrize(
    ("language", "text", "mood", "keywords"),
    [
        ("en-US", "Thank you, that was excellent.", "positive", ("thank", "excellent")),
        ("en-US", "This is terrible, my order is broken.", "negative", ("terrible", "broken")),
        ("en-US", "It was not good.", "negative", ("good",)),
        ("en-US", "I don’t have a problem with that.", "positive", ("problem",)),
        ("cs-CZ", "Děkuji, jsem velmi spokojený.", "positive", ("děkuji", "spokojený")),
        ("cs-CZ", "Jsem nespokojený, nikdo mi nepomohl.", "negative", ("nespokojený", "nepomohl")),
        ("cs-CZ", "Není to dobré.", "negative", ("dobré",)),
        ("es-ES", "Muchas gracias, todo perfecto.", "positive", ("gracias", "perfecto")),
        ("es-ES", "El teléfono está roto y llegó tarde.", "negative", ("roto", "tarde")),
        ("es-ES", "No fue tan malo.", "positive", ("malo",)),
        ("xx", "This is great", "positive", ("great",)),
    ],
)
def test_the_words_decide(language, text, mood, keywords):
    found = sentiment.of(text, language=language)
    assert (found.sentiment.value, found.keywords) == (mood, keywords)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en-US", "The latest badge will rotate later; she translates the goods lately."),
        ("es-ES", "La maleta de Malta, una rotación, la talla, lentejas y los bienes de la fallera."),
        ("cs-CZ", "Rádio hraje, dobrovolník a dobrodruh chybějící nesou nerost."),
        ("en-US", "Good morning! Good afternoon. Goodbye."),
        ("es-ES", "Buenas tardes. Buenos días."),
        ("cs-CZ", "Dobrý den, dobré ráno, hezký den."),
        ("en-US", ""),
        ("cs-CZ", "  … 42 !"),
    ],
)
def test_other_words_and_greetings_say_nothing(language, text):
    assert sentiment.of(text, language=language) == sentiment.Mood(sentiment.Sentiment.NEUTRAL, 0.0, ())


def test_good_and_bad_words_weigh_against_each_other():
    mixed = sentiment.of("good good bad bad", language="en")
    assert (mixed.sentiment.value, mixed.score, mixed.keywords) == ("neutral", 0.0, ("good", "bad"))


def test_no_more_than_ten_keywords_and_a_score_within_its_bounds():
    words = "great good nice glad fine pleased solved helped helpful love loved lovely excellent"
    found = sentiment.of(words, language="en")
    assert (found.score, len(found.keywords)) == (1.0, 10)
