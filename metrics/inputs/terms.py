"""What figures are judged by: settings, hurdles of one initiative, prices, closed months, approved plans."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Max, Q

from accounts.models import Workspace
from metrics.core.money import PriceTable
from metrics.core.periods import month_start
from metrics.core.types import Basis, Benefit, Cost, Dated, Driver, Grade, Plan
from metrics.inputs.moments import believed
from metrics.inputs.rows import FactRows
from portfolio.choices import SettingName
from portfolio.models import BusinessCase, DatedSetting, InitiativeHurdle, PeriodLock, PriceIndex
from portfolio.models import Driver as DriverRow

Json = Mapping[str, Any]


@dataclass(frozen=True)
class ApprovedPlan:
    """An approved business case: its promises and its lines of money."""

    plan: Plan
    costs: tuple[Cost, ...]
    benefits: tuple[Benefit, ...]


def settings_on(workspace: Workspace, as_of: date, cut: datetime | None) -> dict[str, Decimal]:
    """The hurdle, the discount rate and the expected inflation that hold on a day, by name."""
    rows = believed(DatedSetting, cut, workspace=workspace, on__lte=as_of)
    return dict(rows.values_list("name", "value"))


def hurdles_on(facts: FactRows, as_of: date) -> dict[int, Decimal]:
    """Hurdles of single initiatives that hold on a day."""
    rows = believed(InitiativeHurdle, facts.cut, initiative_id__in=facts.ids, on__lte=as_of)
    return dict(rows.values_list("initiative_id", "value"))


def prices_on(workspace: Workspace, settings: Mapping[str, Decimal], as_of: date, cut: datetime | None) -> PriceTable:
    """Price levels by month up to a day, with the expected inflation."""
    rows = believed(PriceIndex, cut, workspace=workspace, on__lte=as_of).values_list("on", "value")
    return PriceTable.of({month_start(on): value for on, value in rows}, settings.get(SettingName.INFLATION))


def closed_through(workspace: Workspace, as_of: date, cut: datetime | None) -> date | None:
    """The last day that finance has closed; None where it has closed nothing."""
    rows = believed(PeriodLock, cut, workspace=workspace, through__lte=as_of).order_by()
    last: date | None = rows.aggregate(last=Max("through"))["last"]
    return last


def drivers_of(facts: FactRows) -> dict[int, list[Driver]]:
    """Recorded drivers by initiative."""
    rows = facts.of(DriverRow, "name", "p10", "p50", "p90")
    return {initiative: [Driver(*values) for values in found] for initiative, found in rows.items()}


def plans_of(facts: FactRows) -> dict[int, ApprovedPlan]:
    """The latest approved business case of each initiative."""
    approved = Q(approved_at__isnull=False) & (Q() if facts.cut is None else Q(approved_at__lt=facts.cut))
    rows = BusinessCase.objects.filter(approved, initiative_id__in=facts.ids)
    latest = rows.order_by("initiative_id", "-version").distinct("initiative_id")
    columns = ("initiative_id", "version", "approved_at", "content")
    return {
        initiative: _approved(version, approved_at.astimezone(facts.zone).date(), content)
        for initiative, version, approved_at, content in latest.values_list(*columns)
    }


def _approved(version: int, approved_on: date, content: Json) -> ApprovedPlan:
    return ApprovedPlan(
        plan=Plan(
            version=version,
            approved_on=approved_on,
            go_live=_day(content.get("planned_go_live")),
            targets={kpi: _dated(rows, "value") for kpi, rows in content.get("targets", {}).items()},
            values={
                kpi: (Decimal(value["amount"]), value["currency"]) for kpi, value in content.get("values", {}).items()
            },
            adoption=_dated(content.get("adoption", ()), "share"),
        ),
        costs=tuple(_cost(row) for row in content.get("costs", ())),
        benefits=tuple(_benefit(row) for row in content.get("benefits", ())),
    )


def _cost(row: Json) -> Cost:
    on = date.fromisoformat(row["on"])
    return Cost(on, Decimal(row["amount"]), row["currency"], row["category"], Basis.PLAN, f"cost:{row['id']}")


def _benefit(row: Json) -> Benefit:
    return Benefit(
        date.fromisoformat(row["on"]),
        Decimal(row["amount"]),
        row["currency"],
        row["benefit_class"],
        Basis.PLAN,
        Grade.CLAIM,
        row.get("kpi"),
        f"benefit:{row['id']}",
    )


def _dated(rows: Iterable[Json], name: str) -> tuple[Dated, ...]:
    return tuple(Dated(date.fromisoformat(row["on"]), Decimal(row[name])) for row in rows)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def unplanned(lines: Sequence[Any]) -> list[Any]:
    """Lines that are not plan lines: an approved business case takes the place of those."""
    return [line for line in lines if line.basis is not Basis.PLAN]
