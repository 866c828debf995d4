"""A table and a profile to records: what each row says, in our words, or why it cannot be taken."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from .binding import Bound, Melted, Source, bind, bind_keys, has_column
from .cells import Value, is_known, read_cell
from .errors import FileRefused, Issue, ValueRefused, shown
from .linking import RowKeys
from .profile import Profile
from .schema import FIELDS, Kind
from .table import Row, Table
from .values import Money

BROKEN = "a byte here means nothing in the declared encoding; it is shown as �"
_NO_DOLLARS = {"EUR", "GBP", "JPY", "CHF"}


@dataclass(frozen=True, slots=True)
class Record:
    """What one row says: only the fields that it gives; a field left out is not known.

    `also` are the keys by which the row names its initiative, in small letters, where the profile links by them.
    """

    line: int
    values: Mapping[str, Value]
    also: tuple[str, ...] = ()


@dataclass(slots=True)
class Parsed:
    """Everything read from a file for one kind. `rows` counts rows of the file, `skipped` those that say nothing."""

    kind: Kind
    rows: int = 0
    skipped: int = 0
    records: list[Record] = field(default_factory=list)
    rejections: list[Issue] = field(default_factory=list)
    warnings: list[Issue] = field(default_factory=list)


def parse_records(table: Table, profile: Profile, kind: Kind, known: Mapping[str, str] | None = None) -> Parsed:
    """Read all rows of `table` as `kind`. Raises FileRefused where the file lacks a column that is needed.

    `known`: the key of the initiative that each key led to before, for a profile that links.
    """
    if kind not in profile.recipes:
        has = ", ".join(profile.recipes)
        raise FileRefused(f"The profile “{profile.name}” has no {kind}; it has: {has}.")
    reader = _Reader(table, profile, kind, known or {})
    for row in table.rows:
        reader.take(row)
    return reader.parsed


class _Reader:
    def __init__(self, table: Table, profile: Profile, kind: Kind, known: Mapping[str, str]) -> None:
        self.headers = table.headers
        self.profile = profile
        self.fields = FIELDS[kind]
        recipes = [recipe for recipe in profile.recipes[kind] if has_column(table, recipe.where_column)]
        self.bound = [bind(recipe, self.fields, table) for recipe in recipes]
        sources = bind_keys(profile, table)
        self.keys = RowKeys(sources, table, known) if sources else None
        self.parsed = Parsed(kind, rows=len(table.rows) + len(table.ragged))
        self.parsed.warnings += [Issue(line, None, BROKEN) for line in table.damaged]
        self.parsed.rejections += [Issue(row.line, None, reason) for row, reason in table.ragged]
        if profile.own_columns:
            self.parsed.warnings += _ignored_columns(table, kind)

    def take(self, row: Row) -> None:
        """Add the records of one row, or its rejections."""
        parsed = self.parsed
        rejected = len(parsed.rejections)
        key = self._row_key(row, self.keys) if self.keys else ""
        if key is None:
            return
        also = self.keys.also(row) if self.keys and self.profile.linked else ()
        found = (
            self._record(row, key, bound, melted) for bound in self.bound for melted in bound.cells(self.headers, row)
        )
        records = [record for record in found if record is not None]
        if len(parsed.rejections) == rejected:
            parsed.records += [replace(record, also=also) for record in records] if also else records
            parsed.skipped += not records

    def _row_key(self, row: Row, keys: RowKeys) -> str | None:
        try:
            key, number = keys.of(row)
        except ValueRefused as refusal:
            self.parsed.rejections.append(Issue(row.line, keys.column, str(refusal)))
            return None
        if number == 1:
            return key
        reason = f"the key “{key}” is there already; this row is told apart as {key}-{number}"
        self.parsed.warnings.append(Issue(row.line, keys.column, reason))
        return f"{key}-{number}"

    def _record(self, row: Row, key: str, bound: Bound, melted: Melted | None) -> Record | None:
        texts = {source.name: self._text(row, key, source, melted) for source in bound.sources}
        gates = bound.recipe.only_where
        empty = [gate for gate in gates if not is_known(texts.get(gate, ""), self.profile)]
        if empty:
            self._warn_unless_silent(row, bound, empty[0])
            return None
        values: dict[str, Value] = {}
        complete = True
        for source in bound.sources:
            complete &= self._read(row, source, texts[source.name], values, gated=source.name in gates)
        complete &= self._settle_money(row, values)
        return Record(row.line, values) if complete else None

    def _text(self, row: Row, key: str, source: Source, melted: Melted | None) -> str:
        mapped = source.mapped
        if mapped.value is not None:
            return mapped.value
        if melted and (mapped.header or mapped.cell):
            return melted.header if mapped.header else melted.cell
        parts = [row.cells[position].replace("\u00a0", " ").strip() for position in source.positions]
        if len(parts) > 1:
            parts = [part for part in parts if is_known(part, self.profile)]
        if mapped.row_key:
            parts = [key, *parts]
        text = mapped.separator.join(parts)
        return mapped.prefix + text + mapped.suffix if is_known(text, self.profile) else text

    def _warn_unless_silent(self, row: Row, bound: Bound, gate: str) -> None:
        """A row whose first gate is empty says nothing; one where only another gate is empty loses something."""
        first = bound.recipe.only_where[0]
        if gate != first:
            column = next((source.column for source in bound.sources if source.name == gate), gate)
            reason = f"is not known, so the {first} of this row is left out"
            self.parsed.warnings.append(Issue(row.line, column, reason))

    def _read(self, row: Row, source: Source, text: str, values: dict[str, Value], *, gated: bool) -> bool:
        """Add the value of one field; False where the record cannot be made."""
        field = self.fields[source.name]
        if not is_known(text, self.profile):
            if field.required:
                reason = f"{shown(text)} means “not known”, but it is needed" if text else "is empty, but it is needed"
                self.parsed.rejections.append(Issue(row.line, source.column, reason))
            return not field.required
        try:
            values[source.name] = read_cell(text, field, source.mapped, self.profile)
        except ValueRefused as refusal:
            needed = (field.required and not gated) or source.mapped.reject or not self.profile.lenient
            issues = self.parsed.rejections if needed else self.parsed.warnings
            issues.append(Issue(row.line, source.column, str(refusal)))
            return not (needed or gated)
        return True

    def _settle_money(self, row: Row, values: dict[str, Value]) -> bool:
        """Replace Money by its amount; the currency that a cell names must be the one that the row names."""
        sound = True
        for name, value in list(values.items()):
            if not isinstance(value, Money):
                continue
            values[name] = value.amount
            slot = "value_currency" if name.startswith("value_") else "currency"
            named = values.get(slot)
            if value.currency and value.currency != "$" and named is None:
                values[slot] = value.currency
            elif value.currency and named and not _same_currency(value.currency, str(named)):
                reason = f"the amount is in {value.currency} but the row says {named}"
                self.parsed.rejections.append(Issue(row.line, name, reason))
                sound = False
        return sound


def _ignored_columns(table: Table, kind: Kind) -> list[Issue]:
    ignored = [header for header in table.headers if header and header.casefold() not in FIELDS[kind]]
    return [Issue(table.header_line, header, "this column is not known and is left out") for header in ignored]


def _same_currency(mark: str, code: str) -> bool:
    return code not in _NO_DOLLARS if mark == "$" else mark == code
