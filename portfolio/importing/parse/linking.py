"""Keys of the rows of a file, and the initiatives that they led to before."""

from collections.abc import Mapping, Sequence

from .binding import Source
from .errors import ValueRefused
from .keys import Occurrences, made_key
from .table import Row, Table


class RowKeys:
    """The key of each row of a table: the initiative that one of its keys led to before, else its own first key.

    `sources` are the columns of each key, the surest first; `known` gives initiatives by keys in small letters.
    """

    def __init__(self, sources: Sequence[Source], table: Table, known: Mapping[str, str]) -> None:
        self.column = sources[0].column
        self._sources = sources
        self._linked = linked({row.line: self._all(row) for row in table.rows}, known) if known else {}
        self._occurrences = Occurrences()
        for key in self._linked.values():
            self._occurrences.number(key)

    def of(self, row: Row) -> tuple[str, int]:
        """The key and its number among equal ones so far. Raises ValueRefused where no key can be made."""
        if row.line in self._linked:
            return self._linked[row.line], 1
        key = next(filter(None, self._all(row)), "") or made_key(_parts(row, self._sources[0]))
        return key, self._occurrences.number(key)

    def also(self, row: Row) -> tuple[str, ...]:
        """Every key that names the row, in small letters."""
        return tuple(key.casefold() for key in self._all(row) if key)

    def _all(self, row: Row) -> list[str]:
        return [_made(row, source) for source in self._sources]


def linked(made: Mapping[int, Sequence[str]], known: Mapping[str, str]) -> dict[int, str]:
    """The initiative of each row of which a key leads to one; an initiative goes to one row only, the surest."""
    found: dict[int, str] = {}
    taken: set[str] = set()
    for place in range(max((len(keys) for keys in made.values()), default=0)):
        for line, keys in made.items():
            to = known.get(keys[place].casefold())
            if to and line not in found and to not in taken:
                found[line] = to
                taken.add(to)
    return found


def _parts(row: Row, source: Source) -> list[str]:
    return [part for position in source.positions if (part := row.cells[position].strip())]


def _made(row: Row, source: Source) -> str:
    try:
        return made_key(_parts(row, source))
    except ValueRefused:
        return ""
