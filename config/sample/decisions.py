"""What people of the sample decided: designs frozen, baselines and business cases approved."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from accounts.access import Actor
from config.sample import definitions
from config.sample.calendar import MINUTE, Calendar
from portfolio.models import Initiative, Kpi
from portfolio.services.baselines import approve_baseline
from portfolio.services.cases import approve_case, freeze_case
from portfolio.services.kpis import update_kpi
from portfolio.services.proof import preregister


def freeze_designs(admin: Actor, kpis: Iterable[Kpi], calendar: Calendar) -> None:
    """Designs that were frozen before the first use."""
    months = _months("preregistered")
    for kpi in kpis:
        if kpi.key in months:
            day = calendar.last_day(months[kpi.key])
            at = calendar.at(day, 15)
            preregister(actor=admin, kpi=kpi, now=at, on=day, recorded_at=at)


def approve_baselines(finance: Actor, kpis: Iterable[Kpi], calendar: Calendar) -> None:
    """Baselines that finance approved, after the last reading of their month."""
    months = _months("approved")
    for kpi in kpis:
        if kpi.key in months:
            at = calendar.booked(months[kpi.key])
            approve_baseline(actor=finance, kpi=kpi, now=at, recorded_at=at)


def approve_cases(finance: Actor, initiatives: Mapping[str, Initiative], calendar: Calendar) -> None:
    """Business cases, frozen and approved on the day of the decision."""
    for data in definitions.initiatives():
        plan = data.business_case
        if plan:
            at = calendar.at(calendar.last_day(plan["month"]), 17)
            use = [{"on": calendar.last_day(month), "share": Decimal(share)} for month, share in plan["adoption"]]
            case = freeze_case(
                actor=finance,
                initiative=initiatives[data.key],
                now=at,
                note=plan["note"],
                adoption=use,
                recorded_at=at,
            )
            approve_case(actor=finance, case=case, now=at + MINUTE, recorded_at=at + MINUTE)


def move_targets(system: Actor, kpis: Iterable[Kpi], calendar: Calendar) -> None:
    """Targets that are not those of the approved business case any more."""
    moved = {kpi.key: kpi.targets_moved for each in definitions.initiatives() for kpi in each.kpis}
    for kpi in kpis:
        if moved[kpi.key]:
            targets = dated_targets(moved[kpi.key], calendar)
            update_kpi(actor=system, kpi=kpi, now=calendar.now, changes={"targets": targets})


def dated_targets(targets: definitions.Segments, calendar: Calendar) -> list[dict[str, Any]]:
    """Targets as the record service takes them, for the last days of their months."""
    return [{"on": calendar.last_day(int(month)), "value": Decimal(str(value))} for month, value in targets]


def _months(name: str) -> dict[str, int]:
    """The month of a decision by the key of its KPI."""
    kpis = [kpi for each in definitions.initiatives() for kpi in each.kpis]
    return {kpi.key: getattr(kpi, name) for kpi in kpis if getattr(kpi, name) is not None}
