"""Simulation, tables of the return and proof of an effect as the JSON of a snapshot."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from metrics.core.attribution.effects import Effect
from metrics.core.cashflow.book import Flow
from metrics.core.cashflow.course import Course
from metrics.core.money import round_amount
from metrics.core.results import Figure
from metrics.core.rollup.initiative import Returns
from metrics.core.rollup.outlook import Outlook, Quantiles, quantile_at
from metrics.core.rollup.together import Together
from metrics.core.uncertainty.points import POINTS, SEED
from metrics.core.uncertainty.simulation import KEPT_LEVELS

Json = dict[str, Any]
SHARE_DIGITS = 3
RATIO_DIGITS = 4
LOW, HIGH = 0.1, 0.9


def outlook_json(found: Outlook | None, currency: str) -> Json:
    """The simulation of an initiative; empty where there is none."""
    if found is None:
        return {}
    return {
        "seed": SEED,
        "points": POINTS,
        "levels": list(KEPT_LEVELS),
        "quantiles": {
            "net": _amounts(found.net, currency),
            "npv": _amounts(found.npv, currency),
            "year_net": _amounts(found.year_net, currency),
            "cost": _amounts(found.cost, currency),
            "roi": None if found.roi is None else [str(round(value, RATIO_DIGITS)) for value in found.roi],
        },
        "sensitivity": [
            {"driver": name, "low": _amount(low, currency), "high": _amount(high, currency)}
            for name, low, high in found.sensitivity
        ],
        "variance_shares": {name: round(share, SHARE_DIGITS) for name, share in found.variance_shares.items()},
        "drivers": {name: list(points) for name, points in found.drivers.items()},
        "added": {f"{month:%Y-%m}": _amounts(ends, currency) for month, ends in found.added.items()},
    }


def together_json(found: Sequence[Together], currency: str) -> Json:
    """The simulation of a portfolio at each correlation, that of the headline first."""
    return {
        "seed": SEED,
        "correlations": [
            {
                "correlation": str(row.correlation),
                "covered": row.covered,
                "net": _amounts(row.net, currency),
                "year_net": _amounts(row.year_net, currency),
                "chance_roi_positive": str(row.chance_roi_positive),
                "chance_clears_hurdle": None if row.chance_clears_hurdle is None else str(row.chance_clears_hurdle),
                "expected_shortfall": _amount(row.expected_shortfall, currency),
            }
            for row in found
        ],
    }


def month_ends(found: Outlook | None, currency: str) -> dict[date, tuple[str, str]]:
    """The 80 % range of each simulated month of an initiative, by its first day."""
    held = found.months if found else {}
    return {
        month: (_amount(quantile_at(LOW, values), currency), _amount(quantile_at(HIGH, values), currency))
        for month, values in held.items()
    }


def month_ends_together(found: Sequence[Together], currency: str) -> dict[date, tuple[str, str]]:
    """The same of a portfolio, at the headline's correlation."""
    held = found[0].months if found else {}
    return {month: (_amount(low, currency), _amount(high, currency)) for month, (low, high) in held.items()}


def returns_json(found: Returns, currency: str) -> Json:
    """The tables behind the figures; flow: [date, amount, side, label, basis, origin, grade, KPI, record, source,
    currency of the source, where saved time went]."""
    return {
        "npv_profile": [[str(rate), str(round_amount(value, currency))] for rate, value in found.npv_profile],
        "unit_costs": [
            {"kpi": row.kpi, "name": row.name, "outcomes": str(row.outcomes), "cost": _figure(row.cost)}
            for row in found.unit_costs
        ],
        "flows": [_flow(side, flow, currency) for side, flow in found.flows],
        "realised_share": _exact(found.course.plan),
        "course": _course(found.course),
        "realised_cases": found.realisation.cases,
        "plan_version": found.plan_version,
    }


def effect_json(effect: Effect) -> Json:
    """What backs an effect beyond its value and range."""
    return {
        "judged": effect.judged and str(effect.judged),
        "method": effect.method,
        "low95": _text(effect.low95),
        "high95": _text(effect.high95),
        "p_value": _text(effect.p_value),
        "help": effect.help,
        "months_needed": effect.months_needed,
        "controls": list(effect.controls),
        "share": str(effect.share),
        "credits": [
            [credit.end.isoformat(), _short(credit.dose), _short(credit.reading), _short(credit.change)]
            for credit in effect.credits
        ],
    }


def quantiles_json(found: Quantiles | None) -> Json | None:
    """An initiative's part of the portfolio's simulation."""
    if found is None:
        return None
    return {
        "net": _shortened(found.net),
        "margin": None if found.margin is None else _shortened(found.margin),
        "year_net": _shortened(found.year_net),
        "months": {f"{month:%Y-%m}": _shortened(values) for month, values in found.months.items()},
    }


def quantiles_from(stored: Mapping[str, Any] | None) -> Quantiles | None:
    """The same, read back."""
    if stored is None:
        return None
    margin = stored["margin"]
    return Quantiles(
        net=tuple(stored["net"]),
        margin=None if margin is None else tuple(margin),
        year_net=tuple(stored["year_net"]),
        months={date.fromisoformat(f"{month}-01"): tuple(held) for month, held in stored.get("months", {}).items()},
    )


def _flow(side: str, flow: Flow, currency: str) -> list[str | None]:
    """A flow; the amount as recorded stands with it only where it was in another currency or counts in part."""
    source = flow.source if flow.source and flow.source != (flow.amount, currency) else None
    return [
        flow.on.isoformat(),
        _exact(flow.amount),
        side,
        flow.label,
        str(flow.basis),
        flow.origin and str(flow.origin),
        flow.grade and str(flow.grade),
        flow.kpi,
        flow.ref,
        _exact(source[0]) if source else None,
        source[1] if source else None,
        flow.went and str(flow.went),
    ]


def _course(course: Course) -> Json:
    """What lines ahead were multiplied by, and how late, how slowly and how lastingly benefits come."""
    return {
        "cost": _exact(course.cost),
        "forecast": _exact(course.forecast),
        "plan": _exact(course.plan),
        "late": course.late,
        "ramp": course.ramp,
        "decay": _exact(course.decay),
    }


def _figure(figure: Figure) -> Json:
    reason = figure.reason and str(figure.reason)
    return {"value": _text(figure.value), "unit": figure.unit, "reason": reason, "detail": figure.detail}


def _amounts(values: Iterable[float], currency: str) -> list[str]:
    return [_amount(value, currency) for value in values]


def _amount(value: float, currency: str) -> str:
    return str(round_amount(Decimal(repr(value)), currency))


def _shortened(values: Iterable[float]) -> list[float]:
    return [round(value, 2) for value in values]


def _exact(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _short(value: Decimal) -> str:
    return f"{float(value):.10g}"


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"
