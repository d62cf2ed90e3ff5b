"""Money as people write it: in their language, with the currency's sign."""

from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.numbers import format_currency
from django.utils.translation import get_language

_LEAST_DECIMALS = 2


def money(amount: Decimal, currency: str) -> str:
    """Return an amount with at least two decimals, and all that it has: a text costs parts of a cent."""
    return _written(amount, currency, get_language())


@lru_cache(maxsize=4096)
def _written(amount: Decimal, currency: str, language: str | None) -> str:
    """Kept, because a page shows the same amounts again, and Babel takes a tenth of a millisecond for one."""
    decimals = max(_LEAST_DECIMALS, -int(amount.normalize().as_tuple().exponent))
    rounded = amount.quantize(Decimal(1).scaleb(-decimals))
    return format_currency(rounded, currency, locale=_locale(language), decimal_quantization=False)


def _locale(language: str | None) -> Locale:
    try:
        return Locale.parse(language or "en", sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")
