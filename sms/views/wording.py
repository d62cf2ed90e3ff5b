"""The composer's words for the script that counts segments, in the person's language with its plural forms."""

import json
from collections.abc import Callable
from functools import lru_cache

from django.utils.translation import get_language, gettext, gettext_lazy, ngettext

# A number of each plural category that English, Czech and Spanish use for whole numbers.
_CATEGORIES = {"one": 1, "few": 2, "other": 5}
# Characters that nobody sees, by their code.
_NAMES = {
    "0009": gettext_lazy("tab"),
    "00A0": gettext_lazy("no-break space"),
    "00AD": gettext_lazy("soft hyphen"),
    "200B": gettext_lazy("zero-width space"),
    "200D": gettext_lazy("zero-width joiner"),
    "202F": gettext_lazy("narrow no-break space"),
    "FEFF": gettext_lazy("byte order mark"),
}


def composer_texts() -> str:
    """Return the words as JSON; `{n}` stands for the number, `{characters}` for the characters."""
    return _texts_in(get_language() or "en")


@lru_cache(maxsize=8)
def _texts_in(_language: str) -> str:
    return json.dumps(
        {
            "chars": _forms(lambda n: ngettext("%(n)s character", "%(n)s characters", n)),
            "segments": _forms(lambda n: ngettext("%(n)s segment", "%(n)s segments", n)),
            "max": gettext("%(n)s max") % {"n": "{n}"},
            "several": _forms(lambda n: ngettext("Counts as %(n)s text", "Counts as %(n)s texts, each is charged", n)),
            "foreign": gettext("UCS-2 because of %(characters)s") % {"characters": "{characters}"},
            "tooLong": gettext("Too long: at most 10 segments"),
            "plain": _forms(
                lambda n: ngettext("Replace them: %(n)s segment", "Replace them: %(n)s segments", n),
            ),
            "replaced": gettext("Replaced. Ctrl+Z brings them back."),
            "names": {code: str(name) for code, name in _NAMES.items()},
        },
        ensure_ascii=False,
    )


def _forms(of: Callable[[int], str]) -> dict[str, str]:
    return {category: of(number) % {"n": "{n}"} for category, number in _CATEGORIES.items()}
