"""One record of a file to one unsaved fact, for each kind of fact."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from accounts.choices import Permission
from portfolio.choices import LIVE_STAGES, Cause, Stage
from portfolio.importing.parse.errors import ValueRefused
from portfolio.importing.parse.schema import Kind
from portfolio.models import (
    AdoptionReading,
    Assessment,
    BenefitLine,
    CostLine,
    Event,
    ExchangeRate,
    Fact,
    Initiative,
    Reading,
    StageChange,
    StatusRating,
)

from .lookup import Lookup

Values = Mapping[str, Any]
PLACES = Decimal("1e-10")

PERMISSIONS = dict.fromkeys(Kind, Permission.WRITE_RECORDS) | {
    Kind.COSTS: Permission.WRITE_MONEY,
    Kind.BENEFITS: Permission.WRITE_MONEY,
    Kind.RATES: Permission.CONFIRM,
}


def build(kind: Kind, values: Values, lookup: Lookup) -> Fact:
    """The fact that a row says. Raises ValueRefused where it names something that is not there."""
    if kind is Kind.RATES:
        return ExchangeRate(**values)
    rest = dict(values)
    initiative = lookup.initiative(rest.pop("initiative"), PERMISSIONS[kind])
    return _BUILDERS[kind](initiative, rest, lookup)


def _stage(initiative: Initiative, rest: dict[str, Any], lookup: Lookup) -> Fact:
    if rest["to"] == Stage.ABANDONED and initiative.stage in LIVE_STAGES:
        raise ValueRefused("it is in production: use “retired”; “abandoned” is for what never was")
    return StageChange(initiative=initiative, on=rest.pop("effective_on"), **rest)


def _reading(initiative: Initiative, rest: dict[str, Any], lookup: Lookup) -> Fact:
    kpi = lookup.kpi(initiative, rest.pop("kpi"))
    if "value" not in rest:
        rest["value"] = _quotient(rest, "numerator", "denominator", "value")
    return Reading(kpi=kpi, **rest)


def _adoption(initiative: Initiative, rest: dict[str, Any], lookup: Lookup) -> Fact:
    if "share" not in rest:
        rest["share"] = _quotient(rest, "active", "eligible", "share")
    if rest["share"] > 1:
        raise ValueRefused("more people are active than eligible")
    return AdoptionReading(initiative=initiative, **rest)


def _quotient(rest: Values, above: str, below: str, wanted: str) -> Decimal:
    if rest.get(above) is None or not rest.get(below):
        raise ValueRefused(f"give “{wanted}”, or “{above}” and “{below}”")
    return (Decimal(rest[above]) / Decimal(rest[below])).quantize(PLACES)


def _cost(initiative: Initiative, rest: dict[str, Any], lookup: Lookup) -> Fact:
    return CostLine(initiative=initiative, **{"currency": initiative.currency, **rest})


def _benefit(initiative: Initiative, rest: dict[str, Any], lookup: Lookup) -> Fact:
    kpi = lookup.kpi(initiative, rest.pop("kpi")) if "kpi" in rest else None
    return BenefitLine(initiative=initiative, kpi=kpi, **{"currency": initiative.currency, **rest})


def _assessment(initiative: Initiative, rest: dict[str, Any], lookup: Lookup) -> Fact:
    scores = {cause.value: str(rest.pop(cause.value)) for cause in Cause if cause.value in rest}
    if not scores:
        raise ValueRefused(f"give at least one score: {', '.join(Cause)}")
    return Assessment(initiative=initiative, scores=scores, **rest)


def _event(initiative: Initiative, rest: dict[str, Any], lookup: Lookup) -> Fact:
    return Event(initiative=initiative, **rest)


def _rating(initiative: Initiative, rest: dict[str, Any], lookup: Lookup) -> Fact:
    return StatusRating(initiative=initiative, **rest)


_BUILDERS: dict[Kind, Callable[[Initiative, dict[str, Any], Lookup], Fact]] = {
    Kind.STAGES: _stage,
    Kind.READINGS: _reading,
    Kind.ADOPTION: _adoption,
    Kind.COSTS: _cost,
    Kind.BENEFITS: _benefit,
    Kind.ASSESSMENTS: _assessment,
    Kind.EVENTS: _event,
    Kind.RATINGS: _rating,
}
