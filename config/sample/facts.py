"""From the sample's definitions to unsaved facts, each with its recorder and the time of its recording."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import pi, sin
from typing import Any

from config.sample import definitions
from config.sample.calendar import Calendar
from config.sample.series import money, months_of, number, spent, unevenness
from portfolio.choices import Basis, MitigationState
from portfolio.models import (
    AdoptionReading,
    Assessment,
    BenefitLine,
    CostLine,
    Destination,
    Driver,
    Event,
    ExchangeRate,
    Fact,
    Initiative,
    Kpi,
    Mitigation,
    PriceIndex,
    Reading,
    StageChange,
    StatusRating,
    Trial,
)

SOURCE = "sample"
OWNER = "owner"
FINANCE = "finance"
FEED = "integrator"
WEEK = timedelta(days=7)
PRICE_DIGITS = 1
REASONS = {
    MitigationState.OPEN: "Due date moved",
    MitigationState.DONE: "Done",
    MitigationState.DROPPED: "Dropped",
}


@dataclass(frozen=True)
class Entry:
    """A fact to record, when, and by whom: the initiative's owner, finance, or the feed from other systems; `reason`
    says why an earlier one gives way."""

    fact: Fact
    at: datetime
    by: str
    reason: str = "New forecast"


def of_initiative(
    data: definitions.Initiative, initiative: Initiative, kpis: dict[str, Kpi], calendar: Calendar
) -> Iterator[Entry]:
    """Every fact of one initiative."""
    yield from _stages(data, initiative, calendar)
    for cost in data.costs:
        yield from _costs(cost, initiative, data.first_month, calendar)
    for place, benefit in enumerate(data.benefits):
        yield from _benefits(benefit, place, initiative, kpis.get(benefit.kpi), data.first_month, calendar)
    for kpi in data.kpis:
        yield from _readings(kpi, kpis[kpi.key], calendar)
        yield from _trials(kpi, kpis[kpi.key], calendar)
        yield from _destinations(kpi, kpis[kpi.key], calendar)
    yield from _adoption(data, initiative, calendar)
    yield from _assessments(data, initiative, calendar)
    yield from _events(data, initiative, calendar)
    yield from _ratings(data, initiative, calendar)
    yield from _drivers(data, initiative, calendar)
    yield from _mitigations(data, initiative, calendar)


def prices(segments: definitions.Segments, calendar: Calendar) -> Iterator[Entry]:
    """The price level of every month, published when the month is booked."""
    for month, value in months_of(segments).items():
        fact = PriceIndex(on=calendar.first_day(month), value=number(value, PRICE_DIGITS), source=SOURCE)
        yield Entry(fact, calendar.booked(month), FINANCE)


def rates(data: dict[str, Any], first_month: int, calendar: Calendar) -> Iterator[Entry]:
    """One rate a week on Fridays, recorded at the end of each month."""
    start = calendar.first_day(first_month) - 2 * WEEK
    friday = start + timedelta(days=(4 - start.weekday()) % 7)
    while friday <= calendar.today:
        wave = sin(2 * pi * (calendar.today - friday).days / 7 / data["weeks_of_wave"])
        rate = Decimal(str(round(data["middle"] + data["swing"] * wave, 4)))
        fact = ExchangeRate(on=friday, base=data["base"], quote=data["quote"], rate=rate, source=SOURCE)
        yield Entry(fact, calendar.at(_end_of_month(friday), 18), FINANCE)
        friday += WEEK


def _end_of_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _stages(data: definitions.Initiative, initiative: Initiative, calendar: Calendar) -> Iterator[Entry]:
    for stage in data.stages:
        day = calendar.last_day(stage["month"])
        texts = {name: stage.get(name, "") for name in ("decision", "note")}
        fact = StageChange(initiative=initiative, on=day, to=stage["to"], source=SOURCE, **texts)
        yield Entry(fact, calendar.at(day, 16), OWNER)


def _costs(cost: definitions.Cost, initiative: Initiative, first_month: int, calendar: Calendar) -> Iterator[Entry]:
    def line(month: int, amount: Decimal, basis: Basis, **more: str) -> CostLine:
        return CostLine(
            initiative=initiative,
            on=calendar.last_day(month),
            amount=amount,
            currency=initiative.currency,
            category=cost.category,
            basis=basis,
            note=cost.note,
            source=SOURCE,
            **more,
        )

    for month, amount in months_of(cost.plan).items():
        yield Entry(line(month, money(amount), Basis.PLAN), _planned(first_month, calendar), FINANCE)
    for month, booked in spent(cost.plan if cost.actual is None else cost.actual, initiative.key + cost.category):
        yield Entry(line(month, booked, Basis.ACTUAL), calendar.booked(month), FINANCE)
    for made, segments in (
        (calendar.booked(-4), cost.forecast_before),
        (calendar.booked(-1), cost.forecast),
        (calendar.this_week(), cost.forecast_latest),
    ):
        for month, amount in months_of(segments).items():
            name = _forecast_name(initiative, cost.category, month, calendar)
            yield Entry(line(month, money(amount), Basis.FORECAST, external_id=name), made, FINANCE)


def _benefits(
    benefit: definitions.Benefit,
    place: int,
    initiative: Initiative,
    kpi: Kpi | None,
    first_month: int,
    calendar: Calendar,
) -> Iterator[Entry]:
    def line(month: int, amount: float, basis: Basis, **more: Any) -> BenefitLine:
        return BenefitLine(
            initiative=initiative,
            kpi=kpi,
            on=calendar.last_day(month),
            amount=money(amount),
            currency=initiative.currency,
            benefit_class=benefit.benefit_class,
            basis=basis,
            note=benefit.note,
            source=SOURCE,
            **more,
        )

    for month, amount in months_of(benefit.plan, benefit.every).items():
        yield Entry(line(month, amount, Basis.PLAN), _planned(first_month, calendar), FINANCE)
    for month, amount in months_of(benefit.confirmed, benefit.every).items():
        at = calendar.booked(month)
        fact = line(month, amount, Basis.ACTUAL, evidence=benefit.evidence, confirmed_at=at)
        yield Entry(fact, at, FINANCE)
    for month, amount in months_of(benefit.claimed, benefit.every).items():
        yield Entry(line(month, amount, Basis.ACTUAL), calendar.booked(month), OWNER)
    for made, segments in ((-4, benefit.forecast_before), (-1, benefit.forecast)):
        for month, amount in months_of(segments, benefit.every).items():
            name = _forecast_name(initiative, f"benefit-{place}", month, calendar)
            yield Entry(line(month, amount, Basis.FORECAST, external_id=name), calendar.booked(made), FINANCE)


def _planned(first_month: int, calendar: Calendar) -> datetime:
    return calendar.at(calendar.last_day(first_month), 17)


def _forecast_name(initiative: Initiative, line: str, month: int, calendar: Calendar) -> str:
    return f"{initiative.key}-forecast-{line}-{calendar.first_day(month):%Y-%m}"


def _readings(data: definitions.Kpi, kpi: Kpi, calendar: Calendar) -> Iterator[Entry]:
    for series, segments in {"treated": data.readings, **data.controls}.items():
        for month, value in months_of(segments).items():
            for step, day in enumerate(_reading_days(data.cadence, month, calendar)):
                uneven = data.noise * unevenness(kpi.key + series, 5 * month + step)
                reading = number(value + uneven, data.digits)
                fact = Reading(kpi=kpi, on=day, series=series, value=reading, source=SOURCE)
                yield Entry(fact, calendar.read(day), FEED)


def _reading_days(cadence: str, month: int, calendar: Calendar) -> list[date]:
    if cadence == "weekly":
        return calendar.sundays(month)
    if cadence == "quarterly" and (month + 1) % 3:
        return []
    return [calendar.last_day(month)]


def _adoption(data: definitions.Initiative, initiative: Initiative, calendar: Calendar) -> Iterator[Entry]:
    eligible = int(data.adoption.get("eligible", 0))
    for month, share in months_of(data.adoption.get("share", ())).items():
        active, day = round(share * eligible), calendar.last_day(month)
        fact = AdoptionReading(
            initiative=initiative,
            on=day,
            active=active,
            eligible=eligible,
            share=(Decimal(active) / eligible).quantize(Decimal("0.0001")),
            source=SOURCE,
        )
        yield Entry(fact, calendar.read(day), FEED)


def _assessments(data: definitions.Initiative, initiative: Initiative, calendar: Calendar) -> Iterator[Entry]:
    for row in data.assessments:
        day = calendar.middle(row["month"])
        fact = Assessment(
            initiative=initiative,
            on=day,
            scores=row["scores"],
            evidence=row["evidence"],
            evidence_by_cause=row.get("evidence_by_cause", {}),
            source=SOURCE,
        )
        yield Entry(fact, calendar.at(day, 16), OWNER)


def _events(data: definitions.Initiative, initiative: Initiative, calendar: Calendar) -> Iterator[Entry]:
    for row in data.events:
        day = calendar.middle(row["month"])
        fact = Event(initiative=initiative, on=day, kind=row["kind"], note=row["note"], source=SOURCE)
        yield Entry(fact, calendar.at(day + timedelta(days=1), 16), OWNER)


def _ratings(data: definitions.Initiative, initiative: Initiative, calendar: Calendar) -> Iterator[Entry]:
    for row in data.ratings:
        day = calendar.last_day(row["month"])
        words = {name: row[name] for name in ("rated_by", "rating", "scale", "note")}
        fact = StatusRating(initiative=initiative, on=day, source=SOURCE, **words)
        yield Entry(fact, calendar.read(day), OWNER)


def _trials(data: definitions.Kpi, kpi: Kpi, calendar: Calendar) -> Iterator[Entry]:
    for row in data.trials:
        day = calendar.last_day(row["month"])
        arms: dict[str, Any] = {}
        for arm in ("treated", "control"):
            arms[f"{arm}_count"] = row[arm]["count"]
            arms |= {f"{arm}_{part}": Decimal(row[arm][part]) for part in ("mean", "deviation")}
        fact = Trial(
            kpi=kpi,
            on=day,
            allocated_on=calendar.last_day(row["allocated"]),
            randomised=row["randomised"],
            note=row["note"],
            source=SOURCE,
            **arms,
        )
        yield Entry(fact, calendar.read(day), OWNER)


def _destinations(data: definitions.Kpi, kpi: Kpi, calendar: Calendar) -> Iterator[Entry]:
    for row in data.destinations:
        day = calendar.first_day(row["month"])
        shares = {name: Decimal(row[name]) for name in ("cash_out", "redeployed", "absorbed")}
        fact = Destination(kpi=kpi, on=day, note=row["note"], source=SOURCE, **shares)
        yield Entry(fact, calendar.booked(row["month"]), OWNER)


def _drivers(data: definitions.Initiative, initiative: Initiative, calendar: Calendar) -> Iterator[Entry]:
    for row in data.drivers:
        day = calendar.middle(row["month"])
        points = {name: Decimal(row[name]) for name in ("p10", "p50", "p90")}
        fact = Driver(initiative=initiative, on=day, name=row["name"], note=row["note"], source=SOURCE, **points)
        yield Entry(fact, calendar.at(day, 16), FINANCE)


def _mitigations(data: definitions.Initiative, initiative: Initiative, calendar: Calendar) -> Iterator[Entry]:
    """Every row is what one action said from a month on; rows of the same number follow each other."""
    for row in data.mitigations:
        day, state = calendar.middle(row["month"]), MitigationState(row.get("state", MitigationState.OPEN))
        fact = Mitigation(
            initiative=initiative,
            on=day,
            number=row["number"],
            cause=row["cause"],
            what=row["what"],
            owner=row.get("owner", initiative.owner),
            due=calendar.last_day(row["due"]),
            state=state,
            ended_on=None if state == MitigationState.OPEN else day,
            note=row.get("note", ""),
            source=SOURCE,
        )
        yield Entry(fact, calendar.at(day, 17), OWNER, REASONS[state])
