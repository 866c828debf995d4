"""The columns that each kind of file may have, and what their cells must hold."""

from dataclasses import dataclass
from enum import StrEnum

from portfolio.choices import (
    Aggregation,
    Basis,
    BenefitClass,
    Cadence,
    Cause,
    CostCategory,
    Design,
    Direction,
    EventKind,
    Family,
    Rating,
    RatingScale,
    Stage,
)


class Kind(StrEnum):
    """What the rows of a file are."""

    INITIATIVES = "initiatives"
    STAGES = "stages"
    KPIS = "kpis"
    READINGS = "readings"
    ADOPTION = "adoption"
    COSTS = "costs"
    BENEFITS = "benefits"
    ASSESSMENTS = "assessments"
    EVENTS = "events"
    RATINGS = "ratings"
    RATES = "rates"


class Type(StrEnum):
    """What a cell must hold."""

    TEXT = "text"
    KEY = "key"
    DATE = "date"
    MONEY = "money"
    NUMBER = "number"
    INTEGER = "integer"
    CURRENCY = "currency"
    WORDS = "words"
    YES_NO = "yes_no"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Field:
    """One column: what it holds, whether every row needs it, its longest text and the least and most it may be."""

    holds: Type
    required: bool = False
    choices: type[StrEnum] | None = None
    longest: int = 200
    least: int | None = None
    most: int | None = None


def _text(longest: int = 200, *, required: bool = False) -> Field:
    return Field(Type.TEXT, required=required, longest=longest)


def _word(choices: type[StrEnum], *, required: bool = False) -> Field:
    return Field(Type.CHOICE, required=required, choices=choices)


_KEY = Field(Type.KEY)
_INITIATIVE = Field(Type.KEY, required=True)
_ON = Field(Type.DATE, required=True)
_DATE = Field(Type.DATE)
_AMOUNT = Field(Type.MONEY, required=True)
_MONEY = Field(Type.MONEY)
_CURRENCY = Field(Type.CURRENCY)
_NUMBER = Field(Type.NUMBER)
_SHARE = Field(Type.NUMBER, least=0, most=1)
_FACT = {"external_id": _text(190), "source": _text(80)}

FIELDS: dict[Kind, dict[str, Field]] = {
    Kind.INITIATIVES: {
        "key": _KEY,
        "name": _text(400, required=True),
        "summary": _text(10_000),
        "unit": _text(120),
        "owner": _text(),
        "sponsor": _text(),
        "kind": _text(),
        "currency": _CURRENCY,
        "stage": _word(Stage),
        "stage_on": _DATE,
        "planned_go_live": _DATE,
        "go_live": _DATE,
        "horizon_months": Field(Type.INTEGER, least=1, most=240),
        "tags": Field(Type.WORDS, longest=60),
        "programme": _text(160),
        "runs_on": Field(Type.WORDS, longest=200),
    },
    Kind.STAGES: {
        "initiative": _INITIATIVE,
        "to": _word(Stage, required=True),
        "effective_on": _ON,
        "decision": _text(),
        "note": _text(4000),
        **_FACT,
    },
    Kind.KPIS: {
        "initiative": _INITIATIVE,
        "kpi": _text(200, required=True),
        "key": _KEY,
        "unit": _text(60),
        "direction": _word(Direction, required=True),
        "primary": Field(Type.YES_NO),
        "guardrail": Field(Type.YES_NO),
        "owner": _text(),
        "cadence": _word(Cadence),
        "aggregation": _word(Aggregation),
        "family": _word(Family),
        "design": _word(Design),
        "baseline_from": _DATE,
        "baseline_to": _DATE,
        "baseline_reason": _text(400),
        "redefined_on": _DATE,
        "benefit_class": _word(BenefitClass),
        "value_amount": _MONEY,
        "value_low": _MONEY,
        "value_high": _MONEY,
        "value_currency": _CURRENCY,
        "realisation_share": _SHARE,
    },
    Kind.READINGS: {
        "initiative": _INITIATIVE,
        "kpi": _text(200, required=True),
        "on": _ON,
        "value": _NUMBER,
        "series": _text(80),
        "numerator": _NUMBER,
        "denominator": _NUMBER,
        "note": _text(400),
        **_FACT,
    },
    Kind.ADOPTION: {
        "initiative": _INITIATIVE,
        "on": _ON,
        "share": _SHARE,
        "active": Field(Type.INTEGER, least=0),
        "eligible": Field(Type.INTEGER, least=1),
        **_FACT,
    },
    Kind.COSTS: {
        "initiative": _INITIATIVE,
        "on": _ON,
        "amount": _AMOUNT,
        "currency": _CURRENCY,
        "category": _word(CostCategory),
        "basis": _word(Basis),
        "note": _text(400),
        **_FACT,
    },
    Kind.BENEFITS: {
        "initiative": _INITIATIVE,
        "on": _ON,
        "amount": _AMOUNT,
        "currency": _CURRENCY,
        "benefit_class": _word(BenefitClass, required=True),
        "kpi": _text(200),
        "basis": _word(Basis),
        "evidence": _text(1000),
        "note": _text(400),
        **_FACT,
    },
    Kind.ASSESSMENTS: {
        "initiative": _INITIATIVE,
        "on": _ON,
        **{cause.value: Field(Type.NUMBER, least=-1, most=1) for cause in Cause},
        "evidence": _text(4000),
        **_FACT,
    },
    Kind.EVENTS: {
        "initiative": _INITIATIVE,
        "on": _ON,
        "kind": _word(EventKind),
        "note": _text(4000),
        **_FACT,
    },
    Kind.RATINGS: {
        "initiative": _INITIATIVE,
        "on": _ON,
        "rated_by": _text(120, required=True),
        "rating": _word(Rating, required=True),
        "scale": _word(RatingScale, required=True),
        "note": _text(10_000),
        "evidence": _text(1000),
        **_FACT,
    },
    Kind.RATES: {
        "on": _ON,
        "base": Field(Type.CURRENCY, required=True),
        "quote": Field(Type.CURRENCY, required=True),
        "rate": Field(Type.NUMBER, required=True, least=0),
        "source": _text(80),
    },
}
