"""One cell's text to the value that its field must hold."""

from datetime import date
from decimal import Decimal
from functools import lru_cache

from babel import Locale

from .errors import ValueRefused, shown
from .keys import given_key
from .profile import Mapped, Profile
from .schema import Field, Type
from .values import Money, parse_date, parse_decimal, parse_integer, parse_money

Value = str | date | Decimal | int | bool | Money | tuple[str, ...]

_CURRENCIES = frozenset(Locale("en").currencies)
_YES, _NO = {"yes", "true", "1", "y"}, {"no", "false", "0", "n"}
_date = lru_cache(maxsize=20_000)(parse_date)


def is_known(text: str, profile: Profile) -> bool:
    """False for an empty cell and for the profile's words that mean "not known"."""
    folded = text.casefold()
    return (
        bool(folded) and folded not in profile.not_known and not folded.startswith(profile.not_known_starts or ("\0",))
    )


def read_cell(text: str, field: Field, mapped: Mapped, profile: Profile) -> Value:
    """The value of a cell that is not empty. Raises ValueRefused with a reason that names the value."""
    if mapped.table is not None:
        text = _looked_up(text, mapped.table, profile)
    value = _read(text, field, profile)
    _check_bounds(value, field, mapped, text)
    return value


def _looked_up(text: str, table: str, profile: Profile) -> str:
    word = profile.tables.get(table, {}).get(" ".join(text.split()).casefold())
    if word is None:
        raise ValueRefused(f"{shown(text)} is not a spelling that the profile knows ({table})")
    return word


def _read(text: str, field: Field, profile: Profile) -> Value:
    match field.holds:
        case Type.DATE:
            return _date(text, profile.dates, fiscal_year_start=profile.fiscal_year_start)
        case Type.MONEY:
            return parse_money(text, scale=profile.money_scale, decimal_mark=profile.decimal_mark)
        case Type.NUMBER:
            return parse_decimal(text, decimal_mark=profile.decimal_mark)
        case Type.INTEGER:
            return parse_integer(text)
        case Type.KEY:
            return given_key(text)
        case Type.CURRENCY:
            return _currency(text)
        case Type.CHOICE:
            return _choice(text, field)
        case Type.YES_NO:
            return _yes_no(text)
        case Type.WORDS:
            return _words(text, field)
        case Type.TEXT:
            return _text(text, field)


def _text(text: str, field: Field) -> str:
    if len(text) > field.longest:
        raise ValueRefused(f"{shown(text)} is longer than {field.longest:,} characters")
    return text


def _words(text: str, field: Field) -> tuple[str, ...]:
    words = (word.strip() for word in text.replace(",", ";").split(";"))
    return tuple(_text(word, field) for word in dict.fromkeys(words) if word)


def _currency(text: str) -> str:
    if text not in _CURRENCIES:
        raise ValueRefused(f"{shown(text)} is not a currency; write three letters such as EUR")
    return text


def _choice(text: str, field: Field) -> str:
    word = text.lower().replace(" ", "_").replace("-", "_")
    allowed = [str(choice) for choice in field.choices] if field.choices else []
    if word not in allowed:
        raise ValueRefused(f"{shown(text)} is none of: {', '.join(allowed)}")
    return word


def _yes_no(text: str) -> bool:
    word = text.lower()
    if word not in _YES | _NO:
        raise ValueRefused(f"{shown(text)} is neither yes nor no")
    return word in _YES


def _check_bounds(value: Value, field: Field, mapped: Mapped, text: str) -> None:
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        if field.least is not None and value < field.least:
            raise ValueRefused(f"{shown(text)} is below {field.least}")
        if field.most is not None and value > field.most:
            raise ValueRefused(f"{shown(text)} is above {field.most}")
    if mapped.latest is not None and isinstance(value, date) and value > mapped.latest:
        raise ValueRefused(f"{shown(text)} lies after {mapped.latest}, so it is a plan and not a fact of this file")
