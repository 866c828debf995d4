"""Figures as the JSON of a snapshot, and back: every number as text, so that nothing is rounded on the way."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from metrics.core.cashflow.months import COLUMNS, Months
from metrics.core.money import round_amount
from metrics.core.periods import add_months, month_start
from metrics.core.reasons import Reason
from metrics.core.results import Figure
from metrics.core.risk.model import Risk
from metrics.core.risk.signals import Signal
from metrics.core.rollup.effects import KpiEffect
from metrics.core.rollup.initiative import Breakdown, Evaluation, Money, Part, Verdict
from metrics.core.rollup.portfolio import Portfolio
from metrics.core.types import Raise
from metrics.services.payload_returns import (
    effect_json,
    month_ends,
    month_ends_together,
    outlook_json,
    quantiles_from,
    quantiles_json,
    returns_json,
    together_json,
)
from metrics.services.payload_risk import at_risk_from, at_risk_json, total_at_risk_json

Json = dict[str, Any]


def snapshot_fields(found: Evaluation) -> Json:
    """The computed columns of an initiative's snapshot."""
    frame = found.frame
    return {
        "currency": found.currency,
        "horizon_months": found.horizon_months,
        "inception": frame.inception,
        "horizon_end": frame.horizon_end,
        "actuals_through": frame.actuals_through,
        "verdict": str(found.verdict),
        "figures": _figures(found.figures),
        "months": month_rows(
            found.money.months, found.currency, frame.actuals_through, month_ends(found.outlook, found.currency)
        ),
        "year": _figures(found.year),
        "breakdowns": _breakdowns(found.money, found.currency),
        "effects": [_effect(effect) for effect in found.effects],
        "risk": {
            **_risk(found.risk),
            **_figures(found.at_risk),
            "raises": [_raise(each) for each in found.raises],
        },
        "signals": [_signal(signal) for signal in found.signals],
        "flags": _flags(found),
        "parts": _part(found.part),
        "outlook": outlook_json(found.outlook, found.currency),
        "returns": returns_json(found.returns, found.currency),
        "stage": found.part.stage,
        "stage_since": found.stage_since,
        "year_net": found.comparable["year_net"].value,
        "year_plan_net": found.comparable["year_plan_net"].value,
        "roi_forecast": found.figures["roi_forecast"].value,
        "abandoned_12m": found.risk.abandoned_12m.value,
        "never_in_production": found.risk.never_in_production.value,
        "misses_roi": found.risk.misses_roi.value,
        **{name: found.comparable[name].value for name in ("benefit_ahead", "spend_ahead", "value_at_risk")},
        "raised_causes": list(found.raised),
    }


def portfolio_fields(found: Portfolio, currency: str, actuals_through: date) -> Json:
    """The computed columns of a portfolio's snapshot."""
    return {
        "figures": _figures(found.figures),
        "year": _figures(found.year),
        "months": month_rows(
            found.money.months, currency, actuals_through, month_ends_together(found.outlook, currency)
        ),
        "splits": _breakdowns(found.money, currency),
        "counts": {"stages": found.stages, "verdicts": found.verdicts},
        "coverage": {
            "with_figure": found.covered,
            "of": found.initiatives,
            "without": [[key, str(reason)] for key, reason in found.without],
        },
        "outlook": together_json(found.outlook, currency),
        "risk": total_at_risk_json(found.at_risk, found.signals, currency),
    }


def figure_json(figure: Figure) -> Json:
    """A figure as the API shows it, less its id; `detail` completes a reason's sentence or names a month."""
    return {
        "value": _text(figure.value),
        "unit": figure.unit,
        "low": _text(figure.low),
        "high": _text(figure.high),
        "level": _text(figure.level),
        "reason": figure.reason and str(figure.reason),
        "grade": figure.grade and str(figure.grade),
        "detail": figure.detail,
    }


def month_rows(
    months: Months, currency: str, actuals_through: date, ends: Mapping[date, tuple[str, str]]
) -> list[Json]:
    """One row per month, rounded for display; actual up to the last closed month, forecast after it.

    A month ahead has the ends of the 80 % range of its net where the simulation reaches it.
    """
    return [
        {
            "month": f"{month:%Y-%m}",
            "kind": "actual" if month <= actuals_through else "forecast",
            **{name: _shown(months.row(index, *columns), currency) for name, columns in SHOWN.items()},
            "net": _net(months, index, currency, ("proven", "benefit_ahead"), ("cost", "cost_ahead")),
            "plan_net": _net(months, index, currency, ("plan_benefit",), ("plan_cost",)),
            **(
                dict(zip(("low", "high"), ends[month], strict=True))
                if month in ends and month > actuals_through
                else {}
            ),
        }
        for index, month in enumerate(months.months)
    ]


SHOWN = {
    "cost": ("cost", "cost_ahead"),
    "benefit": ("proven", "benefit_ahead"),
    "cost_actual": ("cost",),
    "proven": ("proven",),
    "indicative": ("indicative",),
    "claimed": ("claimed",),
    "plan_cost": ("plan_cost",),
    "plan_benefit": ("plan_benefit",),
}


def part_from(parts: Mapping[str, Any]) -> Part:
    """The part of a total that a snapshot holds."""
    first = date.fromisoformat(parts["first_month"]) if parts["first_month"] else None
    months = tuple(add_months(first, step) for step in range(parts["length"])) if first else ()
    columns = {name: _column(parts["columns"].get(name, []), len(months)) for name in COLUMNS}
    return Part(
        money=Money(
            months=Months(months, columns),
            benefits=_decimals(parts["benefits"]),
            costs=_decimals(parts["costs"]),
            grades={name: Decimal(value) for name, value in parts["grades"].items()},
            saved_time=_decimals(parts.get("saved_time", {})),
        ),
        stage=parts["stage"],
        verdict=Verdict(parts["verdict"]),
        npv=Decimal(parts["npv"]) if parts["npv"] else None,
        first_flow=date.fromisoformat(parts["first_flow"]) if parts["first_flow"] else None,
        problem=parts["problem"],
        reason=Reason(parts["reason"]) if parts["reason"] else None,
        quantiles=quantiles_from(parts.get("quantiles")),
        key=parts.get("key", ""),
        at_risk=at_risk_from(parts.get("at_risk")),
        signals=tuple(parts.get("signals", ())),
    )


def _part(part: Part) -> Json:
    """Columns that are zero throughout are left out; a column that is not known is null."""
    money, months = part.money, part.money.months
    return {
        "first_month": month_start(months.months[0]).isoformat() if months.months else None,
        "length": len(months.months),
        "columns": {
            name: None if column is None else [str(value) for value in column]
            for name, column in months.columns.items()
            if column is None or any(column)
        },
        "benefits": _texts(money.benefits),
        "costs": _texts(money.costs),
        "grades": {name: str(value) for name, value in money.grades.items()},
        "saved_time": _texts(money.saved_time),
        "stage": part.stage,
        "verdict": str(part.verdict),
        "npv": _text(part.npv),
        "first_flow": part.first_flow and part.first_flow.isoformat(),
        "problem": part.problem,
        "reason": part.reason and str(part.reason),
        "quantiles": quantiles_json(part.quantiles),
        "key": part.key,
        "at_risk": at_risk_json(part.at_risk),
        "signals": list(part.signals),
    }


def _breakdowns(money: Money, currency: str) -> Json:
    return {
        "costs": _rounded(money.costs, currency),
        "benefits": _rounded(money.benefits, currency),
        "grades": _amounts(money.grades, currency),
        "saved_time": _rounded(money.saved_time, currency),
    }


def _column(values: Sequence[str] | None, length: int) -> tuple[Decimal, ...] | None:
    if values is None:
        return None
    return tuple(Decimal(value) for value in values) or (Decimal(0),) * length


def _figures(figures: Mapping[str, Figure]) -> Json:
    return {name: figure_json(figure) for name, figure in figures.items()}


def _effect(found: KpiEffect) -> Json:
    effect = found.effect
    return {
        "kpi": found.kpi.key,
        "name": found.kpi.name,
        "unit": found.kpi.unit,
        "grade": effect.grade and str(effect.grade),
        "effect": _text(effect.effect.value),
        "low": _text(effect.effect.low),
        "high": _text(effect.effect.high),
        "design": str(effect.design),
        "assumption": effect.assumption,
        "reason": effect.effect.reason and str(effect.effect.reason),
        "movement": str(effect.movement),
        "relative": figure_json(effect.relative),
        "money_per_month": figure_json(found.money_per_month),
        "before": None if effect.before is None else str(effect.before.mean),
        "after": None if effect.after is None else str(effect.after.mean),
        "first_exposure": effect.first_exposure and effect.first_exposure.isoformat(),
        **effect_json(effect),
    }


def _risk(risk: Risk) -> Json:
    return {
        "never_in_production": figure_json(risk.never_in_production),
        "abandoned_12m": figure_json(risk.abandoned_12m),
        "misses_roi": figure_json(risk.misses_roi),
        "contributions": [
            {
                "cause": str(part.cause),
                "points": str(part.points),
                "low": str(part.low),
                "high": str(part.high),
                "from_own_data": part.from_own_data,
                "own_share": str(part.own_share),
            }
            for part in risk.contributions
        ],
        "note": risk.note,
        "status": str(risk.status),
        "base_rate": figure_json(risk.base_rate),
        "closed_cases": risk.closed_cases,
        "inferred_cases": risk.inferred_cases,
    }


def _raise(raised: Raise) -> Json:
    return {
        "cause": raised.cause,
        "scored": _text(raised.scored),
        "effective": _text(raised.effective),
        "incidents": raised.incidents,
        "rollbacks": raised.rollbacks,
        "since": raised.since.isoformat(),
        "last": raised.last.isoformat(),
    }


def _signal(signal: Signal) -> Json:
    return {
        "code": str(signal.code),
        "since": signal.since.isoformat(),
        "cure": signal.cure,
        "detail": dict(signal.detail),
    }


def _flags(found: Evaluation) -> list[Json]:
    lacking, ahead = found.without_forecast
    flags: list[Json] = []
    if lacking:
        flags.append({"code": str(Reason.NO_FORECAST), "months": lacking, "of": ahead})
    if found.left_out:
        flags.append({"code": "AFTER_HORIZON", "lines": found.left_out})
    return flags


def _net(months: Months, index: int, currency: str, plus: Sequence[str], minus: Sequence[str]) -> str | None:
    gained, spent = months.row(index, *plus), months.row(index, *minus)
    return None if gained is None or spent is None else str(round_amount(gained - spent, currency))


def _shown(value: Decimal | None, currency: str) -> str | None:
    return None if value is None else str(round_amount(value, currency))


def _amounts(values: Mapping[str, Decimal], currency: str) -> Json:
    return {name: str(round_amount(value, currency)) for name, value in sorted(values.items())}


def _rounded(values: Breakdown, currency: str) -> Json:
    return {label: _amounts(groups, currency) for label, groups in sorted(values.items())}


def _texts(values: Breakdown) -> Json:
    return {label: {name: str(value) for name, value in groups.items()} for label, groups in values.items()}


def _decimals(values: Mapping[str, Mapping[str, str]]) -> Breakdown:
    return {label: {name: Decimal(value) for name, value in groups.items()} for label, groups in values.items()}


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"
