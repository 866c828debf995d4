"""Values of records in plain words and in the reader's formats, for the audit trail."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, DateField, DateTimeField, DecimalField, Field, ForeignKey, JSONField, Model

from accounts.models import User
from portfolio.choices import Cause
from portfolio.models import DatedSetting, InitiativeHurdle
from portfolio.rubric import RUBRIC
from portfolio.trail.reading import Entry, Row
from web.formats import Form, Formats

CENTS = 2
DIGITS = 10
NAMES = {
    "on": "date",
    "to": "stage",
    "value_amount": "value per unit",
    "value_low": "low of the value per unit",
    "value_high": "high of the value per unit",
    "value_currency": "currency of the value per unit",
    "owner_user": "owner, as a person",
    "sponsor_user": "sponsor, as a person",
    "external_id": "number in its source",
    "kpi": "KPI",
    "volume": "KPI that multiplies",
    "primary": "primary KPI",
    "p10": "10 % point",
    "p50": "50 % point",
    "p90": "90 % point",
    "evidence_by_cause": "evidence of each cause",
    "user": "person",
    "unit": "unit",
    "is_active": "active",
    "archived_at": "archived",
}
SHARES = frozenset({"share", "realisation_share", "cash_out", "redeployed", "absorbed"})
RATIOS = (DatedSetting, InitiativeHurdle)
CURRENCY_OF = {"amount": "currency", "value_amount": "value_currency", "value_low": "value_currency"} | {
    "value_high": "value_currency"
}
Names = Mapping[tuple[type[Model], int], str]


@dataclass(frozen=True)
class Change:
    """One column of a record before and after; `field` is empty where the whole record is told at once."""

    field: str
    before: str
    after: str


def changes_of(entry: Entry, names: Names, formats: Formats) -> list[Change]:
    """What an act changed: column by column of a record that was there before, else the whole record."""
    if entry.before is not None and entry.after is not None:
        return [_change(each, entry.before, entry.after, names, formats) for each in _moved(entry)]
    before, after = (whole(entry, row, names, formats) if row else "" for row in (entry.before, entry.after))
    return [Change("", before, after)]


def whole(entry: Entry, row: Row, names: Names, formats: Formats) -> str:
    """A record in one line: its columns that say something."""
    own = entry.source.column_of("initiative")
    told = [
        (each, text)
        for each in entry.source.fields
        if each.column != own and not _is_default(each, row) and (text := written(each, row, names, formats))
    ]
    return ", ".join(text if _speaks_for_itself(each) else f"{label_of(each)} {text}" for each, text in told)


def label_of(column: "Field[Any, Any]") -> str:
    """A column's name."""
    return NAMES.get(str(column.name)) or str(column.verbose_name)


def related(entries: Iterable[Entry]) -> dict[type[Model], set[int]]:
    """The ids of all rows that the entries point to, by model; to be looked up at once."""
    wanted: dict[type[Model], set[int]] = {}
    for entry in entries:
        for row in filter(None, (entry.before, entry.after)):
            for each in entry.source.fields:
                if isinstance(each, ForeignKey) and _value(each, row) is not None:
                    wanted.setdefault(each.related_model, set()).add(row[str(each.column)])
        if entry.by is not None:
            wanted.setdefault(User, set()).add(entry.by)
    return wanted


def written(column: "Field[Any, Any]", row: Row, names: Names, formats: Formats) -> str:
    """One value in words; empty where there is none."""
    value = _value(column, row)
    if value is None or value == "" or value == [] or value == {}:
        return ""
    if isinstance(column, ForeignKey):
        return names.get((column.related_model, value), "removed since")
    if column.choices:
        return str(value).replace("_", " ")
    write = next((write for kind, write in WRITERS.items() if isinstance(column, kind)), None)
    return write(column, value, row, formats) if write else str(value)


def _change(column: "Field[Any, Any]", before: Row, after: Row, names: Names, formats: Formats) -> Change:
    was, now = (written(column, row, names, formats) for row in (before, after))
    return Change(label_of(column), was, now)


def _moved(entry: Entry) -> "list[Field[Any, Any]]":
    before, after = entry.before or {}, entry.after or {}
    return [each for each in entry.source.fields if _value(each, before) != _value(each, after)]


def _is_default(column: "Field[Any, Any]", row: Row) -> bool:
    """Whether the column holds what it would without anybody saying so."""
    return column.name in ("source", "external_id") or (column.has_default() and _same(column, row))


def _same(column: "Field[Any, Any]", row: Row) -> bool:
    default = column.get_default()
    return str(_value(column, row)) == str(default)


def _value(column: "Field[Any, Any]", row: Row) -> Any:
    return row.get(str(column.column))


def _speaks_for_itself(column: "Field[Any, Any]") -> bool:
    return column.name in ("amount", "on", "name", "what", "to", "kpi", "category", "basis", "note", "key")


def _decimal(column: "Field[Any, Any]", value: Any, row: Row, formats: Formats) -> str:
    number = Decimal(str(value))
    if column.name in SHARES or (column.name == "value" and issubclass(column.model, RATIOS)):
        return f"{formats.number(number * 100, digits=DIGITS)} %"
    currency = row.get(CURRENCY_OF.get(str(column.name), ""), "")
    if not currency:
        return formats.number(number, digits=DIGITS)
    if number == round(number, CENTS):
        return formats.money(number, currency, Form.EXACT)
    return f"{formats.number(number, digits=DIGITS)} {currency}"


def _day(column: "Field[Any, Any]", value: Any, row: Row, formats: Formats) -> str:
    return formats.day(date.fromisoformat(value))


def _moment(column: "Field[Any, Any]", value: Any, row: Row, formats: Formats) -> str:
    return formats.moment(DateTimeField().to_python(value))


def _truth(column: "Field[Any, Any]", value: Any, row: Row, formats: Formats) -> str:
    return "yes" if value else "no"


def _list(column: "Field[Any, Any]", value: Any, row: Row, formats: Formats) -> str:
    return ", ".join(str(each) for each in value)


def _document(column: "Field[Any, Any]", value: Any, row: Row, formats: Formats) -> str:
    """Scores or texts by cause."""
    if not isinstance(value, dict):
        return str(value)
    return ", ".join(f"{_cause(key)} {_scored(each, formats)}" for key, each in sorted(value.items()))


def _cause(key: str) -> str:
    return RUBRIC[Cause(key)].label.lower() if key in set(Cause) else key.replace("_", " ")


def _scored(value: Any, formats: Formats) -> str:
    try:
        return formats.number(Decimal(str(value)), digits=DIGITS, signed=True)
    except ArithmeticError:
        return f"“{value}”"


WRITERS: Mapping[Any, Callable[["Field[Any, Any]", Any, Row, Formats], str]] = {
    DecimalField: _decimal,
    DateTimeField: _moment,
    DateField: _day,
    BooleanField: _truth,
    ArrayField: _list,
    JSONField: _document,
}
