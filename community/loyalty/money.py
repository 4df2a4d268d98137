"""Amounts of money, kept in the currency's smallest unit, as people read them."""

from babel.numbers import format_currency, get_currency_precision
from flask_babel import get_locale


def in_words(amount: int, currency: str) -> str:
    """An amount such as 12345 as "€123.45", in the reader's language."""
    value = amount / 10 ** get_currency_precision(currency)
    return str(format_currency(value, currency, locale=get_locale() or "en"))
