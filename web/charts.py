"""What a chart is to the component that prints it."""

from dataclasses import dataclass
from typing import Any

Key = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Column:
    """A column of a chart's table."""

    label: str
    is_number: bool = True


@dataclass(frozen=True)
class Cell:
    """A cell of a chart's table."""

    text: str
    is_number: bool = True


@dataclass(frozen=True)
class Chart:
    """One chart as components/chart.html prints it; `data` goes to the drawing module named by `kind`.

    `data["fields"]` names the columns of its CSV and which member of a row each holds. `notes` are the numbered events
    below it.
    """

    id: str
    kind: str
    title: str
    subtitle: str
    summary: str
    key: Key
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    data: dict[str, Any]
    height: str = ""
    notes: tuple[tuple[str, str], ...] = ()

    @property
    def source(self) -> str:
        """The id of the JSON beside the canvas."""
        return f"{self.id}-data"
