"""Snapshots as the API shows them; nothing is computed here."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from metrics.core.reasons import Reason, sentence
from metrics.models import PortfolioSnapshot, Snapshot
from metrics.selectors import figure_id
from portfolio.models import Initiative

EFFECT = (
    "kpi", "grade", "effect", "low", "high", "design", "assumption", "reason", "judged", "method", "low95", "high95",
    "help", "months_needed", "controls", "share",
)  # fmt: skip
SIGNAL = ("code", "since", "cure")
CHANCES = ("never_in_production", "abandoned_12m", "misses_roi", "base_rate")
Json = dict[str, Any]


def roi(snapshot: Snapshot, *, as_of: date, behind: bool) -> Json:
    """The money figures of an initiative; `as_of` is the last day on which they were found to hold."""
    return {
        **_worked_out(snapshot, as_of, behind),
        "inputs_version": snapshot.inputs_version,
        "horizon_months": snapshot.horizon_months,
        "verdict": snapshot.verdict,
        **figures(snapshot, snapshot.figures),
        "sensitivity": snapshot.outlook.get("sensitivity", []),
        "variance_shares": snapshot.outlook.get("variance_shares", {}),
        "effects": [{name: effect.get(name) for name in EFFECT} for effect in snapshot.effects],
    }


def risk(snapshot: Snapshot, *, as_of: date, behind: bool) -> Json:
    """The chances of failure of an initiative."""
    found = snapshot.risk
    return {
        **_worked_out(snapshot, as_of, behind),
        "inputs_version": snapshot.inputs_version,
        "model_version": snapshot.model_version,
        **figures(snapshot, {name: found[name] for name in CHANCES}, "risk."),
        "contributions": found["contributions"],
        "status": found["status"],
        "closed_cases": found["closed_cases"],
        "inferred_cases": found.get("inferred_cases", 0),
        "signals": [{name: signal[name] for name in SIGNAL} for signal in snapshot.signals],
    }


def portfolio(snapshot: PortfolioSnapshot, *, as_of: date, behind_by: int) -> Json:
    """The totals of a workspace."""
    splits, counts = snapshot.splits, snapshot.counts
    return {
        **_worked_out(snapshot, as_of, behind_by > 0),
        "behind_by": behind_by,
        **figures(snapshot, snapshot.figures),
        "fiscal_year": {
            "first_day": snapshot.fiscal_year_from,
            "last_day": snapshot.fiscal_year_to,
            **figures(snapshot, snapshot.year, "year."),
        },
        "months": snapshot.months,
        "by_grade": splits["grades"],
        "by_benefit_class": splits["benefits"],
        "by_cost_category": splits["costs"],
        "stages": counts["stages"],
        "verdicts": counts["verdicts"],
        "coverage": _coverage(snapshot),
        "together": snapshot.outlook.get("correlations", []),
    }


def figures(snapshot: Snapshot | PortfolioSnapshot, found: Mapping[str, Mapping[str, Any]], group: str = "") -> Json:
    """Figures with their ids, and the reasons in words."""
    return {name: _figure(figure, figure_id(snapshot, f"{group}{name}")) for name, figure in found.items()}


def _figure(figure: Mapping[str, Any], identity: str) -> Json:
    reason = figure["reason"]
    return {
        "value": figure["value"],
        "unit": figure["unit"],
        "low": figure["low"],
        "high": figure["high"],
        "level": None if figure["level"] is None else float(figure["level"]),
        "reason": reason,
        "message": sentence(Reason(reason), figure.get("detail")) if reason else None,
        "grade": figure["grade"],
        "id": identity,
    }


def _worked_out(snapshot: Snapshot | PortfolioSnapshot, as_of: date, behind: bool) -> Json:
    return {
        "as_of": as_of,
        "computed_at": snapshot.computed_at,
        "settings_version": snapshot.settings_version,
        "method_version": snapshot.method_version,
        "currency": snapshot.currency,
        "behind": behind,
    }


def _coverage(snapshot: PortfolioSnapshot) -> Json:
    found = snapshot.coverage
    without = dict(found["without"])
    keys = Initiative.objects.filter(workspace=snapshot.workspace_id, pk__in=without).values_list("pk", "key")
    return {
        "with_figure": found["with_figure"],
        "of": found["of"],
        "words": f"{found['with_figure']} of {found['of']}",
        "without": [{"initiative": key, "reason": without[pk]} for pk, key in keys.order_by("key")],
    }
