"""One initiative, from its facts to everything that is shown of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from metrics.core.cashflow.book import Book, Frame, book_of, frame_of
from metrics.core.cashflow.figures import Terms, cash_of, figures_of
from metrics.core.cashflow.months import (
    COLUMNS,
    Months,
    by_grade,
    by_label,
    difference,
    months_from,
    months_without_lines,
    year_of,
)
from metrics.core.cashflow.rates import present_value
from metrics.core.money import PriceTable, RateTable
from metrics.core.periods import fiscal_year
from metrics.core.reasons import Reason
from metrics.core.results import Figure
from metrics.core.risk.factors import Cause
from metrics.core.risk.model import RUNNING, Risk, assess
from metrics.core.risk.signals import Signal
from metrics.core.rollup.effects import KpiEffect, effects_of_all, gains_of
from metrics.core.rollup.warnings import signals_of
from metrics.core.types import Initiative

FIRST_STAGE = "idea"
BENEFIT_GROUPS = ("proven", "benefit_ahead", "indicative", "claimed", "plan_benefit")
COST_GROUPS = ("cost", "cost_ahead", "plan_cost")
Breakdown = dict[str, dict[str, Decimal]]


class Verdict(StrEnum):
    """Where the forecast return over the horizon stands against the hurdle."""

    CLEARS = "clears"
    SHORT = "short"
    LOSES = "loses"
    UNKNOWN = "unknown"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Context:
    """What all initiatives of a workspace share on a day."""

    currency: str
    fiscal_year_start: int
    rates: RateTable
    prices: PriceTable = field(default_factory=PriceTable)
    closed_cases: int = 0
    inferred_cases: int = 0
    median_stays: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Money:
    """Unrounded sums in one currency: by month, by benefit class, by cost category, by evidence grade."""

    months: Months
    benefits: Breakdown
    costs: Breakdown
    grades: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Part:
    """An initiative's share of the portfolio's totals: unrounded, in the workspace's currency.

    `npv` is the value at `first_flow`; `problem` names the exchange rate that is missing; `reason` says why the
    initiative has no forecast return.
    """

    money: Money
    stage: str
    verdict: Verdict
    npv: Decimal | None = None
    first_flow: date | None = None
    problem: str | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything worked out of one initiative at the end of a day.

    `comparable` holds net_to_date, year_net and year_plan_net in the workspace's currency, to sort lists by.
    """

    frame: Frame
    currency: str
    horizon_months: int
    figures: dict[str, Figure]
    money: Money
    year: dict[str, Figure]
    effects: list[KpiEffect]
    risk: Risk
    signals: list[Signal]
    without_forecast: tuple[int, int]
    left_out: int
    verdict: Verdict
    part: Part
    comparable: dict[str, Figure]


def evaluate_all(initiatives: Mapping[int, Initiative], context: Context, as_of: date) -> dict[int, Evaluation]:
    """All figures of each initiative at the end of `as_of`, from the facts it holds; the keys are the caller's."""
    effects = effects_of_all(initiatives, context.prices, as_of)
    return {key: evaluate(facts, effects[key], context, as_of) for key, facts in initiatives.items()}


def evaluate(initiative: Initiative, effects: list[KpiEffect], context: Context, as_of: date) -> Evaluation:
    """All figures of `initiative` with the effects of its KPIs."""
    frame = frame_of(initiative, as_of)
    gains = gains_of(effects)
    book = book_of(initiative, gains, frame, context.rates)
    shared = (
        book
        if initiative.currency == context.currency
        else book_of(initiative, gains, frame, context.rates, context.currency)
    )
    terms = Terms(initiative.horizon_months, initiative.discount_rate, initiative.hurdle)
    figures = figures_of(book, terms)
    verdict = verdict_of(figures["roi_forecast"], initiative.hurdle, frame)
    money = _money(book)
    part = _part(initiative, shared, money if shared is book else _money(shared), figures["roi_forecast"], verdict)
    bounds = fiscal_year(as_of, context.fiscal_year_start)
    year = year_of(book, *bounds)
    return Evaluation(
        frame=frame,
        currency=initiative.currency,
        horizon_months=initiative.horizon_months,
        figures=figures,
        money=money,
        year=year,
        effects=effects,
        risk=risk_of(initiative, context, as_of),
        signals=signals_of(initiative, shared, part.money.months, context.median_stays, as_of),
        without_forecast=months_without_lines(book),
        left_out=book.left_out,
        verdict=verdict,
        part=part,
        comparable=_comparable(shared, year if shared is book else year_of(shared, *bounds)),
    )


def verdict_of(roi: Figure, hurdle: Decimal | None, frame: Frame) -> Verdict:
    """The forecast return against the hurdle, or against zero where no hurdle is set."""
    if frame.has_ended:
        return Verdict.ENDED
    if roi.value is None:
        return Verdict.UNKNOWN
    if roi.value < 0:
        return Verdict.LOSES
    return Verdict.CLEARS if hurdle is None or roi.value >= hurdle else Verdict.SHORT


def risk_of(initiative: Initiative, context: Context, as_of: date) -> Risk:
    """The failure-risk figures of the stage and scores that were known on that day."""
    stage = initiative.stage_on(as_of)
    return assess(
        stage.to if stage else FIRST_STAGE,
        {Cause(name): score for name, score in initiative.scores.items()},
        reached_production=any(point.to in RUNNING and point.on <= as_of for point in initiative.stages),
        closed_cases=context.closed_cases,
        inferred_cases=context.inferred_cases,
    )


def _comparable(book: Book, year: Mapping[str, Figure]) -> dict[str, Figure]:
    return {
        "net_to_date": difference(book, Reason.NO_COST, (book.proven,), (book.cost,)),
        "year_net": year["net_forecast"],
        "year_plan_net": year["net_plan"],
    }


def _money(book: Book) -> Money:
    return Money(months_from(book), by_label(book, *BENEFIT_GROUPS), by_label(book, *COST_GROUPS), by_grade(book))


def _part(initiative: Initiative, book: Book, money: Money, roi: Figure, verdict: Verdict) -> Part:
    stage = initiative.stage_on(book.frame.as_of)
    problem = next((found for name in COLUMNS if (found := getattr(book, name).problem)), None)
    cash = cash_of((*book.cost.flows, *book.cost_ahead.flows), (*book.proven.flows, *book.benefit_ahead.flows))
    rate = initiative.discount_rate
    valued = problem is None and rate is not None and bool(cash)
    return Part(
        money=money,
        stage=stage.to if stage else FIRST_STAGE,
        verdict=verdict,
        npv=Decimal(repr(present_value(cash, rate))) if valued and rate is not None else None,
        first_flow=min(flow.on for flow in cash) if cash else None,
        problem=problem.where if problem else None,
        reason=Reason.NO_EXCHANGE_RATE if problem else roi.reason,
    )
