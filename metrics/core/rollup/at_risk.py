"""What stands to be lost before production: chance of never getting there × benefit still to come, by cause."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from metrics.core.cashflow.book import Book, Group
from metrics.core.cashflow.figures import no_rate
from metrics.core.money import ZERO
from metrics.core.reasons import Reason
from metrics.core.results import Figure, amount, missing
from metrics.core.risk.model import Risk

USUAL = "usual"
POINTS = 100
EVEN = Decimal("0.5")
NAMED = 3


@dataclass(frozen=True, slots=True)
class AtRisk:
    """What an initiative before production stands to lose, unrounded and in one currency.

    `never` is the chance that it never reaches production; `benefit` what the months ahead are to bring, or None with
    the reason; `points` are the percentage points of each cause. `is_scored` says whether any cause is scored.
    """

    never: Decimal
    benefit: Decimal | None
    reason: Reason | None = None
    points: Mapping[str, Decimal] = field(default_factory=dict)
    is_scored: bool = False

    @property
    def value(self) -> Decimal | None:
        """Chance × benefit."""
        return None if self.benefit is None else self.never * self.benefit

    @property
    def by_cause(self) -> dict[str, Decimal]:
        """The value dealt out by points, USUAL being what is left without any cause; sums to it exactly."""
        if self.benefit is None:
            return {}
        found = {cause: points / POINTS * self.benefit for cause, points in self.points.items() if points}
        return {USUAL: self.never * self.benefit - sum(found.values(), ZERO), **found}


@dataclass(frozen=True, slots=True)
class CauseAtRisk:
    """What one cause puts at risk over all initiatives, and the ids of those where it is most, largest first."""

    cause: str
    value: Decimal
    initiatives: tuple[tuple[int, Decimal], ...]
    count: int


@dataclass(frozen=True, slots=True)
class TotalAtRisk:
    """What all initiatives before production stand to lose.

    `likelier` of them fail more often than not; `hanging` is the benefit still to come of those. `without` names the
    ids of initiatives whose benefit is not known, and why.
    """

    initiatives: int
    scored: int
    likelier: int
    hanging: Decimal
    benefit: Decimal
    value: Decimal
    causes: tuple[CauseAtRisk, ...]
    without: tuple[tuple[int, Reason], ...]


def figures_at_risk(book: Book, risk: Risk) -> dict[str, Figure]:
    """`benefit_ahead`, `spend_ahead` and `value_at_risk` in the book's currency; a reason once it is in production."""
    never, currency = risk.never_in_production, book.currency
    if never.value is None:
        over = missing(never.reason or Reason.ENDED, currency)
        return {"benefit_ahead": over, "spend_ahead": over, "value_at_risk": over}
    benefit = _ahead(book.benefit_ahead, currency, Reason.NO_FORECAST)
    return {
        "benefit_ahead": benefit,
        "spend_ahead": _ahead(book.cost_ahead, currency, Reason.NO_PLAN),
        "value_at_risk": benefit if benefit.value is None else _at_risk(book.benefit_ahead.total, never, currency),
    }


def at_risk_of(book: Book, risk: Risk, *, is_scored: bool) -> AtRisk | None:
    """An initiative's part of the portfolio's value at risk; None once it has reached production or ended."""
    never = risk.never_in_production.value
    if never is None:
        return None
    reason = _ahead(book.benefit_ahead, book.currency, Reason.NO_FORECAST).reason
    return AtRisk(
        never=never,
        benefit=None if reason else book.benefit_ahead.total,
        reason=reason,
        points={str(part.cause): part.points for part in risk.contributions},
        is_scored=is_scored,
    )


def total_at_risk(parts: Mapping[int, AtRisk]) -> TotalAtRisk:
    """The sums over `parts`, keyed by the id of their initiative; the causes sum to the total exactly."""
    likelier = [part for part in parts.values() if part.never > EVEN]
    return TotalAtRisk(
        initiatives=len(parts),
        scored=sum(part.is_scored for part in parts.values()),
        likelier=len(likelier),
        hanging=_sum(part.benefit for part in likelier),
        benefit=_sum(part.benefit for part in parts.values()),
        value=_sum(part.value for part in parts.values()),
        causes=_causes(parts),
        without=tuple((key, part.reason) for key, part in parts.items() if part.reason is not None),
    )


def signal_counts(signals: Iterable[Sequence[str]]) -> dict[str, int]:
    """How many initiatives show each signal, by code."""
    return dict(sorted(Counter(code for codes in signals for code in set(codes)).items()))


def _causes(parts: Mapping[int, AtRisk]) -> tuple[CauseAtRisk, ...]:
    """Every cause with the initiatives where it is most; the usual failure rate first, then the largest."""
    shares: dict[str, list[tuple[int, Decimal]]] = defaultdict(list)
    for key, part in parts.items():
        for cause, value in part.by_cause.items():
            shares[cause].append((key, value))
    found = [_cause(cause, rows) for cause, rows in shares.items()]
    return tuple(sorted(found, key=lambda each: (each.cause != USUAL, -each.value, each.cause)))


def _cause(cause: str, rows: Sequence[tuple[int, Decimal]]) -> CauseAtRisk:
    largest = sorted(rows, key=lambda row: (-abs(row[1]), row[0]))
    return CauseAtRisk(cause, _sum(value for _, value in rows), tuple(largest[:NAMED]), len(rows))


def _ahead(group: Group, currency: str, nothing: Reason) -> Figure:
    if group.problem:
        return no_rate(group.problem, currency)
    return amount(group.total, currency) if group.flows else missing(nothing, currency)


def _at_risk(benefit: Decimal, never: Figure, currency: str) -> Figure:
    """Chance × benefit, with the ends of the chance as ends."""
    low, high = (None if end is None else end * benefit for end in (never.low, never.high))
    return amount((never.value or ZERO) * benefit, currency, low=low, high=high, level=never.level)


def _sum(values: Iterable[Decimal | None]) -> Decimal:
    return sum((value for value in values if value is not None), ZERO)
