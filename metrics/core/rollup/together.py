"""The portfolio's ranges and chances, at three correlations between its initiatives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

import numpy as np

from metrics.core.cashflow.months import Months
from metrics.core.periods import months_between
from metrics.core.reasons import Reason
from metrics.core.results import PROBABILITY, Figure, amount, missing, plain, ratio
from metrics.core.rollup.initiative import Part
from metrics.core.uncertainty.points import Array
from metrics.core.uncertainty.portfolio import Member, joint
from metrics.core.uncertainty.simulation import expected_shortfall

CORRELATIONS = (Decimal("0.2"), Decimal("0"), Decimal("0.5"))
LEVEL = Decimal("0.8")
ENDS = (0.1, 0.9)
CHANCE_DIGITS = 2


@dataclass(frozen=True, slots=True)
class Together:
    """Outcomes of all initiatives at one correlation; `covered` of them could be simulated.

    `months` holds the ends of the net of each month of the fiscal year that is not over, at the headline's alone.
    """

    correlation: Decimal
    covered: int
    net: tuple[float, float]
    year_net: tuple[float, float]
    chance_roi_positive: Decimal
    chance_clears_hurdle: Decimal | None
    expected_shortfall: float
    months: Mapping[date, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Certain:
    """Money of the initiatives that cannot be simulated, as the totals count it: it has no range of its own.

    `net` and `cost` are over the horizon, `year_net` is of the fiscal year.
    """

    net: float = 0.0
    year_net: float = 0.0
    cost: float = 0.0


def together_of(
    parts: Sequence[Part], hurdle: Decimal | None, certain: Certain, months: Sequence[date] = ()
) -> tuple[Together, ...]:
    """The outcomes at each correlation, that of the headline first; nothing where no initiative was simulated."""
    known = [(part.key, part.quantiles) for part in parts if part.quantiles is not None]
    if not known:
        return ()
    has_margin = hurdle is not None and all(quantiles.margin is not None for _, quantiles in known)
    members = [
        Member(key, {"net": held.net, "year": held.year_net, "margin": held.margin or held.net}) for key, held in known
    ]
    added = {"net": certain.net, "year": certain.year_net, "margin": certain.net - float(hurdle or 0) * certain.cost}
    first, *others = CORRELATIONS
    headline = _at(members, first, added, has_margin=has_margin)
    return replace(headline, months=_months_together(parts, months, first)), *(
        _at(members, correlation, added, has_margin=has_margin) for correlation in others
    )


def _months_together(
    parts: Sequence[Part], months: Sequence[date], correlation: Decimal
) -> dict[date, tuple[float, float]]:
    """The ends of each month's net. Money of a month that was not simulated is added as it is counted."""
    names = {f"{month:%Y-%m}": month for month in months}
    members, certain = list[Member](), dict.fromkeys(months, 0.0)
    for part in parts:
        drawn = part.quantiles.months if part.quantiles else {}
        members.append(Member(part.key, {name: drawn[month] for name, month in names.items() if month in drawn}))
        for month in (month for month in months if month not in drawn):
            certain[month] += _net_in(month, part.money.months)
    found = joint(members, list(names), float(correlation))
    simulated = {name for member in members for name in member.quantiles}
    return {month: _ends(found[name] + certain[month]) for name, month in names.items() if name in simulated}


def _net_in(month: date, months: Months) -> float:
    """Benefit less cost of a month, as the totals count it."""
    place = months_between(months.months[0], month) if months.months else -1
    if not 0 <= place < len(months.months):
        return 0.0
    earned, spent = months.row(place, "proven", "benefit_ahead"), months.row(place, "cost", "cost_ahead")
    return 0.0 if earned is None or spent is None else float(earned - spent)


def ranged_totals(figures: Mapping[str, Figure], together: Sequence[Together]) -> dict[str, Figure]:
    """Net and return with their range, and the chances, at the headline's correlation."""
    net = figures["net"]
    if not together or net.value is None:
        reason = net.reason or Reason.NOT_SIMULATED
        names = ("chance_roi_positive", "chance_clears_hurdle")
        return {
            **{name: missing(reason, PROBABILITY, net.detail) for name in names},
            "expected_shortfall": missing(reason, net.unit, net.detail),
        }
    first = together[0]
    clears = first.chance_clears_hurdle
    return {
        "net": _with_range(net, first.net),
        "roi_forecast": _return(figures["roi_forecast"], figures["tco"], first.net),
        "chance_roi_positive": ratio(first.chance_roi_positive, PROBABILITY),
        "chance_clears_hurdle": missing(Reason.NO_HURDLE, PROBABILITY)
        if clears is None
        else ratio(clears, PROBABILITY),
        "expected_shortfall": amount(Decimal(repr(first.expected_shortfall)), net.unit),
    }


def ranged_total_year(year: Mapping[str, Figure], together: Sequence[Together]) -> dict[str, Figure]:
    """The year's figures with the range of its net value."""
    if not together or year["net_forecast"].value is None:
        return dict(year)
    return {**year, "net_forecast": _with_range(year["net_forecast"], together[0].year_net)}


def _at(members: Sequence[Member], correlation: Decimal, added: Mapping[str, float], *, has_margin: bool) -> Together:
    simulated = joint(members, tuple(added), float(correlation))
    drawn = {name: simulated[name] + held for name, held in added.items()}
    return Together(
        correlation=correlation,
        covered=len(members),
        net=_ends(drawn["net"]),
        year_net=_ends(drawn["year"]),
        chance_roi_positive=_share(drawn["net"] > 0),
        chance_clears_hurdle=_share(drawn["margin"] >= 0) if has_margin else None,
        expected_shortfall=expected_shortfall(drawn["net"]),
    )


def _ends(values: Array) -> tuple[float, float]:
    low, high = np.quantile(values, ENDS).tolist()
    return low, high


def _share(reached: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Decimal:
    return Decimal(repr(round(float(reached.mean()), CHANCE_DIGITS)))


def _with_range(figure: Figure, ends: tuple[float, float]) -> Figure:
    low, high = (amount(Decimal(repr(end)), figure.unit).value for end in ends)
    return replace(figure, low=low, high=high, level=LEVEL)


def _return(figure: Figure, cost: Figure, ends: tuple[float, float]) -> Figure:
    """The return's range as net's over the expected cost."""
    if figure.value is None or not cost.value:
        return figure
    low, high = (plain(end / float(cost.value)) for end in ends)
    return replace(figure, low=low, high=high, level=LEVEL)
