"""A profile's columns found in one file's header row."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .errors import FileRefused
from .profile import Mapped, Profile, Recipe
from .schema import Field
from .table import Row, Table

_HEADERS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Source:
    """A mapped field and the positions of its columns; `column` is how a reason names them."""

    name: str
    mapped: Mapped
    positions: tuple[int, ...]
    column: str


@dataclass(frozen=True, slots=True)
class Melted:
    """The header and the cell of an unpivoted column."""

    header: str
    cell: str


@dataclass(frozen=True, slots=True)
class Bound:
    """A recipe whose columns are found; `melted` are the positions of the columns that it unpivots."""

    recipe: Recipe
    sources: tuple[Source, ...]
    melted: tuple[int, ...]

    def cells(self, headers: tuple[str, ...], row: Row) -> Iterator[Melted | None]:
        """One None for a plain recipe, else each unpivoted column of the row."""
        if not self.recipe.each_column_except:
            yield None
        for position in self.melted:
            yield Melted(headers[position], row.cells[position].strip())


def bind(recipe: Recipe, fields: Mapping[str, Field], table: Table) -> Bound:
    """Find a recipe's columns. Raises FileRefused where a needed one is missing or stands there twice."""
    sources = []
    for name, alternatives in recipe.fields.items():
        source = next((found for mapped in alternatives if (found := _find(name, mapped, table))), None)
        if source:
            sources.append(source)
        elif fields[name].required:
            raise _missing(" + ".join(alternatives[0].columns) or alternatives[0].where_column or name, table)
    kept = {_folded(column) for column in recipe.each_column_except}
    others = (i for i, header in enumerate(table.headers) if header and _folded(header) not in kept)
    return Bound(recipe, tuple(sources), tuple(others) if recipe.each_column_except else ())


def bind_keys(profile: Profile, table: Table) -> tuple[Source, ...]:
    """Find the columns that the row's key is made of: the first alternative that the file has or, where the profile
    links, all of them; none where it makes no key. Raises FileRefused."""
    found = [source for columns in profile.key if (source := _find("key", Mapped(columns=columns), table))]
    if profile.key and not found:
        raise _missing(" + ".join(profile.key[0]), table)
    return tuple(found if profile.linked else found[:1])


def _find(name: str, mapped: Mapped, table: Table) -> Source | None:
    if not has_column(table, mapped.where_column):
        return None
    positions = []
    for column in mapped.columns:
        places = [i for i, header in enumerate(table.headers) if _folded(header) == _folded(column)]
        nth = mapped.nth or 1
        if len(places) < nth:
            return None
        if len(places) > 1 and mapped.nth is None:
            numbers = ", ".join(str(place + 1) for place in places)
            reason = f"The header stands in {len(places)} columns ({numbers}); which one counts is not clear."
            raise FileRefused(reason, line=table.header_line, column=column)
        positions.append(places[nth - 1])
    column = " + ".join(table.headers[position] for position in positions) or name
    return Source(name, mapped, tuple(positions), column)


def has_column(table: Table, column: str | None) -> bool:
    """Whether the file has a column; True for none."""
    return column is None or _folded(column) in map(_folded, table.headers)


def _missing(column: str, table: Table) -> FileRefused:
    named = [header for header in table.headers if header]
    rest = ", …" if len(named) > _HEADERS_SHOWN else ""
    hint = " Is the delimiter right?" if len(table.headers) == 1 else ""
    reason = f"The file has no such column, but it is needed. It has: {', '.join(named[:_HEADERS_SHOWN])}{rest}.{hint}"
    return FileRefused(reason, line=table.header_line, column=column)


def _folded(header: str) -> str:
    return " ".join(header.split()).casefold()
