"""A table and a profile to records: what each row says, in our words, or why it cannot be taken."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .cells import Value, is_known, read_cell
from .errors import FileRefused, Issue, ValueRefused, shown
from .keys import Occurrences, made_key
from .profile import Mapped, Profile, Recipe
from .schema import FIELDS, Kind
from .table import Row, Table
from .values import Money

_NO_DOLLARS = {"EUR", "GBP", "JPY", "CHF"}


@dataclass(frozen=True, slots=True)
class Record:
    """What one row says: only the fields that it gives; a field left out is not known."""

    line: int
    values: Mapping[str, Value]


@dataclass(slots=True)
class Parsed:
    """Everything read from a file for one kind. `rows` counts rows of the file, `skipped` those that say nothing."""

    kind: Kind
    rows: int = 0
    skipped: int = 0
    records: list[Record] = field(default_factory=list)
    rejections: list[Issue] = field(default_factory=list)
    warnings: list[Issue] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Source:
    """A mapped field bound to the positions of its columns in this file."""

    name: str
    mapped: Mapped
    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Melted:
    """The header and the cell of an unpivoted column."""

    header: str
    cell: str


@dataclass(frozen=True, slots=True)
class _Bound:
    recipe: Recipe
    sources: tuple[_Source, ...]
    melted: tuple[int, ...]


def parse_records(table: Table, profile: Profile, kind: Kind) -> Parsed:
    """Read all rows of `table` as `kind`. Raises FileRefused where the file lacks a column that is needed."""
    reader = _Reader(table, profile, kind)
    for row in table.rows:
        reader.take(row)
    return reader.parsed


class _Reader:
    def __init__(self, table: Table, profile: Profile, kind: Kind) -> None:
        recipes = profile.recipes.get(kind)
        if not recipes:
            has = ", ".join(profile.recipes)
            raise FileRefused(f"The profile “{profile.name}” has no {kind}; it has: {has}.")
        self.headers = table.headers
        self.profile = profile
        self.fields = FIELDS[kind]
        self.bound = [self._bind(recipe, profile.layout.header_row) for recipe in recipes]
        self.key_positions = self._key_positions(profile.layout.header_row)
        self.occurrences = Occurrences()
        self.parsed = Parsed(kind, rows=len(table.rows) + len(table.ragged))
        self.parsed.rejections += [Issue(row.line, None, reason) for row, reason in table.ragged]
        self.parsed.warnings += self._ignored_columns()

    def take(self, row: Row) -> None:
        """Add the records of one row, or its rejections."""
        parsed = self.parsed
        rejected = len(parsed.rejections)
        records = []
        try:
            key = self._row_key(row)
        except ValueRefused as refusal:
            parsed.rejections.append(Issue(row.line, self._key_columns(), str(refusal)))
            return
        for bound in self.bound:
            for melted in self._melted(row, bound):
                record = self._record(row, key, bound, melted)
                if record is not None:
                    records.append(record)
        if len(parsed.rejections) == rejected:
            parsed.records += records
            parsed.skipped += not records

    def _record(self, row: Row, key: str, bound: _Bound, melted: _Melted | None) -> Record | None:
        texts = {source.name: self._text(row, key, source, melted) for source in bound.sources}
        gates = bound.recipe.only_where
        empty = [gate for gate in gates if not is_known(texts.get(gate, ""), self.profile)]
        if empty:
            self._warn_unless_silent(row, bound, empty)
            return None
        values: dict[str, Value] = {}
        complete = True
        for source in bound.sources:
            complete &= self._read(row, source, texts[source.name], values, gated=source.name in gates)
        complete &= self._currency_fits(row, values)
        return Record(row.line, values) if complete else None

    def _warn_unless_silent(self, row: Row, bound: _Bound, empty: list[str]) -> None:
        """A row whose first gate is empty says nothing; one where only another gate is empty loses something."""
        if empty[0] == bound.recipe.only_where[0]:
            return
        for source in bound.sources:
            if source.name == empty[0]:
                reason = f"is not known, so the {bound.recipe.only_where[0]} of this row is left out"
                self.parsed.warnings.append(Issue(row.line, self._column(source), reason))

    def _read(self, row: Row, source: _Source, text: str, values: dict[str, Value], *, gated: bool) -> bool:
        """Add the value of one field; False where the record cannot be made."""
        field = self.fields[source.name]
        required = field.required or source.mapped.reject
        if not is_known(text, self.profile):
            if field.required:
                self._reject(row, source, "is empty" if not text else f"{shown(text)} means “not known”, but it is needed")
            return not field.required
        try:
            values[source.name] = read_cell(text, field, source.mapped, self.profile)
        except ValueRefused as refusal:
            if not self.profile.lenient or (required and not gated):
                self._reject(row, source, str(refusal))
                return False
            self.parsed.warnings.append(Issue(row.line, self._column(source), str(refusal)))
            return not gated
        return True

    def _currency_fits(self, row: Row, values: dict[str, Value]) -> bool:
        """Replace Money by its amount; the currency that a cell names must be the one that the row names."""
        fits = True
        for name, value in list(values.items()):
            if not isinstance(value, Money):
                continue
            values[name] = value.amount
            slot = "value_currency" if name.startswith("value_") else "currency"
            named = values.get(slot)
            if value.currency and len(value.currency) == 3 and named is None:
                values[slot] = value.currency
            elif value.currency and named and not _same_currency(value.currency, str(named)):
                reason = f"the amount is in {value.currency} but the row says {named}"
                self.parsed.rejections.append(Issue(row.line, name, reason))
                fits = False
        return fits

    def _reject(self, row: Row, source: _Source, reason: str) -> None:
        self.parsed.rejections.append(Issue(row.line, self._column(source), reason))

    def _column(self, source: _Source) -> str:
        return " + ".join(self.headers[position] for position in source.positions) or source.name

    def _text(self, row: Row, key: str, source: _Source, melted: _Melted | None) -> str:
        mapped = source.mapped
        if mapped.value is not None:
            return mapped.value
        if melted and (mapped.header or mapped.cell):
            return melted.header if mapped.header else melted.cell
        parts = [row.cells[position].strip() for position in source.positions]
        if len(parts) > 1:
            parts = [part for part in parts if is_known(part, self.profile)]
        if mapped.row_key:
            parts = [key, *parts]
        text = mapped.separator.join(parts).replace("\u00a0", " ").strip()
        return mapped.prefix + text + mapped.suffix if is_known(text, self.profile) else text

    def _melted(self, row: Row, bound: _Bound) -> Iterator[_Melted | None]:
        if not bound.recipe.each_column_except:
            yield None
        for position in bound.melted:
            yield _Melted(self.headers[position], row.cells[position].strip())

    def _row_key(self, row: Row) -> str:
        if not self.key_positions:
            return ""
        parts = [row.cells[position].strip() for position in self.key_positions]
        key = made_key([part for part in parts if part])
        number = self.occurrences.number(key)
        if number == 1:
            return key
        self.parsed.warnings.append(
            Issue(row.line, self._key_columns(), f"the key “{key}” is there already; this row is told apart as {key}-{number}")
        )
        return f"{key}-{number}"

    def _key_columns(self) -> str:
        return " + ".join(self.headers[position] for position in self.key_positions)

    def _key_positions(self, header_line: int) -> tuple[int, ...]:
        if not self.profile.key:
            return ()
        for columns in self.profile.key:
            found = self._found("key", Mapped(columns=columns), header_line)
            if found:
                return found.positions
        raise FileRefused(f"The file has no column “{self.profile.key[0][0]}”, which the key is made of.", line=header_line)

    def _bind(self, recipe: Recipe, header_line: int) -> _Bound:
        sources = []
        for name, alternatives in recipe.fields.items():
            source = next((found for mapped in alternatives if (found := self._found(name, mapped, header_line))), None)
            if source:
                sources.append(source)
            elif self.fields[name].required:
                self._refuse_missing(alternatives[0], header_line)
        kept = {column.casefold() for column in recipe.each_column_except}
        melted = tuple(i for i, header in enumerate(self.headers) if header and header.casefold() not in kept)
        return _Bound(recipe, tuple(sources), melted if recipe.each_column_except else ())

    def _refuse_missing(self, mapped: Mapped, header_line: int) -> None:
        has = ", ".join(header for header in self.headers[:12] if header)
        hint = " Is the delimiter right?" if len(self.headers) == 1 else ""
        raise FileRefused(
            f"The file has no column “{' + '.join(mapped.columns)}”, which is needed. It has: {has}.{hint}",
            line=header_line,
        )

    def _found(self, name: str, mapped: Mapped, header_line: int) -> _Source | None:
        positions = []
        for column in mapped.columns:
            places = [i for i, header in enumerate(self.headers) if _same_header(header, column)]
            nth = mapped.nth or 1
            if len(places) < nth:
                return None
            if len(places) > 1 and mapped.nth is None:
                numbers = ", ".join(str(place + 1) for place in places)
                raise FileRefused(f"The header stands in {len(places)} columns ({numbers}).", line=header_line, column=column)
            positions.append(places[nth - 1])
        return _Source(name, mapped, tuple(positions))

    def _ignored_columns(self) -> list[Issue]:
        if not self.profile.own_columns:
            return []
        known = set(self.fields)
        ignored = [header for header in self.headers if header and header.casefold().replace(" ", "_") not in known]
        return [Issue(1, header, "this column is not known and is left out") for header in ignored]


def _same_currency(mark: str, code: str) -> bool:
    return code not in _NO_DOLLARS if mark == "$" else mark == code


def _same_header(header: str, column: str) -> bool:
    return " ".join(header.split()).casefold() == " ".join(column.split()).casefold()
