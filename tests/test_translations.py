"""The catalogues of Czech and Spanish are complete and sound. What people then see is in test_languages.py."""

import gettext
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from django.conf import settings as configured

from contactcenter.core.models import User
from contactcenter.local import paths
from contactcenter.local.translations import compile_all

LANGUAGES = ("cs", "es")
# How many forms a word has, and for which numbers: 0, 1, 2, 5 and a million.
PLURALS = {"cs": (4, [3, 0, 1, 3, 3]), "es": (3, [2, 0, 2, 2, 1])}
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[a-z%]|\{\w*\}|</?\w+[^>]*>")
ENDS = ".?!:"


def path_of(language: str) -> Path:
    return paths.ROOT / "contactcenter" / "locale" / language / "LC_MESSAGES" / "django.po"


def messages(language: str) -> Iterator[Message]:
    with path_of(language).open("rb") as file:
        catalogue = read_po(file, locale=language, abort_invalid=True)
    assert catalogue.obsolete == {}
    yield from (message for message in catalogue if message.id)


def pairs(message: Message) -> Iterator[tuple[str, str]]:
    """Each form of the translation beside the English that it stands for."""
    if isinstance(message.id, str):
        yield message.id, str(message.string)
        return
    singular, plural = message.id
    for number, form in enumerate(message.string or ()):
        yield singular if number == 0 else plural, form


def test_the_settings_offer_exactly_the_languages_that_a_person_can_choose() -> None:
    chosen = [code for code, _name in User._meta.get_field("language").choices or ()]
    assert chosen == [code for code, _name in configured.LANGUAGES] == ["en", *LANGUAGES]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_translated(language: str) -> None:
    bad = [message.id for message in messages(language) if message.fuzzy or not all(s for _, s in pairs(message))]
    assert bad == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_and_markup_are_those_of_the_english(language: str) -> None:
    bad = [
        (english, translated)
        for message in messages(language)
        for english, translated in pairs(message)
        if sorted(PLACEHOLDER.findall(english)) != sorted(PLACEHOLDER.findall(translated))
    ]
    assert bad == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_end_as_the_english_ones_do_and_no_space_strays(language: str) -> None:
    bad = [
        (english, translated)
        for message in messages(language)
        if message.context != "short date"
        for english, translated in pairs(message)
        if (english[-1] if english[-1] in ENDS else "") != (translated[-1] if translated[-1] in ENDS else "")
        or translated != translated.strip()
        or "  " in translated
    ]
    assert bad == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_plural_forms_are_complete_and_chosen_as_in_the_language(language: str, tmp_path: Path) -> None:
    forms, expected = PLURALS[language]
    counted = {len(list(pairs(message))) for message in messages(language) if not isinstance(message.id, str)}
    assert counted == {forms}
    compiled = compiled_catalogue(language, tmp_path)
    assert [compiled.plural(number) for number in (0, 1, 2, 5, 1_000_000)] == expected  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_says_what_the_written_one_says(language: str, tmp_path: Path) -> None:
    compiled = compiled_catalogue(language, tmp_path)
    for message in messages(language):
        (english, translated), *_more = pairs(message)
        if message.context:
            assert compiled.pgettext(message.context, english) == translated
        elif isinstance(message.id, str):
            assert compiled.gettext(english) == translated
        else:
            assert compiled.ngettext(english, message.id[1], 1) == translated


def compiled_catalogue(language: str, folder: Path) -> gettext.GNUTranslations:
    target = folder / "locale" / language / "LC_MESSAGES"
    target.mkdir(parents=True)
    shutil.copy(path_of(language), target)
    (compiled,) = compile_all(folder)
    with compiled.open("rb") as file:
        return gettext.GNUTranslations(file)
