"""KPIs of an initiative: their last readings as a strip against baseline and target."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from metrics.charts import Chart, KpiSeries, kpi_chart
from metrics.contexts.effects import EffectShown, effect_shown
from metrics.contexts.figures import Shown, shown
from portfolio.contexts.strips import Strip, strip
from portfolio.contexts.targets import target_words
from portfolio.models import Initiative, Kpi, Reading
from portfolio.models.kpis import TREATED
from portfolio.selectors import baselines_of, shared_kpis, targets_on
from web.formats import Form, Formats

SHOWN_READINGS = 24
MOST_DRAWN = 4
DASH = "–"


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

    pk: int
    name: str
    detail: str
    baseline: str
    target: str
    latest: str
    latest_on: str
    strip: Strip | None
    effect: Effect | None
    shown: EffectShown | None = None
    chart: Chart | None = None


def kpi_rows(
    initiative: Initiative, effects: Iterable[Mapping[str, Any]], formats: Formats, today: date
) -> tuple[KpiRow, ...]:
    """Every KPI of the initiative with its readings and, where a snapshot has one, its effect."""
    kpis = list(
        Kpi.objects.filter(initiative=initiative, archived_at__isnull=True).prefetch_related("targets", "shared_with")
    )
    readings, baselines = _last_readings(kpis), baselines_of(kpis)
    by_key = {effect["kpi"]: effect for effect in effects}
    rows = [_row(kpi, readings[kpi.pk], baselines.get(kpi.pk), by_key.get(kpi.key), formats, today) for kpi in kpis]
    drawn = [
        _chart(kpi, readings[kpi.pk], baselines.get(kpi.pk), by_key.get(kpi.key), formats, today)
        for kpi in kpis[:MOST_DRAWN]
    ]
    charts = [*drawn, *([None] * (len(kpis) - len(drawn)))]
    return tuple(replace(row, chart=chart) for row, chart in zip(rows, charts, strict=True))


def shared_words(initiative: Initiative) -> tuple[str, ...]:
    """The KPIs of others that this initiative claims to move as well, and how their change is split."""
    return tuple(
        f"{kpi.name} is shared with {kpi.initiative.name}; each is credited with a part of what it moved."
        for kpi in shared_kpis(initiative)
    )


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


def _row(
    kpi: Kpi,
    readings: Sequence[tuple[date, Decimal]],
    baseline: Decimal | None,
    effect: Mapping[str, Any] | None,
    formats: Formats,
    today: date,
) -> KpiRow:
    targets = targets_on(kpi, today)
    values = [value for _, value in readings]

    def written(value: Decimal | None) -> str:
        return DASH if value is None else f"{formats.quantity(value)} {kpi.unit}".strip()

    summary = f"Last {len(values)} readings, latest {written(values[-1])}" if values else ""
    return KpiRow(
        pk=kpi.pk,
        name=kpi.name,
        detail=f"{'should fall' if kpi.direction == 'down' else 'should rise'}, {kpi.cadence}{_shared(kpi)}",
        baseline=written(baseline),
        target=target_words(targets, formats) or DASH,
        latest=written(values[-1]) if values else "no reading yet",
        latest_on=formats.day(readings[-1][0]) if readings else "",
        strip=strip(values, baseline, targets.level, summary),
        effect=_effect(effect, formats) if effect else None,
        shown=effect_shown(effect, formats) if effect else None,
    )


def _chart(
    kpi: Kpi,
    readings: Sequence[tuple[date, Decimal]],
    baseline: Decimal | None,
    effect: Mapping[str, Any] | None,
    formats: Formats,
    today: date,
) -> Chart | None:
    """Readings beside what was expected without the initiative; None before there are two."""
    if len(readings) < 2:
        return None
    target = targets_on(kpi, today).level
    series = KpiSeries(kpi.name, kpi.unit, dict(readings), _without(kpi, effect, readings[0][0]), baseline, target)
    span = f"{formats.month(readings[0][0])} to {formats.month(readings[-1][0])}"
    return kpi_chart(
        series,
        formats,
        chart_id=f"kpi-{kpi.pk}",
        title=_chart_title(kpi, effect, formats),
        subtitle=", ".join(part for part in (kpi.unit, kpi.cadence, span) if part),
    )


def _without(kpi: Kpi, effect: Mapping[str, Any] | None, since: date) -> dict[date, Decimal]:
    """The readings of the periods of use less what they were changed for the better: the counterfactual."""
    sign = 1 if kpi.direction == "down" else -1
    return {
        date.fromisoformat(end): Decimal(reading) + sign * Decimal(change)
        for end, dose, reading, change in (effect or {}).get("credits", ())
        if Decimal(dose) and date.fromisoformat(end) >= since
    }


def _chart_title(kpi: Kpi, stored: Mapping[str, Any] | None, formats: Formats) -> str:
    if stored is None or stored["effect"] is None:
        return f"{kpi.name}: what it changed cannot be told yet"
    found = _effect(stored, formats)
    relative = f" ({found.relative.text})" if found.relative.is_known else ""
    return f"{kpi.name}: {found.change.text}{relative} since first use"


def _shared(kpi: Kpi) -> str:
    names = ", ".join(sorted(other.name for other in kpi.shared_with.all()))
    return f"; shared with {names}, each credited with its part" if names else ""


def _effect(stored: Mapping[str, Any], formats: Formats) -> Effect:
    change = {**dict.fromkeys(("low", "high", "level", "grade", "detail")), **stored, "value": stored["effect"]}
    return Effect(
        change=shown({**change, "grade": None}, formats, signed=True),
        relative=shown(stored["relative"], formats, signed=True),
        money=shown(stored["money_per_month"], formats, form=Form.TABLE, signed=True),
        grade=stored["grade"] or "",
        assumption=formats.days_in(stored["assumption"]),
    )
