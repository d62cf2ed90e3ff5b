"""Money as people write it: in their language, with the currency's sign."""

from decimal import Decimal

from babel import Locale, UnknownLocaleError
from babel.numbers import format_currency
from django.utils.translation import get_language

_LEAST_DECIMALS = 2


def money(amount: Decimal, currency: str) -> str:
    """Return an amount with at least two decimals, and all that it has: a text costs parts of a cent."""
    decimals = max(_LEAST_DECIMALS, -int(amount.normalize().as_tuple().exponent))
    rounded = amount.quantize(Decimal(1).scaleb(-decimals))
    return format_currency(rounded, currency, locale=_locale(), decimal_quantization=False)


def _locale() -> Locale:
    try:
        return Locale.parse(get_language() or "en", sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")
