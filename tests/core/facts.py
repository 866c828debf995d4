"""Short ways to state the facts of an initiative in a test."""

from datetime import date
from decimal import Decimal
from typing import Any

from metrics.core.cashflow.book import Book, book_of, frame_of
from metrics.core.cashflow.figures import Terms, figures_of_all
from metrics.core.cashflow.rates import Cash
from metrics.core.money import Rate, RateTable
from metrics.core.results import Figure
from metrics.core.types import Basis, Benefit, Cost, Gain, Grade, Initiative, StagePoint

AS_OF = date(2026, 6, 15)
RATE = Decimal("0.08")


def day(text: str) -> date:
    return date.fromisoformat(text)


def cash(*flows: tuple[str, Any]) -> list[Cash]:
    return [Cash(day(on), Decimal(str(amount))) for on, amount in flows]


def cost(on: str, amount: Any, basis: str = "actual", category: str = "people", currency: str = "EUR") -> Cost:
    return Cost(day(on), Decimal(str(amount)), currency, category, Basis(basis))


def benefit(
    on: str, amount: Any, basis: str = "actual", grade: str = "L", kpi: str | None = None, currency: str = "EUR"
) -> Benefit:
    return Benefit(day(on), Decimal(str(amount)), currency, "cash", Basis(basis), Grade(grade), kpi)


def gain(on: str, amount: Any, grade: str = "D", kpi: str = "time") -> Gain:
    return Gain(day(on), Decimal(str(amount)), "EUR", "cash", Grade(grade), kpi)


def rate(on: str, quote: str, value: Any, base: str = "EUR") -> Rate:
    return Rate(day(on), base, quote, Decimal(str(value)))


def initiative(costs: Any = (), benefits: Any = (), stages: Any = (), **changes: Any) -> Initiative:
    facts: dict[str, Any] = {
        "key": "claims",
        "currency": "EUR",
        "horizon_months": 36,
        "planned_go_live": None,
        "go_live": None,
        "discount_rate": RATE,
        **changes,
    }
    points = [StagePoint(day(on), to) for on, to in stages]
    return Initiative(costs=list(costs), benefits=list(benefits), stages=points, **facts)


def book(facts: Initiative, as_of: date = AS_OF, gains: Any = (), rates: Any = (), currency: str | None = None) -> Book:
    return book_of(facts, list(gains), frame_of(facts, as_of), RateTable.of(rates), currency)


def figures(facts: Initiative, as_of: date = AS_OF, gains: Any = (), rates: Any = ()) -> dict[str, Figure]:
    terms = Terms(facts.horizon_months, facts.discount_rate, facts.hurdle)
    return figures_of_all([(book(facts, as_of, gains, rates), terms)])[0]


def value(figure: Figure) -> str:
    return str(figure.value)
