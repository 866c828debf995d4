"""Whatever the readings are, each question has a finite value or a reason, and never stops the others."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.core.attribution.effects import Effect
from metrics.core.attribution.estimates import Question, answer
from metrics.core.attribution.planned import outlook
from metrics.core.money import PriceTable
from metrics.core.periods import add_months, month_end, period_end
from metrics.core.types import Dated, Dose, Kpi, Preregistration, Reading, Trial

AS_OF = date(2030, 12, 31)
FIRST = date(2020, 1, 1)
DAYS = {"daily": 1, "weekly": 7}
INDEX = PriceTable((date(2020, 6, 1), date(2021, 6, 1)), (Decimal(100), Decimal(110)), Decimal("0.02"))
FINITE = st.one_of(
    st.integers(0, 3),
    st.integers(-(10**15), 10**15),
    st.decimals(-1000, 1000, places=4),
    st.decimals("1e-10", "1e-6", places=12),
    st.sampled_from([0, 1, 10**15]),
).map(Decimal)
NUMBERS = st.one_of(FINITE, FINITE, st.sampled_from([Decimal("NaN"), Decimal("Infinity")]))


def day_of(cadence: str, place: int) -> date:
    if cadence in DAYS:
        return date.fromordinal(FIRST.toordinal() + DAYS[cadence] * place)
    return period_end(add_months(FIRST, place * (3 if cadence == "quarterly" else 1)), cadence)


@st.composite
def rows(draw: st.DrawFn, cadence: str) -> tuple[Reading, ...]:
    """Readings of any shape: constant, noisy, jumping, with gaps, with and without numerators."""
    count = draw(st.sampled_from([0, 1, 2, 5, 14, 24, 40]))
    kind = draw(st.sampled_from(["any", "equal", "noisy", "few"]))
    level = draw(NUMBERS)
    noise = draw(st.lists(st.integers(-50, 50), min_size=count, max_size=count))
    odd = draw(st.lists(NUMBERS, min_size=count, max_size=count)) if kind == "any" else []
    values = {
        "any": lambda: odd,
        "equal": lambda: [level] * count,
        "noisy": lambda: [level + row for row in noise],
        "few": lambda: [Decimal(max(row - 45, 0)) for row in noise],
    }[kind]()
    exposure = draw(st.sampled_from([None, Decimal(0), Decimal(1), Decimal(400)]))
    kept = draw(st.lists(st.integers(0, 9), min_size=count, max_size=count))
    return tuple(
        Reading(day_of(cadence, place), value, None if exposure is None else value, exposure)
        for place, (value, keep) in enumerate(zip(values, kept, strict=True))
        if keep
    )


@st.composite
def doses(draw: st.DrawFn, name: str) -> Dose:
    start = draw(st.integers(0, 30))
    shares = draw(st.lists(st.sampled_from(["0", "0.00001", "0.01", "0.5", "1"]), max_size=6))
    adoption = tuple(Dated(month_end(add_months(FIRST, start + n)), Decimal(share)) for n, share in enumerate(shares))
    return Dose(name, adoption, draw(st.sampled_from([None, month_end(add_months(FIRST, start))])))


@st.composite
def kpis(draw: st.DrawFn) -> Kpi:
    cadence = draw(st.sampled_from(["monthly", "monthly", "weekly", "daily", "quarterly"]))
    design = draw(st.sampled_from(["series", "controlled", "randomised", "before_after", "claim"]))
    count = draw(st.sampled_from([0, 1, 3, 9]))
    own = draw(rows(cadence))
    turn = [replace(row, value=row.value + n) for n, row in enumerate(own)]
    controls = {f"c{n}": draw(st.one_of(rows(cadence), st.just(own), st.just(tuple(turn)))) for n in range(count)}
    trial = Trial(
        date(2022, 1, 1), FIRST, draw(st.booleans()), 40, 40, draw(FINITE), draw(FINITE), draw(FINITE),
        draw(FINITE), FIRST,
    )  # fmt: skip
    return Kpi(
        key="k",
        name="k",
        unit="",
        direction=draw(st.sampled_from(["up", "down"])),
        cadence=cadence,
        aggregation=draw(st.sampled_from(["mean", "sum", "last", "ratio"])),
        design=design,
        benefit_class="cash",
        readings=own,
        family=draw(st.sampled_from(["normal", "log", "count", "rate"])),
        unit_currency=draw(st.sampled_from([None, "EUR"])),
        controls=controls,
        doses=tuple(draw(doses(name)) for name in ("one", "two", "three")[: draw(st.integers(0, 3))]),
        preregistration=draw(st.sampled_from([None, Preregistration(FIRST, design, "up", tuple(controls))])),
        trials=(trial,) if draw(st.booleans()) else (),
        baseline_from=FIRST,
        baseline_to=date(2021, 12, 31),
        redefined_on=draw(st.sampled_from([None, None, date(2020, 3, 1), date(2022, 1, 1)])),
        targets=(Dated(AS_OF, draw(FINITE)),) if draw(st.booleans()) else (),
    )


def numbers(effect: Effect) -> Sequence[Decimal | float | None]:
    spread = effect.spread
    told = [effect.effect.value, effect.effect.low, effect.effect.high, effect.relative.value, effect.improvement]
    told += [effect.low95, effect.high95, effect.p_value, effect.share]
    told += [number for credit in effect.credits for number in (credit.change, credit.dose, credit.reading)]
    return [*told, *([] if spread is None else [spread.mean, spread.deviation, spread.degrees])]


@pytest.mark.filterwarnings("error::RuntimeWarning")
@settings(max_examples=120, deadline=None)
@given(st.lists(kpis(), min_size=1, max_size=3), st.sampled_from([PriceTable(), INDEX]))
def test_any_readings_are_a_finite_value_or_a_reason(found: list[Kpi], prices: PriceTable) -> None:
    effects = answer([Question(kpi, "one") for kpi in found], prices, AS_OF)
    assert len(effects) == len(found)
    for effect in effects:
        assert (effect.effect.value is None) != (effect.effect.reason is None)
        assert all(number is None or math.isfinite(number) for number in numbers(effect))
        if effect.low95 is not None:
            assert effect.low95 <= effect.high95


@pytest.mark.filterwarnings("error::RuntimeWarning")
@settings(max_examples=60, deadline=None)
@given(kpis(), st.sampled_from([PriceTable(), INDEX]))
def test_any_history_shows_a_finite_smallest_change_or_a_reason(found: Kpi, prices: PriceTable) -> None:
    for each in outlook(found, prices, AS_OF).detectable:
        assert each.change.reason is not None or (each.change.value is not None and each.change.value.is_finite())
