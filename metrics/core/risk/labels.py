"""Label files: what state use cases were in, and what had become of them a year later. Rows of text in, labels out.

Two layouts are read. A file of linked inventories has the columns `pair`, `agency`, `tier`, `from_stage`, `to_stage`
(`from_id` or `from_record` names the row): retired a year later is the event, and a row that was not surely found again
is censored. A plain file has `initiative`, `from_on`, `from_stage`, and either `outcome` or `to_on` and `to_stage`; it
may have `group` and the eight causes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from metrics.core.risk.factors import Cause

LINKED = ("pair", "agency", "tier", "from_stage", "to_stage")
PLAIN = ("initiative", "from_on", "from_stage")
SURELY_FOUND = frozenset({"exact", "exact-generic", "strong"})
RUN, UNKNOWN = "run", "unknown"
ENDED = "ended"
EARLIEST_DAYS, LATEST_DAYS = 335, 396
MOST_REASONS = 20
OUTCOMES: Mapping[str, bool | None] = {"failed": True, "held": False, "censored": None}
STATES_OF_SPELLINGS = {
    "idea": (
        "idea", "discovery", "initiation", "initiated", "ideation", "planned", "planned (not in production)",
        "investigating/proof of concept",
    ),
    "pilot": (
        "pilot", "this is a pilot initiative", "proof-of-concept completed",
        "proof of concept completed and published", "successfully tested but not in production.",
    ),
    "build": (
        "development", "rollout", "build", "development and acquisition", "acquisition and/or development",
        "development (not in production)", "initial development", "currently under development",
        "user acceptance testing to begin early spring '22", "pre-deployment", "implementation", "deployment",
        "implementation and assessment",
    ),
    RUN: (
        "production", "scaled", "run", "operation and maintenance", "operation and management", "in-use", "in mission",
        "in production", "in production: less than six months", "in production: less than 6 months",
        "in production: less than one year", "in production: more than 1 year", "deployed",
    ),
    ENDED: ("retired", "abandoned"),
}  # fmt: skip
STATE_OF = {spelling: state for state, spellings in STATES_OF_SPELLINGS.items() for spelling in spellings}
_NUMBERED = re.compile(r"^(stage \d+\s*[-–]\s*|[a-z]\)\s*)")
_EXPLAINED = re.compile(r"\s*(\s[-–]\s|\().*$", re.DOTALL)

Cells = Mapping[str, str]


class LabelsRefused(ValueError):
    """The file cannot be used; each of `reasons` names a row, or the file, and says what to do."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("\n".join(reasons[:MOST_REASONS]))
        self.reasons = tuple(reasons)


@dataclass(frozen=True, slots=True)
class Label:
    """One use case and what had become of it a year later.

    `state` is idea, pilot, build, run or unknown; `period` names the pair of years or the year; `failed` is None where
    it is not known (censored).
    """

    line: int
    key: str
    group: str
    period: str
    state: str
    failed: bool | None
    scores: Mapping[Cause, Decimal] = field(default_factory=dict)


def state_of(spelling: str) -> str:
    """The state behind a spelling of any year: idea, pilot, build, run, ended, or unknown for blank and other ones."""
    folded = " ".join(spelling.replace("’", "'").lower().split())
    if folded in STATE_OF:
        return STATE_OF[folded]
    return STATE_OF.get(_EXPLAINED.sub("", _NUMBERED.sub("", folded)).strip(), UNKNOWN)


def labels_of(headers: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]]) -> list[Label]:
    """The labels of a file: its header row, and its rows with their line numbers.

    Rows whose use case had ended before are left out. Raises LabelsRefused, with every reason at once, for missing
    columns, unreadable cells, a use case that comes twice, no row, or outcomes that are all alike.
    """
    names = [header.strip().lower() for header in headers]
    read = _reader(names)
    found: list[Label] = []
    reasons: list[str] = []
    for line, cells in rows:
        row = {name: cell.strip() for name, cell in zip(names, cells, strict=False)}
        try:
            found.append(read(line, row))
        except ValueError as error:
            reasons.append(f"Row {line}: {error}")
    reasons += _repeats(found) or []
    if reasons:
        raise LabelsRefused(reasons)
    kept = [label for label in found if label.state != ENDED]
    _check(kept)
    return kept


def _reader(names: Sequence[str]) -> Callable[[int, Cells], Label]:
    repeated = sorted({name for name in names if name and names.count(name) > 1})
    if repeated:
        raise LabelsRefused([f"The column {repeated[0]} comes twice. Keep one of them."])
    if "tier" in names or "pair" in names:
        _require(names, LINKED)
        return _linked
    _require(names, PLAIN)
    if "outcome" not in names:
        _require(names, ("to_on", "to_stage"), "or a column outcome with failed, held or censored")
    return _plain


def _require(names: Sequence[str], wanted: Sequence[str], instead: str = "") -> None:
    missing = [name for name in wanted if name not in names]
    if missing:
        other = f" ({instead})" if instead else ""
        raise LabelsRefused(
            [
                f"The file has no column {', '.join(missing)}{other}. A label file has either "
                f"{', '.join(LINKED)}, or {', '.join(PLAIN)} with outcome or with to_on and to_stage."
            ]
        )


def _linked(line: int, row: Cells) -> Label:
    """A row of linked inventories: only sure links have an outcome."""
    if not row["pair"]:
        raise ValueError("pair is empty. Name the two years, as in 2023-2024.")
    to_state = state_of(row["to_stage"])
    is_found = row["tier"].lower() in SURELY_FOUND and bool(row["to_stage"])
    return Label(
        line=line,
        key=next((row[name] for name in ("from_id", "from_record", "from_name") if row.get(name)), f"row {line}"),
        group=row["agency"],
        period=row["pair"],
        state=state_of(row["from_stage"]),
        failed=to_state == ENDED if is_found else None,
        scores=_scores(row),
    )


def _plain(line: int, row: Cells) -> Label:
    if not row["initiative"]:
        raise ValueError("initiative is empty. Give each its own key.")
    begun = _day(row, "from_on")
    return Label(
        line=line,
        key=row["initiative"],
        group=row.get("group", ""),
        period=str(begun.year),
        state=state_of(row["from_stage"]),
        failed=_outcome(row["outcome"]) if row.get("outcome") else _became(row, begun),
        scores=_scores(row),
    )


def _outcome(text: str) -> bool | None:
    if text.lower() not in OUTCOMES:
        raise ValueError(f"outcome is “{text}”. Write failed, held or censored.")
    return OUTCOMES[text.lower()]


def _became(row: Cells, begun: date) -> bool | None:
    """Whether it had ended about a year later; None where it was not seen for that long."""
    if not row.get("to_stage"):
        return None
    days = (_day(row, "to_on") - begun).days
    if days <= 0:
        raise ValueError("to_on is not after from_on. Give the day on which to_stage was seen.")
    if state_of(row["to_stage"]) == ENDED:
        return days <= LATEST_DAYS
    return False if days >= EARLIEST_DAYS else None


def _day(row: Cells, name: str) -> date:
    text = row.get(name, "")
    try:
        return date.fromisoformat(text)
    except ValueError:
        shown = f"is “{text}”" if text else "is empty"
        raise ValueError(f"{name} {shown}. Write a day as 2024-12-31.") from None


def _scores(row: Cells) -> dict[Cause, Decimal]:
    return {cause: _score(cause, row[cause.value]) for cause in Cause if row.get(cause.value)}


def _score(cause: Cause, text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal(2)
    if not value.is_finite() or not -1 <= value <= 1:
        raise ValueError(f"{cause.value} is “{text}”. Scores lie between -1 and 1; leave it empty where there is none.")
    return value


def _repeats(found: Sequence[Label]) -> list[str]:
    """Use cases that come twice within one period."""
    first: dict[tuple[str, str, str], int] = {}
    reasons = []
    for label in found:
        before = first.setdefault((label.period, label.group, label.key), label.line)
        if before != label.line:
            reasons.append(
                f"Row {label.line}: {label.key} of {label.period} is already in row {before}. Keep one of the two."
            )
    return reasons


def _check(labels: Sequence[Label]) -> None:
    if not labels:
        raise LabelsRefused(["The file has no row to learn from. Add rows below the header."])
    known = [label for label in labels if label.failed is not None]
    if not known:
        raise LabelsRefused(["No row has a known outcome: all are censored. Nothing can be tested."])
    if len({label.failed for label in known}) == 1:
        ended = "failed" if known[0].failed else "held"
        raise LabelsRefused(
            [f"All {len(known)} known outcomes are alike ({ended}). Add the other kind to tell them apart."]
        )
