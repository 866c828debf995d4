"""Profiles: how a foreign file maps to our columns, as data (TOML). See docs/guide/import.md."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from .encoding import WINDOWS_1252
from .schema import FIELDS, Kind
from .table import Layout

SHIPPED = Path(__file__).parent.parent / "profiles"


_PLAIN = ("name", "title", "source", "fiscal_year_start", "decimal_mark", "lenient", "linked")
_RECIPE = {"only_where", "each_column_except", "where_column"}


class ProfileRefused(Exception):
    """A profile that does not exist or cannot be used; the message says what is wrong in it."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """Where one field comes from: columns joined by `separator`, a constant, the row's key, or an unpivoted column.

    `nth` picks one of several columns with the same header; `where_column` counts only in a file that has that column;
    `latest` refuses later dates; `reject` makes an unreadable
    value reject the row even in a lenient profile.
    """

    columns: tuple[str, ...] = ()
    separator: str = " "
    prefix: str = ""
    suffix: str = ""
    value: str | None = None
    row_key: bool = False
    header: bool = False
    cell: bool = False
    nth: int | None = None
    where_column: str | None = None
    table: str | None = None
    latest: date | None = None
    reject: bool = False


@dataclass(frozen=True, slots=True)
class Recipe:
    """One record per row (or per unpivoted column): field → alternatives, of which the first that the file has counts.

    A row makes no record by this recipe where the first field of `only_where` is empty, and none but a warning where
    another one is. A file without the column `where_column` makes none at all by it.
    """

    fields: Mapping[str, tuple[Mapped, ...]]
    only_where: tuple[str, ...] = ()
    each_column_except: tuple[str, ...] = ()
    where_column: str | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """A whole mapping. `lenient`: an unreadable optional value is a warning, else it rejects the row.

    `key` holds alternatives, of which the first that the file has makes the row's key. With `linked` each of them names
    the initiative: a row belongs to the one that any of them led to before, and is known by all of them afterwards.
    """

    name: str
    title: str = ""
    source: str = ""
    layout: Layout = field(default_factory=Layout)
    key: tuple[tuple[str, ...], ...] = ()
    not_known: frozenset[str] = frozenset()
    not_known_starts: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    fiscal_year_start: int = 1
    decimal_mark: str = "."
    money_scale: Decimal = Decimal(1)
    lenient: bool = False
    linked: bool = False
    tables: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    recipes: Mapping[Kind, tuple[Recipe, ...]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    own_columns: bool = False


def plain_profile() -> Profile:
    """The profile of a file that already has our columns (contract, "Import columns")."""
    recipes = {
        kind: (Recipe({name: (Mapped(columns=(name,)),) for name in columns}),) for kind, columns in FIELDS.items()
    }
    return Profile(name="", source="import", recipes=recipes, own_columns=True)


def shipped_profiles() -> list[Profile]:
    """The profiles that come with the product, by name."""
    return [load_profile(path.stem) for path in sorted(SHIPPED.glob("*.toml"))]


def load_profile(name_or_path: str) -> Profile:
    """The profile shipped under a name, or a file ending in .toml; "" is the plain one. Raises ProfileRefused."""
    return profile_from(_document(name_or_path)) if name_or_path else plain_profile()


def _document(name_or_path: str) -> dict[str, Any]:
    path = Path(name_or_path) if name_or_path.endswith(".toml") else SHIPPED / f"{name_or_path}.toml"
    if not name_or_path.endswith(".toml") and not (name_or_path.isascii() and path.parent == SHIPPED and path.exists()):
        known = ", ".join(sorted(found.stem for found in SHIPPED.glob("*.toml")))
        raise ProfileRefused(f"There is no profile “{name_or_path}”. Shipped ones: {known}; or name a .toml file.")
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProfileRefused(f"The profile {path.name} cannot be read: {error}") from None
    document.setdefault("name", path.stem)
    if "extends" in document:
        document = {**_document(document.pop("extends")), **document}
    return document


def profile_from(document: Mapping[str, Any]) -> Profile:
    """A profile from a TOML document. Raises ProfileRefused, naming the entry that is wrong."""
    known = {item.name for item in fields(Profile)} - {"recipes", "layout", "own_columns"} | set(Kind) | {"file"}
    unknown = set(document) - known
    if unknown:
        raise ProfileRefused(f"The profile has entries that are not known: {', '.join(sorted(unknown))}.")
    headers = document.get("headers", {})
    recipes = {
        kind: tuple(_recipe(kind, entry, headers) for entry in document[kind]) for kind in Kind if kind in document
    }
    plain = {name: document[name] for name in _PLAIN if name in document}
    return Profile(
        **plain,
        layout=_layout(document.get("file", {})),
        key=tuple(tuple(headers.get(column, column) for column in columns) for columns in document.get("key", [])),
        not_known=frozenset(word.casefold() for word in document.get("not_known", [])),
        not_known_starts=tuple(word.casefold() for word in document.get("not_known_starts", [])),
        dates=tuple(document.get("dates", [])),
        money_scale=Decimal(str(document.get("money_scale", 1))),
        tables={name: _folded(table) for name, table in document.get("tables", {}).items()},
        recipes=recipes,
        headers=headers,
    )


def _layout(entry: Mapping[str, Any]) -> Layout:
    layout: Layout = _build(Layout, entry, "file")
    if layout.encoding not in {None, WINDOWS_1252}:
        raise ProfileRefused(f"The profile's file.encoding can only be “{WINDOWS_1252}”; UTF-8 and UTF-16 are known.")
    return layout


def _recipe(kind: Kind, entry: Mapping[str, Any], headers: Mapping[str, str]) -> Recipe:
    unknown = set(entry) - set(FIELDS[kind]) - _RECIPE
    if unknown:
        raise ProfileRefused(f"[[{kind}]] names fields that {kind} do not have: {', '.join(sorted(unknown))}.")
    return Recipe(
        fields={
            name: _alternatives(spec, headers, f"{kind}.{name}") for name, spec in entry.items() if name not in _RECIPE
        },
        only_where=tuple(entry.get("only_where", ())),
        each_column_except=tuple(entry.get("each_column_except", ())),
        where_column=headers.get(entry.get("where_column", ""), entry.get("where_column")),
    )


def _alternatives(spec: Any, headers: Mapping[str, str], where: str) -> tuple[Mapped, ...]:
    return tuple(_mapped(item, headers, where) for item in (spec if isinstance(spec, list) else [spec]))


def _mapped(spec: Any, headers: Mapping[str, str], where: str) -> Mapped:
    if isinstance(spec, str):
        spec = {"column": spec}
    entry = dict(spec)
    if "where_column" in entry:
        entry["where_column"] = headers.get(entry["where_column"], entry["where_column"])
    columns = entry.pop("columns", None) or ([entry.pop("column")] if "column" in entry else [])
    mapped: Mapped = _build(
        Mapped, {**entry, "columns": tuple(headers.get(column, column) for column in columns)}, where
    )
    return mapped


def _build(shape: Any, entry: Mapping[str, Any], where: str) -> Any:
    try:
        return shape(**entry)
    except TypeError as error:
        raise ProfileRefused(f"The profile's entry “{where}” is wrong: {error}") from None


def _folded(table: Mapping[str, str]) -> dict[str, str]:
    return {" ".join(spelling.split()).casefold(): word for spelling, word in table.items()}
