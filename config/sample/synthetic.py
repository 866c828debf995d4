"""A large made-up portfolio for measuring: plausible shapes, drawn from a seed, never meant to be read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from django.db import transaction
from psycopg.types.json import Jsonb

from accounts.models import Workspace
from config.sample.bulk import copy_facts, recorded
from metrics.core.periods import add_months, last_full_month, month_end, month_start
from portfolio.choices import Cause, Stage
from portfolio.models import (
    AdoptionReading,
    Assessment,
    BenefitLine,
    CostLine,
    ExchangeRate,
    Fact,
    Initiative,
    Kpi,
    Reading,
    StageChange,
)
from portfolio.services.versions import bump

SOURCE = "synthetic"
CURRENCIES = ("EUR", "USD", "GBP")
SHARES_OF_CURRENCIES = (0.7, 0.2, 0.1)
RATES = {"USD": Decimal("0.92"), "GBP": Decimal("1.17")}
CATEGORIES = ("people", "compute")
PATH = (Stage.IDEA, Stage.PILOT, Stage.DEVELOPMENT, Stage.PRODUCTION, Stage.SCALED)
SHARE_ABANDONED = 0.15
SHARE_CONFIRMED = 0.6
LONGEST_START = 0.6
MONTHS_OF_QUARTER = 3


@dataclass(frozen=True)
class Measure:
    """A KPI that every initiative has: its level, its noise, and how far full use moves it."""

    name: str
    unit: str
    direction: str
    benefit_class: str
    level: float
    noise: float
    change: float


MEASURES = (
    Measure("Minutes per case", "minutes", "down", "capacity", 10.0, 0.3, -2.0),
    Measure("Cases reopened", "cases", "down", "cost_avoided", 40.0, 3.0, -6.0),
    Measure("Cases closed", "cases", "up", "none", 300.0, 12.0, 20.0),
)


@dataclass(frozen=True)
class Drawn:
    """What chance decided for one initiative; months count from the first of the load."""

    initiative: Initiative
    kpis: tuple[Kpi, ...]
    start: int
    steps: tuple[int, ...]
    abandoned: bool
    cost: float
    yield_share: float
    confirmed: bool

    @property
    def go_live(self) -> int | None:
        """Month of production, where it was reached."""
        return self.steps[3] if len(self.steps) > 3 else None


@dataclass(frozen=True)
class Months:
    """The last days of the months of the load, oldest first; all of them are closed."""

    ends: tuple[date, ...]

    @classmethod
    def before(cls, today: date, count: int) -> "Months":
        """So many months up to the last closed one."""
        first = add_months(month_start(last_full_month(today)), 1 - count)
        return cls(tuple(month_end(add_months(first, step)) for step in range(count)))


@transaction.atomic
def load(*, workspace: Workspace, initiatives: int, months: int, seed: int, now: datetime) -> dict[str, int]:
    """Adds so many initiatives with so many months of facts; returns the number of rows of each kind."""
    random = np.random.default_rng(seed)
    calendar = Months.before(now.date(), months)
    drawn = _draw(workspace, initiatives, calendar, random, now)
    at = datetime.combine(calendar.ends[0], time(12), UTC)
    counts = {"initiatives": len(drawn), "kpis": len(drawn) * len(MEASURES)}
    for model, varying, rows in _tables(drawn, calendar, random):
        counts[model._meta.model_name or ""] = copy_facts(model, varying, recorded(workspace.pk, at, SOURCE), rows)
    bump(workspace_id=workspace.pk, initiative_ids=[each.initiative.pk for each in drawn])
    return counts


def _draw(
    workspace: Workspace, count: int, calendar: Months, random: np.random.Generator, now: datetime
) -> list[Drawn]:
    chances = [_chances(len(calendar.ends), random) for _ in range(count)]
    rows = [_initiative(workspace, number, each, calendar, now) for number, each in enumerate(chances)]
    initiatives = Initiative.objects.bulk_create(rows, batch_size=2000)
    made = [
        _kpi(row, each, measure, calendar, now)
        for row, each in zip(initiatives, chances, strict=True)
        for measure in MEASURES
    ]
    kpis = _in_lists(Kpi.objects.bulk_create(made, batch_size=2000), len(MEASURES))
    return [
        Drawn(initiative=row, kpis=tuple(own), **each)
        for row, own, each in zip(initiatives, kpis, chances, strict=True)
    ]


def _in_lists(rows: list[Kpi], size: int) -> Iterator[list[Kpi]]:
    """The rows in lists of `size`."""
    return (rows[start : start + size] for start in range(0, len(rows), size))


def _chances(months: int, random: np.random.Generator) -> dict[str, Any]:
    start = int(random.integers(0, max(1, int(months * LONGEST_START))))
    steps = tuple(int(step) for step in start + np.cumsum([0, *random.integers(2, 9, len(PATH) - 1)]))
    abandoned = bool(random.random() < SHARE_ABANDONED)
    reached = tuple(step for step in steps if step < months)
    return {
        "start": start,
        "steps": reached[:3] if abandoned else reached,
        "abandoned": abandoned and len(reached) > 1,
        "cost": float(random.lognormal(10.0, 0.7)),
        "yield_share": float(random.lognormal(0.3, 0.5)),
        "confirmed": bool(random.random() < SHARE_CONFIRMED),
    }


def _initiative(workspace: Workspace, number: int, each: dict[str, Any], calendar: Months, now: datetime) -> Initiative:
    live = each["steps"][3] if len(each["steps"]) > 3 else None
    last = min(each["steps"][-1] + each["abandoned"] * 2, len(calendar.ends) - 1)
    stage = Stage.ABANDONED if each["abandoned"] else PATH[len(each["steps"]) - 1]
    return Initiative(
        workspace=workspace,
        key=f"synthetic-{number:05d}",
        name=f"Made-up initiative {number:05d}",
        currency=CURRENCIES[int(np.searchsorted(np.cumsum(SHARES_OF_CURRENCIES), (number * 0.37) % 1))],
        go_live=calendar.ends[live] if live is not None else None,
        planned_go_live=calendar.ends[min(each["start"] + 12, len(calendar.ends) - 1)],
        stage=stage,
        stage_since=calendar.ends[last],
        source=SOURCE,
        created_at=now,
    )


def _kpi(initiative: Initiative, each: dict[str, Any], measure: Measure, calendar: Months, now: datetime) -> Kpi:
    live = each["steps"][3] if len(each["steps"]) > 3 else len(calendar.ends)
    return Kpi(
        workspace=initiative.workspace,
        initiative=initiative,
        key=f"{initiative.key}-{MEASURES.index(measure) + 1}",
        name=measure.name,
        unit=measure.unit,
        direction=measure.direction,
        design="series",
        primary=measure is MEASURES[0],
        baseline_from=calendar.ends[0],
        baseline_to=calendar.ends[max(0, min(live, len(calendar.ends)) - 1)],
        benefit_class=measure.benefit_class,
        value_amount=Decimal(round(each["cost"] / abs(measure.change) / 2)),
        value_currency=initiative.currency,
        created_at=now,
    )


Table = tuple[type[Fact], tuple[str, ...], Iterator[tuple[Any, ...]]]


def _tables(drawn: list[Drawn], calendar: Months, random: np.random.Generator) -> Iterator[Table]:
    yield StageChange, ("initiative_id", "on", "to"), _stages(drawn, calendar)
    yield CostLine, ("initiative_id", "on", "amount", "currency", "category", "basis"), _costs(drawn, calendar, random)
    columns = ("initiative_id", "on", "amount", "currency", "benefit_class", "basis", "evidence", "confirmed_at")
    yield BenefitLine, columns, _benefits(drawn, calendar, random)
    yield Reading, ("kpi_id", "on", "value"), _readings(drawn, calendar, random)
    yield AdoptionReading, ("initiative_id", "on", "share"), _adoption(drawn, calendar)
    yield Assessment, ("initiative_id", "on", "scores"), _assessments(drawn, calendar, random)
    yield ExchangeRate, ("on", "base", "quote", "rate"), _rates(calendar)


def _stages(drawn: list[Drawn], calendar: Months) -> Iterator[tuple[Any, ...]]:
    for each in drawn:
        for stage, step in zip(PATH, each.steps, strict=False):
            yield each.initiative.pk, calendar.ends[step], stage.value
        if each.abandoned:
            yield each.initiative.pk, each.initiative.stage_since, Stage.ABANDONED.value


def _costs(drawn: list[Drawn], calendar: Months, random: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    """Actual lines every month and planned ones every quarter."""
    for each in drawn:
        initiative, last = each.initiative, _last_month(each, calendar)
        uneven = random.normal(1.03, 0.1, (last + 1, len(CATEGORIES)))
        for month in range(each.start, last + 1):
            plan = each.cost * (0.6 if each.go_live is None or month < each.go_live else 0.3)
            lines = [("actual", plan * factor) for factor in uneven[month]]
            if (month - each.start) % MONTHS_OF_QUARTER == 0:
                lines += [("plan", plan * MONTHS_OF_QUARTER)] * len(CATEGORIES)
            for place, (basis, amount) in enumerate(lines):
                category = CATEGORIES[place % len(CATEGORIES)]
                rounded = Decimal(round(amount))
                yield initiative.pk, calendar.ends[month], rounded, initiative.currency, category, basis


def _benefits(drawn: list[Drawn], calendar: Months, random: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    for each in drawn:
        if each.go_live is None:
            continue
        initiative = each.initiative
        for month in range(each.go_live, len(calendar.ends)):
            day, ramp = calendar.ends[month], min(1.0, (month - each.go_live + 1) / 6)
            plan, actual = each.cost * 1.5 * ramp, each.cost * each.yield_share * ramp * random.normal(1, 0.1)
            common = (initiative.currency, "cash")
            yield initiative.pk, day, Decimal(round(plan)), *common, "plan", "", None
            booked = datetime.combine(day, time(12), UTC) if each.confirmed else None
            yield initiative.pk, day, Decimal(round(actual)), *common, "actual", "Made-up ledger line", booked


def _readings(drawn: list[Drawn], calendar: Months, random: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    """Every KPI from the first month of the load on, so that there is a time before the first use."""
    for each in drawn:
        last = _last_month(each, calendar)
        for kpi, measure in zip(each.kpis, MEASURES, strict=True):
            noise = random.normal(0, measure.noise, last + 1)
            for month in range(last + 1):
                value = measure.level + measure.change * _use(each, month) + noise[month]
                yield kpi.pk, calendar.ends[month], Decimal(str(round(value, 2)))


def _use(each: Drawn, month: int) -> float:
    """The share of users in a month."""
    if each.go_live is None or month < each.go_live:
        return 0.0
    return min(0.9, 0.1 + 0.1 * (month - each.go_live))


def _adoption(drawn: list[Drawn], calendar: Months) -> Iterator[tuple[Any, ...]]:
    for each in drawn:
        if each.go_live is not None:
            for month in range(each.go_live, len(calendar.ends)):
                yield each.initiative.pk, calendar.ends[month], Decimal(str(round(_use(each, month), 2)))


def _assessments(drawn: list[Drawn], calendar: Months, random: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    for each in drawn:
        scores = {
            cause.value: str(round(float(score), 1))
            for cause, score in zip(Cause, random.uniform(-1, 1, 8), strict=True)
        }
        yield each.initiative.pk, calendar.ends[each.steps[-1]], Jsonb(scores)


def _rates(calendar: Months) -> Iterator[tuple[Any, ...]]:
    day = calendar.ends[0] - timedelta(days=7)
    while day <= calendar.ends[-1]:
        for base, rate in RATES.items():
            yield day, base, "EUR", rate
        day += timedelta(days=7)


def _last_month(each: Drawn, calendar: Months) -> int:
    """The last month with activity: all of them, unless it was abandoned."""
    return calendar.ends.index(each.initiative.stage_since) if each.abandoned else len(calendar.ends) - 1
