"""Snapshots as the API shows them; nothing is computed here."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from metrics.contexts.causes import sentence_of
from metrics.contexts.restatements import label_of
from metrics.core.reasons import Reason, sentence
from metrics.models import PortfolioSnapshot, RiskFit, RiskForecast, Snapshot
from metrics.selectors import figure_id, people_named
from portfolio.models import Initiative
from web.formats import Formats

EFFECT = (
    "kpi", "grade", "effect", "low", "high", "design", "assumption", "reason", "judged", "method", "low95", "high95",
    "help", "months_needed", "controls", "share",
)  # fmt: skip
SIGNAL = ("code", "since", "cure")
LISTED = (
    "net", "roi_forecast", "npv", "irr", "cost_to_date", "benefit_to_date", "net_to_date", "roi_to_date",
    "chance_roi_positive", "chance_clears_hurdle",
)  # fmt: skip
CHANCES = ("never_in_production", "abandoned_12m", "misses_roi", "base_rate")
AT_RISK = ("benefit_ahead", "spend_ahead", "value_at_risk")
Json = dict[str, Any]


def roi(snapshot: Snapshot, *, as_of: date, behind: bool, formats: Formats) -> Json:
    """The money figures of an initiative; `as_of` is the last day on which they were found to hold."""
    return {
        **_worked_out(snapshot, as_of, behind),
        "inputs_version": snapshot.inputs_version,
        "horizon_months": snapshot.horizon_months,
        "verdict": snapshot.verdict,
        "snapshot": str(snapshot.pk),
        "restatement": restatements([snapshot], formats)[0],
        **figures(snapshot, snapshot.figures),
        "sensitivity": snapshot.outlook.get("sensitivity", []),
        "variance_shares": snapshot.outlook.get("variance_shares", {}),
        "effects": [{name: effect.get(name) for name in EFFECT} for effect in snapshot.effects],
        "saved_time": snapshot.breakdowns.get("saved_time", {}),
    }


def snapshots(rows: Sequence[Snapshot], current: int | None, formats: Formats) -> list[Json]:
    """The figures that counted one after another, and what each changed; `current` is the id of the one that does."""
    notes = restatements(rows, formats)
    return [
        {
            "snapshot": str(row.pk),
            "is_current": row.pk == current,
            **_worked_out(row, row.as_of_date, behind=False),
            "inputs_version": row.inputs_version,
            "verdict": row.verdict,
            "figures": figures(row, {name: row.figures[name] for name in LISTED if name in row.figures}),
            "restatement": note,
        }
        for row, note in zip(rows, notes, strict=True)
    ]


def restatements(rows: Sequence[Snapshot], formats: Formats) -> list[Json | None]:
    """What each snapshot changed against the one before it, and why; None for the first of an initiative."""
    people = people_named(cause.get("who") for row in rows for cause in row.causes.get("because", ()))
    return [_restatement(row, people, formats) if row.causes else None for row in rows]


def _restatement(snapshot: Snapshot, people: Mapping[int, str], formats: Formats) -> Json:
    causes = snapshot.causes
    return {
        "is_restatement": causes["restates"],
        "previous": {
            "snapshot": str(causes["previous"]),
            "as_of": causes["previous_as_of"],
            "computed_at": causes["previous_computed_at"],
        },
        "changes": [_change(change) for change in causes["changes"]],
        "because": [_because(cause, people, formats) for cause in causes["because"]],
        "more": causes["more"],
    }


def _change(change: Json) -> Json:
    name: str = change["figure"]
    return {
        "figure": name,
        "label": label_of(change),
        "was": _said(change["was"]),
        "now": _said(change["now"]),
    }


def _said(told: Mapping[str, Any]) -> Json:
    reason = told.get("reason")
    return {
        **{name: told.get(name) for name in ("value", "unit", "low", "high", "reason", "grade")},
        "message": sentence(Reason(reason), told.get("detail")) if reason else None,
    }


def _because(cause: Json, people: Mapping[int, str], formats: Formats) -> Json:
    names = ("noun", "label", "kpi", "on", "through", "was", "now", "unit", "at", "reason")
    return {
        "code": cause["code"],
        "restates": cause["restates"],
        "count": cause["count"],
        "words": sentence_of(cause, people, formats),
        **{name: cause.get(name) for name in names},
        "initiative": cause.get("of"),
        "by": people.get(cause.get("who", 0)),
    }


def risk(
    snapshot: Snapshot, fit: RiskFit | None, forecasts: Iterable[RiskForecast], *, as_of: date, behind: bool
) -> Json:
    """The chances of failure of an initiative, the model's record by that fit, and what was told of the initiative."""
    found = snapshot.risk
    return {
        **_worked_out(snapshot, as_of, behind),
        "inputs_version": snapshot.inputs_version,
        "model_version": snapshot.model_version,
        **figures(snapshot, {name: found[name] for name in CHANCES}, "risk."),
        **figures(snapshot, {name: found[name] for name in AT_RISK if name in found}, "risk."),
        "contributions": found["contributions"],
        "raises": found.get("raises", []),
        "status": found["status"],
        "closed_cases": found["closed_cases"],
        "inferred_cases": found.get("inferred_cases", 0),
        "signals": [{name: signal[name] for name in SIGNAL} for signal in snapshot.signals],
        "record": _record(fit) if fit else None,
        "forecasts": [_forecast(told, as_of) for told in forecasts],
    }


def _record(fit: RiskFit) -> Json:
    record = fit.record
    return {
        "through": fit.through,
        "resolved": record["resolved"],
        "failures": record["failures"],
        "censored": record["censored"],
        "rebuilt": record["rebuilt"],
        "live": record["live"],
        "skill": record["skill"],
        "status": fit.status,
        "why": record["why"],
    }


def _forecast(told: RiskForecast, as_of: date) -> Json:
    """A forecast as it was told; its outcome where it was known on that day."""
    known = getattr(told, "outcome", None)
    known = known if known is not None and known.resolved_on <= as_of else None
    return {
        **{name: getattr(told, name) for name in ("made_on", "resolves_on")},
        **{name: _chance(getattr(told, name)) for name in ("value", "low", "high", "base_rate")},
        "outcome": known and known.outcome,
        "inferred": bool(known and known.inferred),
    }


def _chance(value: float) -> str:
    return f"{value:.6f}"


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
        "saved_time": splits.get("saved_time", {}),
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
