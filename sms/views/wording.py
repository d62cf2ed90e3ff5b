"""The composer's words for the script that counts segments, in the person's language with its plural forms."""

import json
from collections.abc import Callable
from functools import lru_cache

from django.utils.translation import get_language, gettext, ngettext

# A number of each plural category that English, Czech and Spanish use for whole numbers.
_CATEGORIES = {"one": 1, "few": 2, "other": 5}


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
        },
        ensure_ascii=False,
    )


def _forms(of: Callable[[int], str]) -> dict[str, str]:
    return {category: of(number) % {"n": "{n}"} for category, number in _CATEGORIES.items()}
