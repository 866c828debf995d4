"""Realised against plan: the value per unit is the one that the case froze."""

from datetime import date
from decimal import Decimal

import pytest

from metrics.core.cashflow.tables import variance_of
from metrics.core.types import Kpi, Plan
from tests.core.facts import benefit, book, cost, gain, initiative

MINUTES = Kpi(
    "time",
    "Minutes",
    "minutes",
    "down",
    "monthly",
    "mean",
    "series",
    "cash",
    (),
    value_per_unit=Decimal(4),
    value_currency="EUR",
)


@pytest.mark.parametrize(("currency", "from_value"), [("EUR", 25), ("USD", 0)])
def test_a_value_per_unit_that_changed_since_the_case_is_told_apart(currency: str, from_value: int) -> None:
    facts = initiative([cost("2026-01-31", 10)], [benefit("2026-01-31", 80, "plan", grade="E")])
    plan = Plan(version=1, approved_on=date(2026, 1, 1), values={"time": (Decimal(3), currency)})
    found = variance_of(book(facts, gains=[gain("2026-01-31", 100, grade="B")]), plan, (), None, [MINUTES])
    assert found is not None
    assert found.value == from_value
