"""Present values and rates of return against published answers, and what must hold for any flows."""

import json
import math
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.core.cashflow.rates import Cash, internal_rates, internal_rates_of_all, modified_rate, present_value
from tests.core.facts import cash, day

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
SAMPLES = SHARED / "maths" / "pyxirr" / "tests" / "samples"
REFERENCE = SHARED / "derived" / "xirr_reference_dev.json"
EXCEL = cash(
    ("2008-01-01", -10000), ("2008-03-01", 2750), ("2008-10-30", 4250), ("2009-02-15", 3250), ("2009-04-01", 2750)
)


def yearly(*amounts: float) -> list[Cash]:
    first = date(2001, 1, 1)
    return [Cash(first + timedelta(days=365 * year), Decimal(str(sum_))) for year, sum_ in enumerate(amounts)]


def reference() -> list[dict[str, object]]:
    return json.loads(REFERENCE.read_text()) if REFERENCE.exists() else []


def test_rate_of_the_spreadsheet_documentation() -> None:
    """Microsoft's documentation of XIRR prints 0.373362535."""
    assert internal_rates(EXCEL) == (pytest.approx(0.373362535, abs=2e-9),)


def test_present_value_of_the_spreadsheet_documentation() -> None:
    """Microsoft's documentation of XNPV prints 2,086.65 at 9 %."""
    assert present_value(EXCEL, Decimal("0.09")) == pytest.approx(2086.6476, abs=5e-5)


def test_periodic_rate_of_numpy_financial() -> None:
    """numpy-financial's documentation of irr prints 0.28095."""
    assert internal_rates(yearly(-100, 39, 59, 55, 20)) == (pytest.approx(0.2809484, abs=5e-8),)


def test_modified_rate_of_the_spreadsheet_documentation() -> None:
    """Microsoft's documentation of MIRR prints 0.126094; it finances at 10 % and reinvests at 12 %, we use one rate.

    With one rate of 10 % the closed form gives (39000·1.1^4 + … + 46000)/120000 to the power of 1/5, less one.
    """
    flows = [-120000, 39000, 30000, 21000, 37000, 46000]
    received = sum(amount * 1.1 ** (5 - year) for year, amount in enumerate(flows) if amount > 0)
    assert modified_rate(yearly(*flows), Decimal("0.1")) == pytest.approx((received / 120000) ** 0.2 - 1, abs=1e-12)


def test_two_rates_are_both_found() -> None:
    """Root pair of the pump problem (Lorie and Savage 1955): 25 % and 400 %."""
    assert internal_rates(yearly(-1600, 10000, -10000)) == (pytest.approx(0.25), pytest.approx(4))


@pytest.mark.parametrize("amounts", [(1000, -3000, 2500), (-1, -2), (5, 1), (0, 0), ()])
def test_flows_without_a_rate_have_none(amounts: tuple[float, ...]) -> None:
    assert internal_rates(yearly(*amounts)) == ()


def test_a_curve_that_only_touches_zero_has_one_rate() -> None:
    assert internal_rates(yearly(1, -4, 4)) == (pytest.approx(1, abs=1e-9),)


def test_rates_close_together_are_told_apart() -> None:
    assert len(internal_rates(yearly(-1, 2.2, -1.2099999999))) == 2


@pytest.mark.timeout(20)
def test_flows_that_lie_centuries_apart_have_their_rates_too() -> None:
    same_again = cash(("2026-05-01", 1), ("2200-12-31", -1))
    doubled = cash(("1970-01-01", -1), ("2200-01-01", 2))
    years = (date(2200, 1, 1) - date(1970, 1, 1)).days / 365
    assert internal_rates(same_again) == pytest.approx([0.0], abs=1e-12)
    assert internal_rates(doubled) == pytest.approx([2 ** (1 / years) - 1])


def test_flows_need_no_order() -> None:
    assert internal_rates(EXCEL[::-1]) == pytest.approx(internal_rates(EXCEL), abs=1e-14)


@pytest.mark.shared_data
@pytest.mark.skipif(not REFERENCE.exists(), reason="needs ../shared/data beside the project")
@pytest.mark.parametrize("case", reference(), ids=lambda case: str(case["sample"]))
def test_published_samples_have_exactly_the_rates_owed(case: dict[str, object]) -> None:
    """Samples of the pyxirr project; all rates between -0.99 and 1,096 were found by scan and bisection."""
    lines = (line.split(",") for line in (SAMPLES / str(case["sample"])).read_text().splitlines() if line[:1].isdigit())
    found = internal_rates([Cash(day(on), Decimal(amount.strip())) for on, amount in lines])
    assert found == pytest.approx(tuple(case["roots"]), rel=1e-9, abs=1e-11)  # type: ignore[arg-type]


amounts = st.decimals(min_value=-10_000_000, max_value=10_000_000, places=2)
dates = st.dates(min_value=date(2015, 1, 1), max_value=date(2034, 12, 31))
flows = st.lists(st.builds(Cash, on=dates, amount=amounts), min_size=2, max_size=40)


@settings(max_examples=150, deadline=None)
@given(flows)
def test_present_value_at_every_found_rate_is_zero(found: list[Cash]) -> None:
    for rate in internal_rates(found):
        first = min(flow.on for flow in found)
        size = math.fsum(abs(float(f.amount)) * (1 + rate) ** (-(f.on - first).days / 365) for f in found)
        assert abs(present_value(found, Decimal(repr(rate)))) <= 1e-9 * size


@settings(max_examples=100, deadline=None)
@given(flows)
def test_the_number_of_rates_tells_the_signs_at_the_ends(found: list[Cash]) -> None:
    """Crossings change the sign: an odd number of simple roots lies between ends of different sign."""
    low, high = (present_value(found, Decimal(rate)) for rate in ("-0.99", "1096"))
    rates = internal_rates(found)
    if low and high and all(abs(a - b) > 1e-3 for a, b in pairwise(rates)):
        assert (len(rates) % 2 == 1) == (low * high < 0)


@settings(max_examples=100, deadline=None)
@given(flows, st.decimals(min_value="-0.5", max_value="2", places=3))
def test_present_values_add_up(found: list[Cash], rate: Decimal) -> None:
    first = Cash(min(flow.on for flow in found), Decimal(0))
    parts = math.fsum(present_value([first, flow], rate) for flow in found)
    assert parts == pytest.approx(present_value(found, rate), rel=1e-9, abs=1e-3)


def test_flows_of_one_day_that_cancel_leave_no_rate_behind() -> None:
    assert internal_rates(cash(("2015-01-01", 10**7), ("2015-01-01", -(10**7)), ("2018-02-01", "0.02"))) == ()


@settings(max_examples=40, deadline=None)
@given(st.lists(flows, min_size=2, max_size=6))
def test_flows_beside_others_have_the_rates_they_have_alone(portfolio: list[list[Cash]]) -> None:
    assert internal_rates_of_all(portfolio) == [internal_rates(found) for found in portfolio]
