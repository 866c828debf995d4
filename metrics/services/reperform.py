"""A stored snapshot worked out again from the facts known then, and compared, value by value."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from metrics.core.risk.model import MODEL_VERSION
from metrics.core.rollup.initiative import Part
from metrics.inputs import A_MOMENT, cut_of_stored, experience_again, learnt_by, workspace_at
from metrics.models import METHOD_VERSION, PortfolioSnapshot, Snapshot
from metrics.selectors import HEAVY
from metrics.services.figures import CHUNK
from metrics.services.past import evaluated
from metrics.services.payload import part_from, snapshot_fields
from metrics.services.totals import total_fields

LABELS = ("month", "kpi", "code", "cause", "key", "label")
Json = Mapping[str, Any]


@dataclass(frozen=True)
class Difference:
    """A figure, or another value that a snapshot holds, that came out otherwise; `figure` is its path."""

    figure: str
    stored: str
    again: str


@dataclass(frozen=True)
class Reperformed:
    """What came of it: how many figures and other values were compared, and those that differ.

    `note` says why a difference may be owed to the product and not to the records.
    """

    compared: int
    differences: tuple[Difference, ...]
    note: str = ""

    @property
    def holds(self) -> bool:
        """Whether everything came out the same."""
        return not self.differences


def reperform(snapshot: Snapshot) -> Reperformed:
    """Works everything that an initiative's snapshot holds out again as of its day and moment."""
    again = next((fields for _, fields in _again([snapshot])), {})
    return _told(snapshot, *compared(_stored(snapshot, again), again))


def reperform_totals(snapshot: PortfolioSnapshot) -> Reperformed:
    """Works the parts of all initiatives of the totals out again from their records, and adds those up."""
    count, differences, parts = 0, list[Difference](), dict[int, Part]()
    for member, fields in _again(_members(snapshot)):
        many, found = compared(member.parts, fields["parts"], f"members[{member.initiative.key}].parts")
        count, differences = count + many, differences + found
        parts[member.initiative_id] = part_from(fields["parts"])
    cut = cut_of_stored(snapshot)
    in_order = {key: parts[key] for key in sorted(parts)}
    total = total_fields(workspace_at(snapshot.workspace, cut), snapshot.as_of_date, in_order, cut)
    many, found = compared(_stored(snapshot, total), total)
    return _told(snapshot, count + many, found + differences)


def _members(totals: PortfolioSnapshot) -> Iterator[Snapshot]:
    rows = Snapshot.objects.filter(pk__in=totals.members).defer(*(name for name in HEAVY if name != "parts"))
    moments = rows.order_by("computed_at", "kind", "as_of_date", "share_id", "fit_id", "initiative_id")
    return moments.select_related("workspace", "initiative", "share").iterator(CHUNK)


def _again(snapshots: Iterable[Snapshot]) -> Iterator[tuple[Snapshot, Json]]:
    """Each snapshot with its columns worked out again; those of one moment together, as they were at first."""
    for _, alike in groupby(snapshots, key=_moment):
        rows = {row.initiative_id: row for row in alike}
        first = next(iter(rows.values()))
        then = workspace_at(first.workspace, first.computed_at + A_MOMENT)
        found = evaluated(
            then, list(rows), first.kind, first.as_of_date, cut_of_stored(first), experience_again(learnt_by(first))
        )
        for key, evaluation in found.items():
            yield rows[key], snapshot_fields(evaluation)


def _moment(row: Snapshot) -> tuple[datetime, str, date, int | None, int | None]:
    """What snapshots that were worked out together share."""
    return row.computed_at, row.kind, row.as_of_date, row.share_id, row.fit_id


def leaves(value: Any, path: str = "") -> dict[str, Any]:
    """Every figure and every other value of a document by its path, such as `months[2026-03].net`.

    A figure is one leaf, and so is a row of plain values. `figures.` is left out in front.
    """
    if isinstance(value, Mapping) and not _is_figure(value):
        steps = [(name if path in {"", "figures"} else f"{path}.{name}", part) for name, part in value.items()]
    elif isinstance(value, list) and any(isinstance(part, Mapping | list) for part in value):
        steps = [(f"{path}[{label}]", part) for label, part in zip(_labels(value), value, strict=True)]
    else:
        return {path: value}
    return {name: leaf for step, part in steps for name, leaf in leaves(part, step).items()}


def _labels(rows: Sequence[Any]) -> list[str]:
    """What tells rows apart: a month, a KPI, a code; the place in the list where there is none or it is there twice."""
    named = [next((str(row[name]) for name in LABELS if isinstance(row, Mapping) and name in row), "") for row in rows]
    times = Counter(named)
    return [name if name and times[name] == 1 else str(place) for place, name in enumerate(named)]


def _is_figure(value: Json) -> bool:
    return "reason" in value and "value" in value


def _stored(snapshot: Snapshot | PortfolioSnapshot, again: Json) -> Json:
    return {name: getattr(snapshot, name) for name in again or ("figures",)}


def compared(stored: Any, again: Any, path: str = "") -> tuple[int, list[Difference]]:
    """How many values two documents have, and those that are not the same in both."""
    was, now = leaves(stored, path), leaves(again, path)
    names = [*was, *(name for name in now if name not in was)]
    return len(names), [
        Difference(name, _text(was, name), _text(now, name))
        for name in names
        if name not in was or name not in now or was[name] != now[name]
    ]


def _told(snapshot: Snapshot | PortfolioSnapshot, count: int, differences: Sequence[Difference]) -> Reperformed:
    return Reperformed(count, tuple(differences), _note(snapshot) if differences else "")


def _text(values: Json, name: str) -> str:
    if name not in values:
        return "not there"
    found = values[name]
    if not isinstance(found, Mapping) or not _is_figure(found):
        return "nothing" if found is None else str(found)
    if found["value"] is None:
        return str(found["reason"])
    ends = f" ({found['low']} to {found['high']})" if found.get("low") is not None else ""
    return f"{found['value']}{ends}"


def _note(snapshot: Snapshot | PortfolioSnapshot) -> str:
    if snapshot.method_version != METHOD_VERSION:
        return f"It was worked out by method {snapshot.method_version}; this release works by method {METHOD_VERSION}."
    model = getattr(snapshot, "model_version", MODEL_VERSION)
    return "" if model == MODEL_VERSION else f"Its risk model was {model}; this release has {MODEL_VERSION}."
