"""A stored snapshot worked out again from the facts known then, and compared figure by figure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from metrics.core.risk.model import MODEL_VERSION
from metrics.inputs import worked_out_again
from metrics.models import METHOD_VERSION, PortfolioSnapshot, Snapshot
from metrics.services.past import cut_of, evaluated
from metrics.services.payload import snapshot_fields
from metrics.services.totals import total_fields

GROUPS = ("figures", "year", "risk")
Json = Mapping[str, Any]


@dataclass(frozen=True)
class Difference:
    """A figure that came out otherwise."""

    figure: str
    stored: str
    again: str


@dataclass(frozen=True)
class Reperformed:
    """What came of it: how many figures were compared, and those that differ.

    `note` says why a difference may be owed to the product and not to the records.
    """

    compared: int
    differences: tuple[Difference, ...]
    note: str = ""

    @property
    def holds(self) -> bool:
        """Whether every figure came out the same."""
        return not self.differences


def reperform(snapshot: Snapshot) -> Reperformed:
    """Works the figures of an initiative out again as of the snapshot's day and moment."""
    cut = _cut(snapshot)
    again = worked_out_again(snapshot.share)
    key = snapshot.initiative_id
    found = evaluated(snapshot.workspace, [key], snapshot.kind, snapshot.as_of_date, cut, again).get(key)
    fields = snapshot_fields(found) if found else {}
    return _compared(snapshot, fields, _note(snapshot))


def reperform_totals(snapshot: PortfolioSnapshot) -> Reperformed:
    """Adds the totals of a workspace up again from the snapshots that they are made of."""
    fields = total_fields(snapshot.workspace, snapshot.as_of_date, list(snapshot.members), _cut(snapshot))
    return _compared(snapshot, fields, _note(snapshot))


def _cut(snapshot: Snapshot | PortfolioSnapshot) -> datetime:
    return cut_of(snapshot.workspace, snapshot.kind, snapshot.as_of_date, snapshot.computed_at)


def _compared(snapshot: Snapshot | PortfolioSnapshot, fields: Json, note: str) -> Reperformed:
    compared, differences = 0, []
    for group in GROUPS:
        stored, again = getattr(snapshot, group, None) or {}, fields.get(group, {})
        for name, figure in _figures(stored):
            compared += 1
            if again.get(name) != figure:
                differences.append(Difference(_named(group, name), _text(figure), _text(again.get(name))))
    return Reperformed(compared, tuple(differences), note if differences else "")


def _figures(stored: Json) -> Iterator[tuple[str, Json]]:
    return ((name, figure) for name, figure in stored.items() if isinstance(figure, Mapping) and "reason" in figure)


def _named(group: str, name: str) -> str:
    return name if group == "figures" else f"{group}.{name}"


def _text(figure: Json | None) -> str:
    if figure is None:
        return "not there"
    if figure["value"] is None:
        return str(figure["reason"])
    ends = f" ({figure['low']} to {figure['high']})" if figure.get("low") is not None else ""
    return f"{figure['value']}{ends}"


def _note(snapshot: Snapshot | PortfolioSnapshot) -> str:
    if snapshot.method_version != METHOD_VERSION:
        return f"It was worked out by method {snapshot.method_version}; this release works by method {METHOD_VERSION}."
    model = getattr(snapshot, "model_version", MODEL_VERSION)
    return "" if model == MODEL_VERSION else f"Its risk model was {model}; this release has {MODEL_VERSION}."
