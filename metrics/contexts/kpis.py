"""KPIs of an initiative: their last readings as a strip against baseline and target."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from metrics.contexts.figures import Shown, shown
from portfolio.models import Initiative, Kpi, Reading
from portfolio.models.kpis import TREATED
from web.formats import Formats

SHOWN_READINGS = 24
DASH = "–"
WIDTH, HEIGHT, MARGIN = Decimal(96), Decimal(28), Decimal(3)


@dataclass(frozen=True)
class Point:
    """A place in the strip's box."""

    x: str
    y: str


@dataclass(frozen=True)
class Strip:
    """The last readings (components/kpi_strip.html)."""

    points: str
    baseline: str
    target: str
    last: Point | None
    summary: str


@dataclass(frozen=True)
class Effect:
    """What the KPI did since the first use, or why that is not known."""

    change: Shown
    relative: Shown
    money: Shown
    grade: str
    assumption: str


@dataclass(frozen=True)
class KpiRow:
    """A KPI with what it did."""

    name: str
    detail: str
    baseline: str
    target: str
    latest: str
    latest_on: str
    strip: Strip | None
    effect: Effect | None


def kpi_rows(
    initiative: Initiative, effects: Iterable[Mapping[str, Any]], formats: Formats, today: date
) -> tuple[KpiRow, ...]:
    """Every KPI of the initiative with its readings and, where a snapshot has one, its effect."""
    kpis = list(Kpi.objects.filter(initiative=initiative, archived_at__isnull=True).prefetch_related("targets"))
    readings = _last_readings(kpis)
    by_key = {effect["kpi"]: effect for effect in effects}
    return tuple(_row(kpi, readings[kpi.pk], by_key.get(kpi.key), formats, today) for kpi in kpis)


def _last_readings(kpis: Sequence[Kpi]) -> Mapping[int, list[tuple[date, Decimal]]]:
    """The newest readings of each KPI's treated series, oldest first, in one query."""
    newest = Window(RowNumber(), partition_by=F("kpi_id"), order_by=F("on").desc())
    rows = (
        Reading.objects.filter(kpi__in=kpis, series=TREATED, superseded_at__isnull=True)
        .annotate(place=newest)
        .filter(place__lte=SHOWN_READINGS)
        .order_by("on")
        .values_list("kpi_id", "on", "value")
    )
    found: dict[int, list[tuple[date, Decimal]]] = defaultdict(list)
    for kpi_id, on, value in rows:
        found[kpi_id].append((on, value))
    return found


def strip_of(values: Sequence[Decimal], baseline: Decimal | None, target: Decimal | None, summary: str) -> Strip:
    """Readings as a line in a box of 96 × 28; baseline and target as heights in it."""
    levels = [*values, *(level for level in (baseline, target) if level is not None)]
    low, span = min(levels), (max(levels) - min(levels)) or Decimal(1)

    def height(value: Decimal) -> str:
        return f"{HEIGHT - MARGIN - (value - low) / span * (HEIGHT - 2 * MARGIN):.1f}"

    step = (WIDTH - 2 * MARGIN) / max(1, len(values) - 1)
    points = [Point(f"{MARGIN + step * index:.1f}", height(value)) for index, value in enumerate(values)]
    return Strip(
        points=" ".join(f"{point.x},{point.y}" for point in points),
        baseline="" if baseline is None else height(baseline),
        target="" if target is None else height(target),
        last=points[-1],
        summary=summary,
    )


def _row(
    kpi: Kpi, readings: Sequence[tuple[date, Decimal]], effect: Mapping[str, Any] | None, formats: Formats, today: date
) -> KpiRow:
    baseline = _baseline(effect)
    target = _target(kpi, today)
    values = [value for _, value in readings]

    def written(value: Decimal | None) -> str:
        return DASH if value is None else f"{formats.quantity(value)} {kpi.unit}".strip()

    summary = f"Last {len(values)} readings, latest {written(values[-1])}" if values else ""
    return KpiRow(
        name=kpi.name,
        detail=f"{'should fall' if kpi.direction == 'down' else 'should rise'}, {kpi.cadence}",
        baseline=written(baseline),
        target=written(target),
        latest=written(values[-1]) if values else "no reading yet",
        latest_on=formats.day(readings[-1][0]) if readings else "",
        strip=strip_of(values, baseline, target, summary) if values else None,
        effect=_effect(effect, formats) if effect else None,
    )


def _effect(stored: Mapping[str, Any], formats: Formats) -> Effect:
    change = {**dict.fromkeys(("low", "high", "level", "grade", "detail")), **stored, "value": stored["effect"]}
    return Effect(
        change=shown({**change, "grade": None}, formats, signed=True),
        relative=shown(stored["relative"], formats, signed=True),
        money=shown(stored["money_per_month"], formats, signed=True),
        grade=stored["grade"] or "",
        assumption=stored["assumption"],
    )


def _baseline(effect: Mapping[str, Any] | None) -> Decimal | None:
    return Decimal(effect["before"]) if effect and effect["before"] else None


def _target(kpi: Kpi, today: date) -> Decimal | None:
    """The target that holds today, else the next one ahead."""
    targets = list(kpi.targets.all())
    due = [target for target in targets if target.on <= today]
    chosen = due[-1] if due else targets[0] if targets else None
    return chosen.value if chosen else None
