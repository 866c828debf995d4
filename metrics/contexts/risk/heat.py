"""The heat map: initiatives before production by what they stand to lose, against the eight causes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from django.db.models import F, QuerySet
from django.urls import reverse

from accounts.models import BusinessUnit, Workspace
from metrics.contexts.figures import Shown, shown
from metrics.contexts.lists import Option, Pager
from metrics.contexts.risk.filters import STAGES, HeatFilters, in_words, narrowed_pointers, narrowed_snapshots
from metrics.contexts.risk.scores import Score, scores_of
from metrics.contexts.risk.words import counted, score_words, step_of
from metrics.contexts.words import CAUSE_WORDS, STAGE_WORDS
from metrics.core.reasons import Reason
from metrics.models import PortfolioSnapshot, Snapshot
from metrics.selectors import members_of
from portfolio.choices import Cause, Stage
from web.formats import Form, Formats

PAGE_SIZE = 25
BY_VALUE = F("value_at_risk").desc(nulls_last=True)
NARROW = (
    "workspace_id", "stage", "verdict", "never_in_production", "abandoned_12m", "benefit_ahead", "spend_ahead",
    "value_at_risk", "initiative__key", "initiative__name", "initiative__archived_at", "initiative__unit__name",
)  # fmt: skip
WORSE, BETTER = "▲", "▼"


@dataclass(frozen=True)
class Cell:
    """One cause of one initiative; without a score nobody has looked at it."""

    score: str
    step: str
    change: str
    words: str
    url: str


@dataclass(frozen=True)
class HeatRow:
    """One initiative; without a URL where it was archived since."""

    name: str
    url: str
    where: str
    value: Shown
    chance: Shown
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class HeatMap:
    """The table with its filters; `is_scored` tells whether any of its cells has a score."""

    columns: tuple[str, ...]
    rows: tuple[HeatRow, ...]
    is_scored: bool
    filters: HeatFilters
    units: tuple[Option, ...]
    stages: tuple[Option, ...]
    causes: tuple[Option, ...]
    narrowed_by: str
    pager: Pager
    clear_url: str


@dataclass(frozen=True)
class Subject:
    """What the risk page is about: a workspace on a day, now or as believed at `cut` with the totals of then."""

    workspace: Workspace
    day: date
    cut: datetime | None = None
    past: PortfolioSnapshot | None = None


class Source(Protocol):
    """Ids of snapshots in their order."""

    def count(self) -> int:
        """How many there are."""

    def ids(self, first: int, count: int) -> list[int]:
        """Those from `first` on."""


@dataclass(frozen=True)
class _Rows:
    rows: QuerySet[Any]
    column: str

    def count(self) -> int:
        return self.rows.count()

    def ids(self, first: int, count: int) -> list[int]:
        ordered = self.rows.order_by(BY_VALUE, "initiative_id").values_list(self.column, flat=True)
        return list(ordered[first : first + count])


def source_of(subject: Subject, filters: HeatFilters, units: list[BusinessUnit]) -> Source:
    """The snapshots that the filters leave, those with most at risk first; narrow columns are sorted."""
    if subject.past is None:
        return _Rows(narrowed_pointers(filters, units, subject.workspace), "snapshot_id")
    return _Rows(narrowed_snapshots(members_of(subject.past), filters, units), "pk")


def snapshots_in_order(ids: Sequence[int], *documents: str) -> list[Snapshot]:
    """Snapshots with their initiatives, in the order of the ids, in one query: narrow columns and these documents."""
    rows = Snapshot.objects.select_related("initiative__unit").only(*NARROW, *documents)
    found = rows.in_bulk(list(ids))
    return [found[pk] for pk in ids if pk in found]


def heat_map_of(subject: Subject, filters: HeatFilters, units: list[BusinessUnit], formats: Formats) -> HeatMap:
    """One page of the heat map, in four queries whatever its size."""
    source = source_of(subject, filters, units)
    count = source.count()
    page = min(filters.page, max(1, -(-count // PAGE_SIZE)))
    snapshots = snapshots_in_order(source.ids((page - 1) * PAGE_SIZE, PAGE_SIZE), "risk")
    scores = scores_of({row.initiative_id: row.risk for row in snapshots}, subject.day, subject.cut)
    names = {unit.pk: unit.name for unit in units}
    return HeatMap(
        columns=tuple(CAUSE_WORDS[cause] for cause in Cause),
        rows=tuple(_row(row, scores[row.initiative_id], subject, formats) for row in snapshots),
        is_scored=any(scores.values()),
        filters=filters,
        units=_options(names, filters.unit),
        stages=_options({str(stage): words for stage, words in STAGES.items()}, filters.stage),
        causes=_options({str(cause): words for cause, words in CAUSE_WORDS.items()}, filters.cause),
        narrowed_by=in_words(filters, names),
        pager=_pager(filters, page, count, formats),
        clear_url=reverse("risk") + HeatFilters(day=filters.day).query(),
    )


def value_in_workspace(snapshot: Snapshot, name: str, currency: str, formats: Formats) -> Shown:
    """Money of a snapshot in the workspace's currency, or the reason why it is not known."""
    value: Decimal | None = getattr(snapshot, name)
    if value is not None:
        return Shown(formats.money(value, currency, Form.TABLE), is_known=True, value=value)
    stored = snapshot.risk.get(name) or {"reason": None}
    return shown({**stored, "value": None, "reason": stored["reason"] or Reason.NO_EXCHANGE_RATE}, formats)


def page_of(snapshot: Snapshot, query: str = "") -> str:
    """The page of a snapshot's initiative; none where it was archived since."""
    archived = snapshot.initiative.archived_at is not None
    return "" if archived else reverse("initiative", args=[snapshot.initiative.key]) + query


def _row(snapshot: Snapshot, scores: Mapping[str, Score], subject: Subject, formats: Formats) -> HeatRow:
    initiative = snapshot.initiative
    query = f"?as_of={subject.day.isoformat()}" if subject.past else ""
    return HeatRow(
        name=initiative.name,
        url=page_of(snapshot, query),
        where=" · ".join(part for part in (str(initiative.unit or ""), STAGE_WORDS[Stage(snapshot.stage)]) if part),
        value=value_in_workspace(snapshot, "value_at_risk", subject.workspace.currency, formats),
        chance=shown(snapshot.risk.get("never_in_production"), formats),
        cells=tuple(_cell(snapshot, cause, scores.get(cause), query, formats) for cause in Cause),
    )


def _cell(snapshot: Snapshot, cause: Cause, score: Score | None, query: str, formats: Formats) -> Cell:
    if score is None:
        return Cell("", "", "", "not looked at", "")
    archived = snapshot.initiative.archived_at is not None
    return Cell(
        score=score_words(score.value, formats),
        step=step_of(score.value),
        change=_change(score),
        words=_words(score, formats),
        url="" if archived else reverse("risk_cause", args=[snapshot.initiative.key, cause]) + query,
    )


def _change(score: Score) -> str:
    if score.is_raised:
        return WORSE
    if score.before is None or score.before == score.value:
        return ""
    return WORSE if score.value > score.before else BETTER


def _words(score: Score, formats: Formats) -> str:
    """What is read aloud after the figure."""
    if score.is_raised:
        return "raised by incidents in the rollout"
    if score.before is None or score.before == score.value:
        return ""
    return f"{'worse' if score.value > score.before else 'better'} than {score_words(score.before, formats)} before"


def _options(labels: Mapping[int, str] | Mapping[str, str], chosen: object) -> tuple[Option, ...]:
    return tuple(Option(str(value), label, value == chosen) for value, label in labels.items())


def _pager(filters: HeatFilters, page: int, count: int, formats: Formats) -> Pager:
    last = min(page * PAGE_SIZE, count)
    span = f"{formats.number((page - 1) * PAGE_SIZE + 1, digits=0)} to {formats.number(last, digits=0)} of "
    return Pager(
        words=(span if count > PAGE_SIZE else "") + counted(count, "initiative"),
        previous=filters.query(page=page - 1) if page > 1 else None,
        next=filters.query(page=page + 1) if last < count else None,
    )
