"""Figures with the ranges and chances of the simulation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from metrics.core.money import ONE
from metrics.core.reasons import Reason
from metrics.core.results import PROBABILITY, Figure, amount, missing, plain, ratio
from metrics.core.rollup.outlook import Outlook, quantile_at

LEVEL = Decimal("0.8")
LOW, HIGH = 0.1, 0.9


def ranged(figures: Mapping[str, Figure], outlook: Outlook | None, hurdle: Decimal | None) -> dict[str, Figure]:
    """The figures that the simulation adds to: ranges of net, value and return, and the chances."""
    if outlook is None:
        return _unknown(figures["net"])
    found = {
        "net": _money(figures["net"], outlook.net),
        "npv": _money(figures["npv"], outlook.npv),
        "roi_forecast": _ratio(figures["roi_forecast"], outlook.roi),
        "chance_roi_positive": _chance(outlook.chance_roi_positive, Reason.NO_COST),
        "chance_clears_hurdle": _chance(
            outlook.chance_clears_hurdle, Reason.NO_HURDLE if hurdle is None else Reason.NO_COST
        ),
        "expected_shortfall": amount(Decimal(repr(outlook.expected_shortfall)), figures["net"].unit),
    }
    return found


def ranged_year(year: Mapping[str, Figure], outlook: Outlook | None) -> dict[str, Figure]:
    """The year's figures with the range of its net value."""
    if outlook is None:
        return dict(year)
    return {**year, "net_forecast": _money(year["net_forecast"], outlook.year_net)}


def misses_roi(clears: Figure) -> Figure:
    """One minus the chance of clearing the hurdle, from the same simulation (semantics 22)."""
    if clears.value is None:
        return clears
    return ratio(ONE - clears.value, PROBABILITY)


def _unknown(net: Figure) -> dict[str, Figure]:
    """Why nothing was simulated: what is not known of the money."""
    reason = net.reason or Reason.NOT_SIMULATED
    return {
        "chance_roi_positive": missing(reason, PROBABILITY, net.detail),
        "chance_clears_hurdle": missing(reason, PROBABILITY, net.detail),
        "expected_shortfall": missing(reason, net.unit, net.detail),
    }


def _money(figure: Figure, values: Sequence[float]) -> Figure:
    if figure.value is None:
        return figure
    ends = (Decimal(repr(quantile_at(level, values))) for level in (LOW, HIGH))
    low, high = (amount(end, figure.unit).value for end in ends)
    return replace(figure, low=low, high=high, level=LEVEL)


def _ratio(figure: Figure, values: Sequence[float] | None) -> Figure:
    if figure.value is None or values is None:
        return figure
    low, high = (plain(quantile_at(level, values)) for level in (LOW, HIGH))
    return replace(figure, low=low, high=high, level=LEVEL)


def _chance(value: Decimal | None, reason: Reason) -> Figure:
    return missing(reason, PROBABILITY) if value is None else ratio(value, PROBABILITY)
