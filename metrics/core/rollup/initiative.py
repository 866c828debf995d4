"""One initiative, from its facts to everything that is shown of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from metrics.core.cashflow.book import Book, Flow, Frame, book_of, frame_of
from metrics.core.cashflow.course import Course, course_of, middle_decay
from metrics.core.cashflow.figures import Terms, cash_of_horizon, figures_of_all
from metrics.core.cashflow.months import (
    COLUMNS,
    Months,
    by_grade,
    by_label,
    by_saved_time,
    difference,
    months_from,
    months_without_lines,
    year_of,
)
from metrics.core.cashflow.rates import present_value
from metrics.core.cashflow.realisation import Realisation
from metrics.core.cashflow.tables import (
    UnitCost,
    discounted_return,
    flow_rows,
    in_real_terms,
    npv_profile,
    unit_costs,
    variance_figures,
    variance_of,
)
from metrics.core.money import PriceTable, RateTable
from metrics.core.periods import fiscal_year
from metrics.core.reasons import Reason
from metrics.core.results import Figure
from metrics.core.risk.model import Model, Risk, assess_all
from metrics.core.risk.signals import Signal
from metrics.core.risk.survival import Curve
from metrics.core.rollup.at_risk import AtRisk, at_risk_of, figures_at_risk
from metrics.core.rollup.chances import misses_roi, ranged, ranged_year
from metrics.core.rollup.effects import KpiEffect, carried_of, effects_of_all, gains_of
from metrics.core.rollup.outlook import (
    Grounds,
    Outlook,
    Quantiles,
    months_ahead,
    outlook_of,
    quantiles_in,
)
from metrics.core.rollup.subjects import FIRST_STAGE, subject_of
from metrics.core.rollup.warnings import signals_of
from metrics.core.types import Dose, Initiative, Raise

BENEFIT_GROUPS = ("proven", "benefit_ahead", "indicative", "claimed", "plan_benefit")
SAVED_TIME_GROUPS = ("proven", "benefit_ahead", "indicative", "claimed")
COST_GROUPS = ("cost", "cost_ahead", "plan_cost")
LIKELY_FROM, UNLIKELY_TO = Decimal("0.75"), Decimal("0.25")
Breakdown = dict[str, dict[str, Decimal]]


class Verdict(StrEnum):
    """How likely an initiative is to clear its hurdle. A word of an earlier method tells nothing by this one."""

    LIKELY = "likely"
    UNCERTAIN = "uncertain"
    UNLIKELY = "unlikely"
    UNKNOWN = "unknown"
    ENDED = "ended"

    @classmethod
    def _missing_(cls, value: object) -> Verdict:
        return cls.UNKNOWN


@dataclass(frozen=True, slots=True)
class Context:
    """What all initiatives of a workspace share on a day."""

    currency: str
    fiscal_year_start: int
    rates: RateTable
    prices: PriceTable = field(default_factory=PriceTable)
    realisation: Realisation = field(default_factory=Realisation)
    hurdle: Decimal | None = None
    risk: Model = field(default_factory=Model)
    stays: Mapping[str, Curve] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Money:
    """Unrounded sums in one currency: by month, by benefit class, by cost category, by evidence grade, and what saved
    time is worth by where it went."""

    months: Months
    benefits: Breakdown
    costs: Breakdown
    grades: Mapping[str, Decimal]
    saved_time: Breakdown


@dataclass(frozen=True, slots=True)
class Part:
    """An initiative's share of the portfolio's totals: unrounded, in the workspace's currency.

    `npv` is the value at `first_flow`; `quantiles` are those of the simulation; `problem` names the exchange rate that
    is missing; `reason` says why the initiative has no forecast return. `key` seeds its draws. `at_risk` is None once
    it has reached production or ended; `signals` are the codes of its behaviour signals.
    """

    money: Money
    stage: str
    verdict: Verdict
    npv: Decimal | None = None
    first_flow: date | None = None
    problem: str | None = None
    reason: Reason | None = None
    quantiles: Quantiles | None = None
    key: str = ""
    at_risk: AtRisk | None = None
    signals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Returns:
    """Tables behind the figures: value by rate, cost of an outcome, every flow of the horizon with its side.

    `course` is what lines ahead were multiplied by and how late they come; `plan_version` the business case they are
    held to, None while no version is approved.
    """

    figures: dict[str, Figure]
    npv_profile: list[tuple[Decimal, Decimal]]
    unit_costs: list[UnitCost]
    flows: list[tuple[str, Flow]]
    realisation: Realisation
    course: Course
    plan_version: int | None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything worked out of one initiative at the end of a day.

    `at_risk` holds what stands to be lost before production. `comparable` holds net_to_date, year_net, year_plan_net
    and at_risk's figures in the workspace's currency, to sort lists by; `stage_since` is the day of the last stage
    change; `raised` are the causes scored above zero, worst first; `raises` are the scores that count for more than
    was scored; `last_activity` is the day on which anything was last recorded.
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
    outlook: Outlook | None
    returns: Returns
    stage_since: date | None
    at_risk: dict[str, Figure]
    raised: tuple[str, ...]
    raises: Sequence[Raise] = ()
    last_activity: date | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of an initiative before its figures are put together; `shared` is in the workspace's currency."""

    initiative: Initiative
    effects: list[KpiEffect]
    book: Book
    shared: Book


def evaluate_all(initiatives: Mapping[int, Initiative], context: Context, as_of: date) -> dict[int, Evaluation]:
    """All figures of each initiative at the end of `as_of`, from the facts it holds; the keys are the caller's."""
    effects = effects_of_all(initiatives, context.prices, as_of)
    known = {key: _known(facts, effects[key], context, as_of) for key, facts in initiatives.items()}
    plain = figures_of_all([(held.book, _terms(held.initiative)) for held in known.values()])
    risks = risks_of(list(known.values()), context, as_of)
    return {
        key: _evaluated(held, figures, risk, context, as_of)
        for (key, held), figures, risk in zip(known.items(), plain, risks, strict=True)
    }


def _known(initiative: Initiative, effects: list[KpiEffect], context: Context, as_of: date) -> _Known:
    book, shared = _books(initiative, effects, context, frame_of(initiative, as_of))
    return _Known(initiative, effects, book, shared)


def _terms(initiative: Initiative) -> Terms:
    return Terms(initiative.horizon_months, initiative.discount_rate, initiative.hurdle)


def _evaluated(held: _Known, plain: dict[str, Figure], risk: Risk, context: Context, as_of: date) -> Evaluation:
    initiative, effects, book, shared = held.initiative, held.effects, held.book, held.shared
    frame, bounds = book.frame, fiscal_year(as_of, context.fiscal_year_start)
    outlook = _outlook(held, risk, context, bounds) if _can_simulate(plain) else None
    returns = returns_of(initiative, book, context)
    figures = {**plain, **ranged(plain, outlook, initiative.hurdle), **returns.figures}
    verdict = verdict_of(figures, initiative.hurdle, frame)
    money = _money(book)
    part = _part(initiative, shared, money if shared is book else _money(shared), figures["roi_forecast"], verdict)
    risk = replace(risk, misses_roi=misses_roi(figures["chance_clears_hurdle"]))
    signals = signals_of(initiative, shared, part.money.months, context.stays, as_of)
    part = replace(
        _with_outlook(part, outlook, book, shared),
        at_risk=at_risk_of(shared, risk, is_scored=bool(initiative.scores)),
        signals=tuple(str(signal.code) for signal in signals),
    )
    year = ranged_year(year_of(book, *bounds), outlook)
    return Evaluation(
        frame=frame,
        currency=initiative.currency,
        horizon_months=initiative.horizon_months,
        figures=figures,
        money=money,
        year=year,
        effects=effects,
        risk=risk,
        signals=signals,
        without_forecast=months_without_lines(book),
        left_out=book.left_out,
        verdict=verdict,
        part=part,
        comparable={
            **_comparable(shared, year if shared is book else year_of(shared, *bounds)),
            **figures_at_risk(shared, risk),
        },
        outlook=outlook,
        returns=returns,
        stage_since=stage.on if (stage := initiative.stage_on(as_of)) else None,
        at_risk=figures_at_risk(book, risk),
        raised=_raised(initiative.scores),
        raises=initiative.raises,
        last_activity=initiative.last_activity,
    )


def _raised(scores: Mapping[str, Decimal]) -> tuple[str, ...]:
    """Causes scored above zero, worst first."""
    raised = [cause for cause, score in scores.items() if score > 0]
    return tuple(sorted(raised, key=lambda cause: (-scores[cause], cause)))


def returns_of(initiative: Initiative, book: Book, context: Context) -> Returns:
    """The tables behind the figures, and the figures that follow from them alone."""
    own = Dose(initiative.key, tuple(initiative.adoption), initiative.go_live)
    variance = variance_of(book, initiative.plan, initiative.adoption, initiative.go_live, initiative.kpis)
    return Returns(
        figures={
            "roi_discounted": discounted_return(book, initiative.discount_rate),
            **in_real_terms(book, context.prices, initiative.discount_rate),
            **variance_figures(variance, book.currency),
        },
        npv_profile=npv_profile(book),
        unit_costs=unit_costs(book, initiative.kpis, own.starts_on),
        flows=flow_rows(book),
        realisation=context.realisation,
        course=book.course,
        plan_version=initiative.plan.version if initiative.plan else None,
    )


def _books(initiative: Initiative, effects: list[KpiEffect], context: Context, frame: Frame) -> tuple[Book, Book]:
    """The initiative's money in its own currency and in the workspace's."""
    gains, carried = gains_of(effects), carried_of(effects, frame, middle_decay(initiative.drivers))
    course = course_of(initiative, context.realisation.median)

    def stated(currency: str) -> Book:
        return book_of(initiative, gains, frame, context.rates, currency, carried=carried, course=course)

    book = stated(initiative.currency)
    return book, book if initiative.currency == context.currency else stated(context.currency)


def _can_simulate(figures: Mapping[str, Figure]) -> bool:
    return figures["net"].value is not None


def _outlook(held: _Known, risk: Risk, context: Context, bounds: tuple[date, date]) -> Outlook:
    initiative, book = held.initiative, held.book
    ahead = months_ahead(book)
    grounds = Grounds(
        effects=held.effects,
        realisation=context.realisation,
        given_up=risk.given_up[:ahead] or (0.0,) * ahead,
        year_from=bounds[0],
        year_to=bounds[1],
        discount_rate=initiative.discount_rate,
        hurdle=initiative.hurdle,
        portfolio_hurdle=context.hurdle,
        may_be_late=initiative.go_live is None,
    )
    return outlook_of(initiative, book, grounds)


def verdict_of(figures: Mapping[str, Figure], hurdle: Decimal | None, frame: Frame) -> Verdict:
    """The chance of clearing the hurdle in a word, or of a positive return where no hurdle is set."""
    if frame.has_ended:
        return Verdict.ENDED
    chance = figures["chance_roi_positive" if hurdle is None else "chance_clears_hurdle"].value
    return judged(chance)


def judged(chance: Decimal | None) -> Verdict:
    """A chance in a word."""
    if chance is None:
        return Verdict.UNKNOWN
    if chance >= LIKELY_FROM:
        return Verdict.LIKELY
    return Verdict.UNLIKELY if chance <= UNLIKELY_TO else Verdict.UNCERTAIN


def risks_of(known: Sequence[_Known], context: Context, as_of: date) -> list[Risk]:
    """The failure risk of each, at the stage and scores that were known on that day."""
    longest = max((months_ahead(held.book) for held in known), default=0)
    return assess_all([subject_of(held.initiative, as_of) for held in known], context.risk, longest)


def _with_outlook(part: Part, outlook: Outlook | None, book: Book, shared: Book) -> Part:
    """The part with its quantiles; in another currency they are moved by the ratio of what is spent in both."""
    if outlook is None or part.problem is not None:
        return part
    own, other = (float(item.cost.total + item.cost_ahead.total) for item in (book, shared))
    return replace(part, quantiles=quantiles_in(outlook, other / own if own else 1.0))


def _comparable(book: Book, year: Mapping[str, Figure]) -> dict[str, Figure]:
    return {
        "net_to_date": difference(book, Reason.NO_COST, (book.proven,), (book.cost,)),
        "year_net": year["net_forecast"],
        "year_plan_net": year["net_plan"],
    }


def _money(book: Book) -> Money:
    return Money(
        months=months_from(book),
        benefits=by_label(book, *BENEFIT_GROUPS),
        costs=by_label(book, *COST_GROUPS),
        grades=by_grade(book),
        saved_time=by_saved_time(book, *SAVED_TIME_GROUPS),
    )


def _part(initiative: Initiative, book: Book, money: Money, roi: Figure, verdict: Verdict) -> Part:
    stage = initiative.stage_on(book.frame.as_of)
    problem = next((found for name in COLUMNS if (found := getattr(book, name).problem)), None)
    cash = cash_of_horizon(book)
    rate = initiative.discount_rate
    valued = problem is None and rate is not None and bool(cash)
    return Part(
        money=money,
        stage=stage.to if stage else FIRST_STAGE,
        verdict=verdict,
        key=initiative.key,
        npv=Decimal(repr(present_value(cash, rate))) if valued and rate is not None else None,
        first_flow=min(flow.on for flow in cash) if cash else None,
        problem=problem.where if problem else None,
        reason=Reason.NO_EXCHANGE_RATE if problem else roi.reason,
    )
