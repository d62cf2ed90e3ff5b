"""Bodies: JSON as the RFC has it, and nothing in it that PostgreSQL or another program would stumble over."""

import json
import math
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from contactcenter.web.api.errors import invalid_input

# Python gives up somewhere near a thousand levels; no honest client comes near this.
MAX_DEPTH = 32
Loc = tuple[str | int, ...]


class StrictJSONParser(BaseParser):
    """Reads UTF-8 JSON for `request.data`; our endpoints read `ApiRequest.json`, which demands an object as well."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise RequestDataTooBig
        return strict_json(raw)


def strict_json(raw: bytes) -> Any:
    """Return what `raw` says, if all of it can be stored. Raises ParseError (400) or a 422 that names the part.

    NaN is no JSON; a name that stands twice is refused, because which value counts is a guess.
    """
    try:
        data = json.loads(raw.decode("utf-8"), object_pairs_hook=_object, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise ParseError from error
    _check(data)
    return data


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _check(data: Any) -> None:
    waiting: list[tuple[Loc, Any]] = [(("body",), data)]
    while waiting:
        loc, value = waiting.pop()
        if len(loc) > MAX_DEPTH:
            raise invalid_input(("body",), _("This is nested too deeply."), "too_deep")
        if isinstance(value, dict):
            for name, inner in value.items():
                _check_text(name, loc)
                waiting.append(((*loc, name), inner))
        elif isinstance(value, list):
            waiting.extend(((*loc, index), inner) for index, inner in enumerate(value))
        elif isinstance(value, str):
            _check_text(value, loc)
        elif isinstance(value, float) and not math.isfinite(value):
            raise invalid_input(loc, _("This number is too large."), "number_too_large")


def _check_text(text: str, loc: Loc) -> None:
    if "\x00" in text:
        raise invalid_input(loc, _("Null characters are not allowed."), "null_characters_not_allowed")
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise invalid_input(loc, _("Half of a surrogate pair is not a character."), "surrogate_characters_not_allowed")
