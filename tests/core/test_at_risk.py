"""Value at risk: its parts by cause add up, and what is not known is named."""

from decimal import Decimal
from fractions import Fraction

from metrics.core.reasons import Reason
from metrics.core.rollup.at_risk import USUAL, AtRisk, signal_counts, total_at_risk

PILOT = AtRisk(
    never=Decimal("0.713"),
    benefit=Decimal(1_000_000),
    points={"integration": Decimal("6.5"), "data_governance": Decimal("-3.3")},
    is_scored=True,
)
BUILD = AtRisk(never=Decimal("0.41"), benefit=Decimal("333.333333"))
UNKNOWN = AtRisk(never=Decimal("0.79"), benefit=None, reason=Reason.NO_FORECAST)


def test_the_causes_and_the_usual_rate_add_up_to_chance_times_benefit() -> None:
    assert PILOT.value == Decimal(713_000)
    assert PILOT.by_cause == {USUAL: 681_000, "integration": 65_000, "data_governance": -33_000}


def test_totals_add_up_by_cause_to_the_digit() -> None:
    total = total_at_risk({1: PILOT, 2: BUILD, 3: UNKNOWN})
    assert sum(Fraction(each.value) for each in total.causes) == Fraction(total.value)
    assert total.value == Decimal(713_000) + Decimal("0.41") * Decimal("333.333333")


def test_the_usual_rate_stands_first_then_the_largest_cause() -> None:
    found = total_at_risk({1: PILOT, 2: BUILD, 3: UNKNOWN}).causes
    assert [each.cause for each in found] == [USUAL, "integration", "data_governance"]
    assert found[0].initiatives == ((1, Decimal(681_000)), (2, Decimal("0.41") * Decimal("333.333333")))


def test_an_initiative_without_forecast_is_named_and_adds_nothing() -> None:
    total = total_at_risk({3: UNKNOWN})
    assert (total.without, total.value, total.likelier, total.causes) == (((3, Reason.NO_FORECAST),), 0, 1, ())


def test_only_chances_above_a_half_are_likelier_than_not() -> None:
    even = AtRisk(never=Decimal("0.5"), benefit=Decimal(7))
    total = total_at_risk({1: PILOT, 2: even})
    assert (total.likelier, total.hanging, total.benefit) == (1, Decimal(1_000_000), Decimal(1_000_007))


def test_an_initiative_counts_once_for_each_signal_it_shows() -> None:
    assert signal_counts([("STALE_KPI", "STALE_KPI", "DORMANT"), ("DORMANT",), ()]) == {"DORMANT": 2, "STALE_KPI": 1}
