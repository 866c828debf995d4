"""Reads the audit trail: one query over all sources, merged by instant; a page never reads more than its own rows.

Each source is walked along its own index from the cursor on, so that the cost of a page does not grow with the record.
A correction is one row: the fact that it superseded, with the one that took its place.
"""

import base64
import binascii
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from itertools import compress
from typing import Any

from django.db import connection

from portfolio.models import Fact
from portfolio.trail.sources import Source, by_name, owner_of, sources

PAGE_SIZE = 50
MOST_COUNTED = 10_000
Row = dict[str, Any]


class BadCursorError(ValueError):
    """The text is no place in this list."""


@dataclass(frozen=True)
class Place:
    """A place in the list: between rows, by instant, source and id; `is_backwards` reads the newer side."""

    at: datetime
    source: int
    pk: int
    is_backwards: bool = False

    def text(self) -> str:
        """The place as it stands in an address."""
        parts = [self.is_backwards, self.at.isoformat(), sources()[self.source].name, self.pk]
        return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode("ascii")


@dataclass(frozen=True)
class Narrowed:
    """What to read.

    Args:
        workspace: the only workspace whose rows are read.
        person: who did it.
        initiative: its id, with all that hangs on it.
        begin, end: from which instant, before which.
    """

    workspace: int
    person: int | None = None
    kind: str = ""
    initiative: int | None = None
    begin: datetime | None = None
    end: datetime | None = None
    reason: str = ""


@dataclass(frozen=True)
class Entry:
    """One act. `before` and `after` are the record's columns; None where there was or is none.

    Args:
        act: one of `kinds.ACTS`.
        by: the id of the person; None for the machine.
        url: where from, as the history's context has it; `import` for an import.
    """

    place: Place
    source: Source
    act: str
    by: int | None
    url: str
    reason: str
    before: Row | None
    after: Row | None

    @property
    def row(self) -> Row:
        """The columns that the record has or had last."""
        return self.after or self.before or {}


@dataclass(frozen=True)
class Page:
    """Some entries, newest first, and the places beside them."""

    entries: list[Entry] = field(default_factory=list)
    older: Place | None = None
    newer: Place | None = None


def place_of(text: str) -> Place:
    """The place that a text stands for.

    Raises:
        BadCursorError: it stands for none.
    """
    try:
        backwards, at, name, pk = json.loads(base64.urlsafe_b64decode(text.encode("ascii")))
        instant = datetime.fromisoformat(at)
        source = sources().index(by_name()[name])
    except (ValueError, TypeError, KeyError, RecursionError, binascii.Error) as error:
        raise BadCursorError(text) from error
    if not isinstance(backwards, bool) or type(pk) is not int or not 0 <= pk < 2**63 or instant.tzinfo is None:
        raise BadCursorError(text)
    return Place(instant, source, pk, backwards)


def read(narrowed: Narrowed, place: Place | None = None, size: int = PAGE_SIZE) -> Page:
    """One page of entries, in two queries whatever the size of the record."""
    backwards = place is not None and place.is_backwards
    found = _rows(narrowed, place, size + 1)
    more, rows = len(found) > size, found[:size]
    if backwards:
        rows.reverse()
    entries = _with_the_other_side(rows)
    has_older, has_newer = (True, more) if backwards else (more, place is not None)
    return Page(
        entries,
        older=entries[-1].place if entries and has_older else None,
        newer=replace(entries[0].place, is_backwards=True) if entries and has_newer else None,
    )


def count(narrowed: Narrowed) -> int:
    """How many entries there are, at most one more than MOST_COUNTED.

    Every row that was recorded is an entry or has the entry of the row whose place it took, so that where there are
    too many of them nothing has to be compared.
    """
    recorded = _counted(narrowed, [source for source in _wanted(narrowed) if source.act != "superseded"], exact=False)
    return recorded if recorded > MOST_COUNTED else _counted(narrowed, _wanted(narrowed), exact=True)


def _counted(narrowed: Narrowed, among: Sequence[Source], *, exact: bool) -> int:
    parts, values = [], []
    for source in among:
        where, given = _where(source, narrowed, None, 0, exact=exact)
        parts.append(f"(SELECT 1 FROM {_from(source)} WHERE {where} LIMIT {MOST_COUNTED + 1})")
        values += given
    if not parts:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM (SELECT 1 FROM ({_union(parts)}) AS acts LIMIT {MOST_COUNTED + 1}) AS known", values
        )
        return int(cursor.fetchone()[0])


def _wanted(narrowed: Narrowed) -> list[Source]:
    return [
        source
        for source in sources()
        if (not narrowed.kind or source.kind == narrowed.kind)
        and (narrowed.initiative is None or any(owner_of(source)))
        and (not narrowed.reason or source.why)
    ]


def _filled(narrowed: Narrowed) -> list[Source]:
    """The wanted sources that hold anything of the workspace: to plan a query over all of them takes the longest."""
    wanted = _wanted(narrowed)
    if not wanted:
        return []
    held = (
        f"EXISTS (SELECT 1 FROM {source.table} t WHERE t.{source.workspace} = %s AND t.{source.at} IS NOT NULL)"
        for source in wanted
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(held)}", [narrowed.workspace] * len(wanted))
        return list(compress(wanted, cursor.fetchone()))


def _rows(narrowed: Narrowed, place: Place | None, limit: int) -> list[tuple[Any, ...]]:
    way = "ASC" if place is not None and place.is_backwards else "DESC"
    parts, values = [], []
    for source in _filled(narrowed):
        index = sources().index(source)
        where, given = _where(source, narrowed, place, index)
        chosen = _chosen(source, index)
        order = f"ORDER BY t.{source.at} {way}, t.{source.pk} {way} LIMIT {limit}"
        parts.append(f"(SELECT {chosen} FROM {_from(source)} WHERE {where} {order})")
        values += given
    if not parts:
        return []
    with connection.cursor() as cursor:
        order = f"ORDER BY moment {way}, source {way}, pk {way} LIMIT {limit}"
        cursor.execute(f"SELECT * FROM ({_union(parts)}) AS acts {order}", values)
        return list(cursor.fetchall())


def _union(parts: Iterable[str]) -> str:
    return " UNION ALL ".join(parts)


def _from(source: Source) -> str:
    context = " LEFT JOIN pghistory_context c ON c.id = t.pgh_context_id" if source.is_history else ""
    return f"{source.table} t{context}"


def _chosen(source: Source, index: int) -> str:
    by = "(c.metadata->>'user')::bigint" if source.is_history else f"t.{source.by}::bigint"
    url = "coalesce(c.metadata->>'url', '')" if source.is_history else "''"
    label = "t.pgh_label" if source.is_history else "''"
    why = f"t.{source.why}" if source.why else "''"
    head = f"{index} AS source, t.{source.pk}::bigint AS pk, t.{source.at} AS moment"
    return f"{head}, {by}, {url}, {label}, {why}, {_as_json(source, 't')}"


def _as_json(source: Source, table: str) -> str:
    pairs = ", ".join(f"'{each.column}', {table}.{each.column}" for each in source.fields)
    return f"jsonb_build_object({pairs}, 'id', {table}.id)"


def _where(
    source: Source, narrowed: Narrowed, place: Place | None, index: int, *, exact: bool = True
) -> tuple[str, list[Any]]:
    """The condition of a source's rows and its values; `exact` leaves out those that took the place of another."""
    terms: list[tuple[str, list[Any]]] = [(f"t.{source.workspace} = %s", [narrowed.workspace])]
    terms.append((f"t.{source.at} IS NOT NULL", []))
    if source.act == "recorded" and exact:
        terms.append((f"NOT EXISTS (SELECT 1 FROM {source.table} o WHERE {_took_the_place(source)})", []))
    if narrowed.begin:
        terms.append((f"t.{source.at} >= %s", [narrowed.begin]))
    if narrowed.end:
        terms.append((f"t.{source.at} < %s", [narrowed.end]))
    if narrowed.person is not None:
        by, value = ("c.metadata->>'user'", str(narrowed.person)) if source.is_history else (
            f"t.{source.by}", narrowed.person
        )  # fmt: skip
        terms.append((f"{by} = %s", [value]))
    if narrowed.reason:
        terms.append((f"t.{source.why} ILIKE %s", [f"%{_literal(narrowed.reason)}%"]))
    if narrowed.initiative is not None:
        terms.append(_of_initiative(source, narrowed.initiative))
    if place is not None:
        terms.append(_beyond(source, place, index))
    return " AND ".join(term for term, _ in terms), [value for _, values in terms for value in values]


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _of_initiative(source: Source, initiative: int) -> tuple[str, list[Any]]:
    own, kpi = owner_of(source)
    if own:
        return f"t.{own} = %s", [initiative]
    return f"t.{kpi} IN (SELECT k.id FROM portfolio_kpi k WHERE k.initiative_id = %s)", [initiative]


def _beyond(source: Source, place: Place, index: int) -> tuple[str, list[Any]]:
    """The rows on the far side of a place; sources break ties of instants by their order."""
    sign = ">" if place.is_backwards else "<"
    if index == place.source:
        return f"(t.{source.at}, t.{source.pk}) {sign} (%s, %s)", [place.at, place.pk]
    comes_after = index > place.source if place.is_backwards else index < place.source
    return f"t.{source.at} {sign}{'=' * comes_after} %s", [place.at]


def _took_the_place(source: Source, new: str = "t", old: str = "o") -> str:
    """Whether one fact took another's place: superseded at the instant of its recording, and found again by it."""
    model = source.model
    own, kpi = owner_of(source)
    owner = own or kpi or "workspace_id"
    same = f"{old}.{owner} = {new}.{owner} AND {old}.id <> {new}.id AND {old}.superseded_at = {new}.recorded_at"
    identity = f"{old}.identity = {new}.identity AND {old}.source = {new}.source"
    names = model.natural_key if issubclass(model, Fact) else ()
    natural = [source.column_of(name.removesuffix("_id")) for name in names]
    if natural:
        columns = " AND ".join(f"{old}.{column} = {new}.{column}" for column in natural)
        same += f" AND (({columns}) OR ({new}.identity <> '' AND {identity}))"
    else:
        same += f" AND {identity}"
    return f"{old}.workspace_id = {new}.workspace_id AND {same}"


def _with_the_other_side(rows: Sequence[tuple[Any, ...]]) -> list[Entry]:
    others = _others(rows)
    return [_entry(row, others.get((row[0], row[1]))) for row in rows]


def _others(rows: Sequence[tuple[Any, ...]]) -> dict[tuple[int, int], Row]:
    """What took the place of a superseded fact, and what an edited record said before; one query."""
    wanted: dict[int, list[int]] = {}
    for source, pk, *_ in rows:
        if sources()[source].act in ("superseded", "edited"):
            wanted.setdefault(source, []).append(pk)
    if not wanted:
        return {}
    parts = [_other(sources()[index], index) for index in wanted]
    with connection.cursor() as cursor:
        cursor.execute(_union(parts), list(wanted.values()))
        return {(source, pk): _columns(row) for source, pk, row in cursor.fetchall() if row}


def _other(source: Source, index: int) -> str:
    if source.is_history:
        found = f"SELECT {_as_json(source, 'p')} FROM {source.table} p WHERE p.pgh_obj_id = t.pgh_obj_id"
        found += " AND p.pgh_id < t.pgh_id ORDER BY p.pgh_id DESC LIMIT 1"
    else:
        matches = _took_the_place(source, new="n", old="t")
        found = f"SELECT {_as_json(source, 'n')} FROM {source.table} n WHERE {matches} ORDER BY n.id LIMIT 1"
    return f"(SELECT {index}, t.{source.pk}::bigint, ({found}) FROM {source.table} t WHERE t.{source.pk} = ANY(%s))"


def _entry(row: tuple[Any, ...], other: Row | None) -> Entry:
    index, pk, at, by, url, label, why, columns = row
    source = sources()[index]
    own = _columns(columns)
    act, before, after = _sides(source, label, own, other)
    return Entry(Place(at, index, pk), source, act, by, url, why or "", before, after)


def _sides(source: Source, label: str, own: Row, other: Row | None) -> tuple[str, Row | None, Row | None]:
    """The act, and the record before and after it."""
    if source.act == "superseded":
        return ("corrected" if other else "withdrawn"), own, other
    if not source.is_history:
        return source.act, None, own
    if label == "delete":
        return "deleted", own, None
    return ("added", None, own) if label == "insert" else ("changed", other, own)


def _columns(text: str | Row) -> Row:
    """A row's columns; numbers keep all their digits."""
    found: Row = json.loads(text, parse_float=Decimal) if isinstance(text, str) else text
    return found
