"""Rows that were recorded or superseded after a moment, as the search for causes sees them; one query per kind."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Max, Q

from accounts.models import Workspace
from metrics.core.rollup.causes import Entry
from metrics.inputs.watched import Watched
from portfolio.choices import Basis
from portfolio.models import (
    AdoptionReading,
    Assessment,
    BaselineApproval,
    BenefitLine,
    BusinessCase,
    ControlDose,
    CostLine,
    DatedSetting,
    Destination,
    Driver,
    Event,
    ExchangeRate,
    Fact,
    InitiativeHurdle,
    Mitigation,
    PeriodLock,
    Preregistration,
    PriceIndex,
    PublishedRateChoice,
    Reading,
    StageChange,
    StatusRating,
    Trial,
)
from portfolio.models.kpis import TREATED


@dataclass(frozen=True)
class Noun:
    """How rows of one model are told: by what word, and which columns hold the value, its unit, a label and why.

    `series` are the columns within which a row is late or not; `holds_from` marks rows that hold from a day on.
    """

    name: str
    value: str = ""
    unit: str = ""
    label: str = ""
    why: str = ""
    series: tuple[str, ...] = ()
    holds_from: bool = False
    is_ahead: bool = False


OF_INITIATIVE: Mapping[type[Fact], Noun] = {
    CostLine: Noun("cost", "amount", "currency", "category"),
    BenefitLine: Noun("benefit", "amount", "currency", "benefit_class"),
    AdoptionReading: Noun("adoption", "share"),
    StageChange: Noun("stage", label="to"),
    Assessment: Noun("assessment"),
    Event: Noun("event", label="kind"),
    Mitigation: Noun("mitigation", "due", label="cause", is_ahead=True),
    StatusRating: Noun("rating", label="rating", series=("rated_by",)),
    Driver: Noun("driver", "p50", label="name", is_ahead=True),
    InitiativeHurdle: Noun("own_hurdle", "value", holds_from=True),
}
OF_KPI: Mapping[type[Fact], Noun] = {
    Reading: Noun("reading", "value", label="series", series=("series",)),
    ControlDose: Noun("control_use", "share", label="series", series=("series",)),
    Preregistration: Noun("preregistration", is_ahead=True),
    Trial: Noun("trial", "treated_mean"),
    Destination: Noun("destination", "cash_out", holds_from=True),
    BaselineApproval: Noun("baseline_approval", is_ahead=True),
}
OF_WORKSPACE: Mapping[type[Fact], Noun] = {
    DatedSetting: Noun("setting", "value", label="name", series=("name",), holds_from=True),
    PriceIndex: Noun("price", "value"),
    PublishedRateChoice: Noun("published_choice", why="reason", is_ahead=True),
    PeriodLock: Noun("closed_period", "through"),
}
RATES = Noun("rate", "rate", series=("base", "quote"))


@dataclass(frozen=True)
class Recorded:
    """Entries by initiative, and exchange rates with their two currencies."""

    entries: Mapping[int, list[Entry]] = field(default_factory=dict)
    rates: Sequence[tuple[frozenset[str], Entry]] = ()


def settings_since(workspace: Workspace, cut: datetime) -> list[Entry]:
    """What was recorded after `cut` for the whole workspace: settings, prices, closed periods."""
    return [
        entry
        for model, noun in OF_WORKSPACE.items()
        for _, entry in _entries(model, noun, cut, "workspace_id", [workspace.pk])
    ]


def recorded_since(workspace: Workspace, initiative_ids: Sequence[int], seen: Watched, cut: datetime) -> Recorded:
    """What was recorded after `cut` about some initiatives and the KPIs that can move them, and exchange rates."""
    entries: dict[int, list[Entry]] = defaultdict(list)
    for model, noun in OF_INITIATIVE.items():
        among = seen.sharing if model is AdoptionReading else {pk: {pk} for pk in initiative_ids}
        for row, entry in _entries(model, noun, cut, "initiative_id", list(among)):
            for initiative in among[row.initiative_id]:
                entries[initiative].append(_of_another(entry, row.initiative_id, initiative, seen))
    for model, noun in OF_KPI.items():
        for row, entry in _entries(model, noun, cut, "kpi_id", list(seen.kpis)):
            kpi = seen.kpis[row.kpi_id]
            named = replace(entry, kpi=kpi.name, unit=kpi.unit if noun.name == "reading" else "")
            for initiative in kpi.watchers:
                entries[initiative].append(_of_another(named, kpi.owner, initiative, seen))
    for initiative, entry in _approvals(initiative_ids, cut):
        entries[initiative].append(entry)
    return Recorded(entries, _rates(workspace, cut))


def _of_another(entry: Entry, owner: int, initiative: int, seen: Watched) -> Entry:
    return entry if owner == initiative else replace(entry, of=seen.names.get(owner, ""))


def _rates(workspace: Workspace, cut: datetime) -> list[tuple[frozenset[str], Entry]]:
    rows = _entries(ExchangeRate, RATES, cut, "workspace_id", [workspace.pk])
    return [(frozenset({row.base, row.quote}), replace(entry, label=f"{row.base}/{row.quote}")) for row, entry in rows]


def _entries(
    model: type[Fact], noun: Noun, cut: datetime, owner: str, owners: Sequence[int]
) -> list[tuple[Any, Entry]]:
    """Rows touched after `cut` with their entries: two queries, the second only where there is a row."""
    touched = Q(recorded_at__gt=cut) | Q(superseded_at__gt=cut)
    rows = list(model._default_manager.filter(touched, **{f"{owner}__in": owners}).order_by("pk"))
    known = _known(model, noun, owner, rows) if rows else {}
    return [(row, _entry(row, noun, owner, known.get(_series(row, noun, owner)))) for row in rows]


def _known(model: type[Fact], noun: Noun, owner: str, rows: Iterable[Any]) -> dict[tuple[Any, ...], date]:
    """The last day of each series that the other rows reach, those that hold now."""
    touched = {row.pk for row in rows if row.superseded_at is None}
    others = model._default_manager.filter(
        superseded_at=None, **{f"{owner}__in": {getattr(row, owner) for row in rows}}
    )
    if hasattr(model, "basis"):
        others = others.filter(basis=Basis.ACTUAL)
    found = others.exclude(pk__in=touched).order_by().values_list(owner, *noun.series)
    return {tuple(series): last for *series, last in found.annotate(last=Max("on"))}


def _series(row: Any, noun: Noun, owner: str) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in (owner, *noun.series))


def _entry(row: Any, noun: Noun, owner: str, known: date | None) -> Entry:
    label = str(getattr(row, noun.label)) if noun.label else ""
    return Entry(
        noun=noun.name,
        owner=getattr(row, owner),
        on=row.on,
        at=row.recorded_at,
        who=row.recorded_by_id,
        series=_series(row, noun, owner),
        keys=tuple(row.found_by()),
        label="" if label == TREATED else label,
        value=_text(getattr(row, noun.value)) if noun.value else None,
        unit=getattr(row, noun.unit) if noun.unit else "",
        is_actual=not noun.is_ahead and getattr(row, "basis", Basis.ACTUAL) == Basis.ACTUAL,
        holds_from=noun.holds_from,
        is_confirmed=getattr(row, "confirmed_at", None) is not None,
        ended_at=row.superseded_at,
        ended_by=row.superseded_by_id,
        reason=row.supersede_reason,
        why=getattr(row, noun.why) if noun.why else "",
        known=known,
    )


def _approvals(initiative_ids: Sequence[int], cut: datetime) -> list[tuple[int, Entry]]:
    """Business cases approved after `cut`."""
    rows = BusinessCase.objects.filter(initiative_id__in=initiative_ids, approved_at__gt=cut).defer("content")
    return [
        (
            row.initiative_id,
            Entry(
                noun="business_case",
                owner=row.initiative_id,
                on=row.approved_at.date(),
                at=row.approved_at,
                who=row.approved_by_id,
                value=str(row.version),
                is_actual=False,
            ),
        )
        for row in rows
        if row.approved_at
    ]


def _text(value: Decimal | date) -> str:
    return value.isoformat() if isinstance(value, date) else f"{value.normalize():f}"
