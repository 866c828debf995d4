"""R6 cost overrun: spent more than planned, or on course to."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from notices.choices import Rule, Severity
from notices.rules.states import Seen, Zone

OPENS_TO_DATE = Decimal("0.10")
OPENS_AMOUNT = Decimal(25_000)
OPENS_FORECAST = Decimal("0.15")
CLEARS = Decimal("0.05")
CLEARS_AMOUNT = OPENS_AMOUNT / 2
HIGH = Decimal("0.25")


@dataclass(frozen=True, slots=True)
class Spend:
    """Spending of one initiative against its plan, in the workspace's currency.

    Args:
        through: the last closed month's last day; both amounts to date run up to it.
        spent: actual costs to date.
        planned: planned costs to date.
        forecast_total: actual to date and forecast after, over the horizon; None where nothing is forecast.
        planned_total: the whole plan; None where there is none.
        since: the first month end of the unbroken run of overspending up to `through`, where known.
        worst: the months that went furthest over their plan, and by how much, worst first.
    """

    through: date
    currency: str
    spent: Decimal
    planned: Decimal
    forecast_total: Decimal | None = None
    planned_total: Decimal | None = None
    since: date | None = None
    worst: tuple[tuple[date, Decimal], ...] = ()


def cost_overrun(spend: Spend | None) -> Seen:
    """What R6 sees; no plan (or no rate to compare it with) is unknown."""
    if spend is None or not (spend.planned > 0 or _positive(spend.planned_total)):
        return Seen(Rule.COST_OVERRUN, "", Zone.UNKNOWN)
    to_date = _share(spend.spent, spend.planned)
    total = _share(spend.forecast_total, spend.planned_total)
    over = spend.spent - spend.planned
    by_date = to_date is not None and to_date > OPENS_TO_DATE and over > OPENS_AMOUNT
    by_forecast = total is not None and total > OPENS_FORECAST
    calm = (to_date is None or to_date < CLEARS or over <= CLEARS_AMOUNT) and (total is None or total < CLEARS)
    ahead = by_forecast and not by_date
    value = total if ahead else to_date
    return Seen(
        rule=Rule.COST_OVERRUN,
        scope="",
        zone=Zone.BREACH if by_date or by_forecast else Zone.CALM if calm else Zone.BETWEEN,
        severity=Severity.HIGH if value is not None and value > HIGH else Severity.MEDIUM,
        since=spend.since if by_date else spend.through,
        value=value,
        threshold=OPENS_FORECAST if ahead else OPENS_TO_DATE,
        detail=_detail(spend, ahead),
    )


def _detail(spend: Spend, ahead: bool) -> dict[str, str]:
    actual, plan = (spend.forecast_total, spend.planned_total) if ahead else (spend.spent, spend.planned)
    return {
        "basis": "forecast" if ahead else "to_date",
        "actual": _plain(actual),
        "plan": _plain(plan),
        "currency": spend.currency,
        "through": spend.through.isoformat(),
        "worst": " ".join(f"{month.isoformat()} {_plain(over)}" for month, over in spend.worst),
    }


def _share(actual: Decimal | None, plan: Decimal | None) -> Decimal | None:
    if actual is None or plan is None or plan <= 0:
        return None
    return round(actual / plan - 1, 6)


def _positive(amount: Decimal | None) -> bool:
    return amount is not None and amount > 0


def _plain(amount: Decimal | None) -> str:
    """An amount to the cent: a message needs no more, and a change below it is none."""
    return "" if amount is None else f"{amount:.2f}"
