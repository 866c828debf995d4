"""All money of one initiative in one currency, sorted by what may be added to what (semantics 5, 7, 9, 13, 14)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from metrics.core.cashflow.course import AS_RECORDED, Course
from metrics.core.money import ONE, ZERO, MissingRate, RateTable
from metrics.core.periods import add_months, last_full_month, month_start, months_between
from metrics.core.types import CAPACITY, PROVEN, Basis, Benefit, Cost, Gain, Grade, Initiative, Origin, SavedTime

ENDS = frozenset({"retired", "abandoned"})
Line: TypeAlias = Cost | Benefit | Gain
KpiMonth: TypeAlias = tuple[str | None, date]


@dataclass(frozen=True, slots=True)
class Frame:
    """The dates that bound an initiative's figures."""

    as_of: date
    inception: date | None
    horizon_end: date | None
    actuals_through: date
    has_ended: bool

    @property
    def is_running(self) -> bool:
        """Whether months of the horizon are still ahead of an initiative that has not ended."""
        return not self.has_ended and (self.horizon_end is None or self.horizon_end > self.as_of)

    def holds(self, on: date) -> bool:
        """Whether a flow of that day lies within the horizon."""
        return self.horizon_end is None or on <= self.horizon_end


@dataclass(frozen=True, slots=True)
class Flow:
    """An amount in the book's currency; `label` is the cost category or the benefit class.

    `origin` says which rule brings money ahead; `low` and `high` are the 80 % range of an effect's money. `source` is
    the amount as recorded with its currency, `ref` the record that it comes from; `went` where saved time went.
    """

    on: date
    amount: Decimal
    label: str
    basis: Basis
    grade: Grade | None = None
    kpi: str | None = None
    origin: Origin | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    source: tuple[Decimal, str] | None = None
    ref: str = ""
    went: SavedTime | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Flows of one kind, or the exchange rate that is missing to state them."""

    flows: tuple[Flow, ...] = ()
    problem: MissingRate | None = None

    @property
    def total(self) -> Decimal:
        """Unrounded sum."""
        return sum((flow.amount for flow in self.flows), ZERO)

    def between(self, first: date, last: date) -> Group:
        """The same group with the flows from `first` to `last` only."""
        return Group(tuple(flow for flow in self.flows if first <= flow.on <= last), self.problem)


@dataclass(frozen=True, slots=True)
class Book:
    """The groups of one initiative. Proven, indicative and claimed money is never added up.

    `benefit_ahead` comes as late, as slowly and as lastingly as `course` says; `benefit_unmoved` is the same on the
    dates of its lines.
    """

    currency: str
    frame: Frame
    cost: Group
    cost_ahead: Group
    proven: Group
    benefit_ahead: Group
    benefit_unmoved: Group
    indicative: Group
    claimed: Group
    plan_cost: Group
    plan_benefit: Group
    left_out: int
    course: Course

    @property
    def plan_cost_due(self) -> Group:
        """Planned costs up to `as_of`."""
        return self.plan_cost.between(date.min, self.frame.as_of)

    @property
    def plan_benefit_due(self) -> Group:
        """Planned benefits up to `as_of`."""
        return self.plan_benefit.between(date.min, self.frame.as_of)


def frame_of(initiative: Initiative, as_of: date) -> Frame:
    """The dates that bound the figures of `initiative` at the end of `as_of`."""
    dates = [cost.on for cost in initiative.costs if cost.basis is not Basis.PLAN]
    inception = min(dates, default=None)
    planned = min((cost.on for cost in initiative.costs), default=None)
    start = initiative.go_live or initiative.planned_go_live or inception or planned
    stage = initiative.stage_on(as_of)
    return Frame(
        as_of=as_of,
        inception=inception,
        horizon_end=add_months(start, initiative.horizon_months) if start else None,
        actuals_through=initiative.closed_through or last_full_month(as_of),
        has_ended=stage is not None and stage.to in ENDS,
    )


def book_of(
    initiative: Initiative,
    gains: Sequence[Gain],
    frame: Frame,
    rates: RateTable,
    currency: str | None = None,
    *,
    carried: Sequence[Gain] = (),
    course: Course = AS_RECORDED,
) -> Book:
    """Every flow of `initiative` in `currency` (its own unless given).

    `gains` is the money of KPI effects, `carried` the same carried on into the months ahead, and `course` what is
    expected of the lines ahead. Flows after the horizon's end are left out and counted. Nothing is planned or forecast
    any more once the initiative has ended.
    """
    target = currency or initiative.currency
    costs = _by_basis(initiative.costs, frame)
    benefits = _by_basis(initiative.benefits, frame)
    proven, indicative, claimed = _by_evidence(benefits[Basis.ACTUAL], _within(gains, frame))

    def stated(lines: Iterable[Line]) -> Group:
        return _stated(lines, target, rates)

    def ahead(
        lines: Mapping[Basis, list[Line]], booked: Group, shares: tuple[Decimal, Decimal], more: Sequence[Line] = ()
    ) -> Group:
        forecast = _stated(lines[Basis.FORECAST], target, rates, Ahead(Origin.FORECAST, shares[0]))
        carried_on = _stated(more, target, rates, Ahead(Origin.CARRIED))
        plan = _stated(_still_ahead(lines[Basis.PLAN], frame), target, rates, Ahead(Origin.PLAN, shares[1]))
        return _ahead((forecast, carried_on, plan), booked, frame)

    cost, proven_group = stated(costs[Basis.ACTUAL]), stated(proven)
    coming = [gain for gain in carried if frame.holds(gain.on) and gain.on > frame.actuals_through]
    unmoved = ahead(benefits, proven_group, (course.forecast, course.plan), coming)
    return Book(
        currency=target,
        frame=frame,
        cost=cost,
        cost_ahead=ahead(costs, cost, (course.cost, course.cost)),
        proven=proven_group,
        benefit_ahead=_on_course(unmoved, course, frame) if course.moves else unmoved,
        benefit_unmoved=unmoved,
        indicative=stated(indicative),
        claimed=stated(claimed),
        plan_cost=_stated(costs[Basis.PLAN], target, rates, Ahead()),
        plan_benefit=_stated(benefits[Basis.PLAN], target, rates, Ahead()),
        left_out=_left_out((initiative.costs, initiative.benefits, gains), frame),
        course=course,
    )


def _within(lines: Iterable[Gain], frame: Frame) -> list[Gain]:
    return [line for line in lines if line.on <= frame.as_of and frame.holds(line.on)]


def _by_basis(lines: Iterable[Cost | Benefit], frame: Frame) -> dict[Basis, list[Line]]:
    found: dict[Basis, list[Line]] = {basis: [] for basis in Basis}
    for line in lines:
        if frame.holds(line.on) and (line.basis is not Basis.ACTUAL or line.on <= frame.as_of):
            found[line.basis].append(line)
    return found


def _left_out(groups: Iterable[Sequence[Line]], frame: Frame) -> int:
    return sum(not frame.holds(line.on) for group in groups for line in group)


def _still_ahead(lines: Iterable[Line], frame: Frame) -> list[Line]:
    this_month = month_start(frame.as_of)
    return [line for line in lines if line.on >= this_month]


def _by_evidence(lines: Sequence[Line], gains: Sequence[Gain]) -> tuple[list[Line], list[Line], list[Line]]:
    """Proven, indicative and claimed lines; for one KPI and month the ledger goes before the effect before a claim."""
    actual = [line for line in lines if isinstance(line, Benefit)]
    ledger = [line for line in actual if line.grade is Grade.LEDGER]
    booked = {_kpi_month(line) for line in ledger}
    effects = [gain for gain in gains if _kpi_month(gain) not in booked]
    known = booked | {_kpi_month(gain) for gain in effects}
    claims = [line for line in actual if line.grade is not Grade.LEDGER]
    claims = [line for line in claims if line.kpi is None or _kpi_month(line) not in known]
    proven: list[Line] = [*ledger, *(gain for gain in effects if gain.grade in PROVEN)]
    indicative: list[Line] = [gain for gain in effects if gain.grade is Grade.BEFORE_AFTER]
    claimed: list[Line] = [*claims, *(gain for gain in effects if gain.grade is Grade.CLAIM)]
    return proven, indicative, claimed


def _kpi_month(line: Benefit | Gain) -> KpiMonth:
    return line.kpi, month_start(line.on)


@dataclass(frozen=True, slots=True)
class Ahead:
    """Money that has not moved yet: by which rule it comes and what share of it is expected."""

    origin: Origin | None = None
    share: Decimal = ONE


def _stated(lines: Iterable[Line], target: str, rates: RateTable, ahead: Ahead | None = None) -> Group:
    try:
        return Group(tuple(_flow(line, target, rates, ahead) for line in lines))
    except MissingRate as problem:
        return Group(problem=problem)


def _flow(line: Line, target: str, rates: RateTable, ahead: Ahead | None) -> Flow:
    amount = line.amount
    if line.currency != target:
        amount = rates.convert(amount, line.currency, target, line.on, last_known=ahead is not None)
    if ahead is not None and ahead.share != ONE:
        amount *= ahead.share
    origin = ahead.origin if ahead else None
    source = (line.amount, line.currency)
    if isinstance(line, Cost):
        return Flow(line.on, amount, line.category, line.basis, None, None, origin, None, None, source, line.ref)
    if isinstance(line, Benefit):
        label, grade = line.benefit_class, line.grade if line.basis is Basis.ACTUAL else None
        went = SavedTime.UNKNOWN if label == CAPACITY else None
        return Flow(line.on, amount, label, line.basis, grade, line.kpi, origin, None, None, source, line.ref, went)
    low, high = (None if end is None else end * _ratio(amount, line.amount) for end in (line.low, line.high))
    basis = Basis.ACTUAL if ahead is None else Basis.FORECAST
    label, grade = line.benefit_class, line.grade
    return Flow(line.on, amount, label, basis, grade, line.kpi, origin, low, high, source, line.ref, line.went)


def _ratio(amount: Decimal, source: Decimal) -> Decimal:
    return amount / source if source and amount != source else ONE


def _on_course(group: Group, course: Course, frame: Frame) -> Group:
    """The lines of a group as late, as slowly and as lastingly as expected; money carried on is in use already."""
    begins = course.begins(frame.as_of, lines_of(group))
    return Group(
        tuple(flow if flow.origin is Origin.CARRIED else _moved(flow, course, frame, begins) for flow in group.flows),
        group.problem,
    )


def lines_of(group: Group) -> list[date]:
    """The days of the forecast and plan lines of a group."""
    return [flow.on for flow in group.flows if flow.origin is not Origin.CARRIED]


def _moved(flow: Flow, course: Course, frame: Frame, begins: int) -> Flow:
    """What is moved beyond the month of the horizon's end counts as nothing, on its last day."""
    month = max(months_between(frame.as_of, flow.on), 0)
    on = add_months(max(flow.on, month_start(frame.as_of)), course.late) if course.late else flow.on
    share, end = course.share(month, begins), frame.horizon_end
    if end is None or on <= end:
        return replace(flow, on=on, amount=flow.amount * share)
    return replace(flow, on=end, amount=flow.amount * share if months_between(end, on) == 0 else ZERO)


def _ahead(groups: Sequence[Group], booked: Group, frame: Frame) -> Group:
    """What is still to come after the last closed month, each month by the first group that has anything for it:
    forecast lines, else proven effects carried on, else plan lines.

    In a month that is still open the lines count only for what exceeds the actuals booked so far, per label.
    """
    problem = next((group.problem for group in (*groups, booked) if group.problem), None)
    if frame.has_ended or problem:
        return Group(problem=problem)
    already: dict[tuple[date, str], Decimal] = defaultdict(Decimal)
    for flow in booked.flows:
        already[month_start(flow.on), flow.label] += flow.amount
    chosen: list[Flow] = []
    for group in groups:
        known = {month_start(flow.on) for flow in chosen}
        chosen += [flow for flow in group.flows if month_start(flow.on) not in known]
    return Group(tuple(_remaining([flow for flow in chosen if flow.on > frame.actuals_through], already)))


def _remaining(flows: Sequence[Flow], already: Mapping[tuple[date, str], Decimal]) -> Iterable[Flow]:
    expected: dict[tuple[date, str], Decimal] = defaultdict(Decimal)
    for flow in flows:
        expected[month_start(flow.on), flow.label] += flow.amount
    for flow in flows:
        place = month_start(flow.on), flow.label
        share = _open_share(expected[place], already.get(place, ZERO))
        if share == ONE:
            yield flow
        elif share:
            yield replace(flow, amount=flow.amount * share)


def _open_share(expected: Decimal, booked: Decimal) -> Decimal:
    """The share of `expected` that `booked` has not used up yet; credits count the other way round."""
    if not booked or not expected:
        return ONE
    beyond: Callable[[Decimal, Decimal], Decimal] = max if expected > 0 else min
    return beyond(expected - booked, ZERO) / expected
