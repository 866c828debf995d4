"""Grades by their gates, refusals with what would help, and credits that never exceed what a KPI moved."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.core.attribution.effects import Effect
from metrics.core.attribution.estimates import Question, answer
from metrics.core.attribution.gates import adjusted
from metrics.core.money import PriceTable
from metrics.core.periods import add_months, month_end
from metrics.core.reasons import Reason
from metrics.core.types import Dated, Dose, Grade, Kpi, Preregistration, Reading, Trial

AS_OF = date(2026, 6, 30)
FIRST = date(2022, 1, 1)
LEVEL, NOISE = 100.0, 3.0


def ends(count: int) -> list[date]:
    return [month_end(add_months(FIRST, place)) for place in range(count)]


def readings(values: np.ndarray) -> tuple[Reading, ...]:
    return tuple(
        Reading(end, Decimal(repr(round(float(value), 6))))
        for end, value in zip(ends(len(values)), values, strict=True)
    )


def noise(count: int, seed: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=count) * NOISE


def kpi(effect: float = -12.0, before: int = 24, after: int = 12, controls: int = 0, **changes: object) -> Kpi:
    months = ends(before + after)
    step = np.array([0.0] * before + [1.0] * after)
    found = Kpi(
        key="time",
        name="Handling time",
        unit="minutes",
        direction="down",
        cadence="monthly",
        aggregation="mean",
        design="series",
        benefit_class="cash",
        readings=readings(LEVEL + noise(before + after) + effect * step),
        controls={f"c{n}": readings(LEVEL + noise(before + after, 50 + n)) for n in range(controls)},
        doses=(Dose("claims", (Dated(months[before], Decimal(1)),)),),
        baseline_from=months[0],
        baseline_to=months[before - 1],
        preregistration=Preregistration(
            months[max(before - 2, 0)],
            str(changes.get("design", "series")),
            "down",
            tuple(f"c{n}" for n in range(controls)),
        ),
    )
    return replace(found, **changes)  # type: ignore[arg-type]


def effect_of(found: Kpi, initiative: str = "claims") -> Effect:
    return answer([Question(found, initiative)], PriceTable(), AS_OF)[0]


def test_a_preregistered_series_has_grade_c_and_a_range_that_holds_the_truth() -> None:
    found = effect_of(kpi())
    assert found.grade is Grade.SERIES
    assert found.low95 is not None
    assert found.high95 is not None
    assert found.low95 < -12 < found.high95
    assert found.effect.low < found.effect.value < found.effect.high


def test_without_preregistration_the_grade_is_a_step_lower_and_says_so() -> None:
    found = effect_of(kpi(preregistration=None))
    assert (found.grade, found.judged) == (Grade.BEFORE_AFTER, Grade.SERIES)
    assert found.effect.low is None
    assert "not preregistered" in found.assumption


def test_a_preregistration_after_the_first_use_does_not_count() -> None:
    late = Preregistration(date(2026, 1, 1), "series", "down")
    assert effect_of(kpi(preregistration=late)).grade is Grade.BEFORE_AFTER


def test_controls_that_moved_alike_give_grade_b() -> None:
    assert effect_of(kpi(controls=3, design="controlled")).grade is Grade.CONTROLLED


def test_many_controls_are_weighted() -> None:
    found = effect_of(kpi(controls=10, design="controlled"))
    assert (found.grade, found.method) == (Grade.CONTROLLED, "synthetic difference in differences")


def test_controls_that_use_the_initiative_control_nothing() -> None:
    used = {name: (Dated(date(2024, 6, 30), Decimal("0.4")),) for name in ("c0", "c1", "c2")}
    found = effect_of(kpi(controls=3, design="controlled", control_doses=used))
    assert found.grade is Grade.SERIES
    assert "controls" in found.help


def weighted(rise: float) -> Kpi:
    """Ten controls that share the KPI's market; it alone rises eight months before the first use."""
    rng = np.random.default_rng(11)
    market = LEVEL + rng.normal(size=36).cumsum() * 4
    rows = [readings(market + rng.normal(size=36) * 0.3) for _ in range(10)]
    months = np.arange(36)
    own = market + rng.normal(size=36) * 0.3 + rise * (months >= 16) - 12.0 * (months >= 24)
    found = kpi(controls=10, design="controlled", readings=readings(own))
    return replace(found, controls={f"c{n}": row for n, row in enumerate(rows)})


def test_weighted_controls_that_see_an_effect_at_a_made_up_start_prove_nothing() -> None:
    assert effect_of(weighted(rise=0.0)).grade is Grade.CONTROLLED
    found = effect_of(weighted(rise=4.0))
    assert found.grade is not Grade.CONTROLLED
    assert "made-up start" in found.help


@pytest.mark.parametrize(("family", "odd"), [("log", "0"), ("rate", "1.5"), ("normal", "NaN")])
@pytest.mark.parametrize("count", [3, 9])
def test_a_control_that_cannot_be_read_is_left_out(family: str, odd: str, count: int) -> None:
    size = 1 / 400 if family == "rate" else 1.0
    found = kpi(controls=count, design="controlled", family=family, readings=readings((LEVEL + noise(36)) * size))
    rows = {f"c{n}": readings((LEVEL + noise(36, 50 + n)) * size) for n in range(count)}
    broken = replace(rows["c1"][3], value=Decimal(odd))
    one = replace(found, controls=rows | {"c1": (*rows["c1"][:3], broken, *rows["c1"][4:])})
    without = replace(found, controls={name: row for name, row in rows.items() if name != "c1"})
    assert effect_of(one) == effect_of(without)


def test_money_and_its_controls_are_brought_to_the_same_prices() -> None:
    """Prices double at the first use; neither the KPI nor its controls change in real terms."""
    months = ends(36)
    doubled = np.where(np.arange(36) >= 24, 2.0, 1.0)
    prices = PriceTable.of(
        {day.replace(day=1): Decimal(int(level * 100)) for day, level in zip(months, doubled, strict=True)}
    )
    rows = [readings((LEVEL + noise(36, seed)) * doubled) for seed in range(4)]
    controls = {f"c{n}": row for n, row in enumerate(rows[1:])}
    found = kpi(
        controls=3,
        design="controlled",
        readings=rows[0],
        unit_currency="EUR",
        targets=(Dated(months[-1], Decimal(130)),),
    )
    for design in ("controlled", "series"):
        effect = answer([Question(replace(found, controls=controls, design=design), "claims")], prices, AS_OF)[0]
        assert abs(effect.effect.value or 0) < 15


def test_money_from_before_the_first_price_level_is_not_mixed_with_later_prices() -> None:
    months = ends(36)
    prices = PriceTable.of({day.replace(day=1): Decimal(100 + place) for place, day in enumerate(months) if place > 5})
    found = answer([Question(kpi(unit_currency="EUR"), "claims")], prices, AS_OF)[0]
    assert found.effect.reason is Reason.UNUSABLE_READINGS
    assert "price level" in found.help


def test_a_trial_without_readings_from_before_has_an_effect_without_a_percentage() -> None:
    found = kpi(design="randomised", trials=(TRIAL,), targets=(Dated(date(2025, 1, 1), Decimal(80)),))
    effect = effect_of(replace(found, readings=found.readings[24:]))
    assert (effect.effect.value, effect.relative.reason) == (Decimal(-12), Reason.NO_BASELINE)


TRIAL = Trial(
    on=date(2025, 6, 30),
    allocated_on=date(2024, 1, 5),
    in_clusters=False,
    treated_count=40,
    control_count=40,
    treated_mean=Decimal(88),
    control_mean=Decimal(100),
    treated_deviation=Decimal(9),
    control_deviation=Decimal(10),
    logged_on=date(2024, 1, 5),
)


def test_a_trial_of_thirty_units_an_arm_gives_grade_a() -> None:
    found = effect_of(kpi(design="randomised", trials=(TRIAL,)))
    assert (found.grade, found.effect.value) == (Grade.RANDOMISED, Decimal(-12))


@pytest.mark.parametrize("unfit", [{"treated_count": 29}, {"logged_on": date(2025, 7, 1)}, {"logged_on": None}])
def test_a_trial_too_small_or_logged_afterwards_is_read_as_a_series(unfit: dict[str, object]) -> None:
    found = effect_of(kpi(design="randomised", trials=(replace(TRIAL, **unfit),)))  # type: ignore[arg-type]
    assert found.judged is Grade.SERIES


@pytest.mark.parametrize(
    ("changed", "reason", "months"),
    [
        ({"before": 7}, Reason.CANNOT_TELL_YET, None),
        ({"after": 2}, Reason.CANNOT_TELL_YET, 2),
        ({"redefined_on": date(2024, 1, 15)}, Reason.KPI_REDEFINED, None),
    ],
)
def test_too_little_is_refused_with_what_would_help(
    changed: dict[str, object], reason: Reason, months: int | None
) -> None:
    found = effect_of(kpi(**changed))  # type: ignore[arg-type]
    assert (found.grade, found.effect.reason, found.months_needed) == (None, reason, months)


def test_between_refusal_and_proof_the_answer_is_indicative() -> None:
    found = effect_of(kpi(before=10))
    assert found.grade is Grade.BEFORE_AFTER
    assert "12 readings" in found.help


def test_a_range_four_times_as_wide_as_the_effect_is_no_answer() -> None:
    found = effect_of(kpi(effect=0.0))
    assert found.effect.reason is Reason.CANNOT_TELL_YET
    assert "narrow it" in found.help


def test_a_level_shift_before_the_rollout_fails_the_placebo() -> None:
    shifted = LEVEL + noise(48) * 0.3
    shifted[24:] += 20
    found = effect_of(kpi(before=36, after=12, readings=readings(shifted)))
    assert found.grade is not Grade.SERIES


@pytest.mark.parametrize(
    "broken",
    [
        readings(np.full(36, 7.0)),
        readings(LEVEL + noise(1)),
        (Reading(date(2022, 1, 31), Decimal(10) ** 15),),
        (),
    ],
)
def test_what_cannot_be_modelled_is_a_reason(broken: tuple[Reading, ...]) -> None:
    found = effect_of(kpi(readings=broken))
    assert found.grade is None
    assert found.effect.reason is not None


def test_readings_of_10_to_the_15_are_modelled_like_others() -> None:
    small, large = (effect_of(replace(kpi(), readings=readings((LEVEL + noise(36)) * size))) for size in (1.0, 1e13))
    assert small.grade == large.grade


@settings(max_examples=15, deadline=None)
@given(st.floats(0.01, 1000))
def test_scaling_the_readings_scales_the_effect(scale: float) -> None:
    plain = kpi()
    scaled = replace(plain, readings=tuple(Reading(row.on, row.value * Decimal(repr(scale))) for row in plain.readings))
    one, other = effect_of(plain).effect.value, effect_of(scaled).effect.value
    assert one is not None
    assert other is not None
    assert float(other) == pytest.approx(float(one) * scale, rel=1e-5, abs=1e-5)


def test_the_ramp_of_adoption_is_the_dose() -> None:
    """A step would read a six-month ramp far too low (methods 1.4)."""
    before, after = 36, 12
    use = np.minimum(np.arange(1, after + 1) / 6, 1.0)
    values = LEVEL + noise(before + after) * 0.3
    values[before:] -= 20 * use
    months = ends(before + after)
    ramp = tuple(Dated(end, Decimal(repr(float(share)))) for end, share in zip(months[before:], use, strict=True))
    found = effect_of(kpi(before=before, after=after, readings=readings(values), doses=(Dose("claims", ramp),)))
    assert found.credits[-1].change == pytest.approx(Decimal(20), abs=Decimal(3))
    assert found.credits[0].change < found.credits[-1].change / 3


def shared(design: str, preregistered: bool = True) -> Kpi:
    months = ends(48)
    first, second = (Dose(name, (Dated(months[at], Decimal(1)),)) for name, at in (("claims", 24), ("chat", 36)))
    step = np.zeros(48)
    step[24:] -= 10
    step[36:] -= 6
    plain = kpi(before=24, after=24, readings=readings(LEVEL + noise(48) + step), doses=(first, second), design=design)
    return plain if preregistered else replace(plain, preregistration=None)


@pytest.mark.parametrize("design", ["series", "before_after", "claim"])
def test_credits_of_initiatives_that_share_a_kpi_add_up_to_the_joint_change(design: str) -> None:
    found = {name: effect_of(shared(design), name) for name in ("claims", "chat")}
    last = [effect.credits[-1].change for effect in found.values() if effect.credits]
    fallen = LEVEL - float(shared(design).readings[-1].value)
    assert len(last) == 2
    assert float(sum(last)) == pytest.approx(fallen, abs=4 * NOISE)
    assert all(change >= 0 for change in last)


@pytest.mark.parametrize("controls", [3, 10])
@pytest.mark.parametrize("begins", [(24, 36), (24, 24), (24, 24, 36)])
def test_initiatives_that_share_a_kpi_with_controls_are_credited_with_its_move_once(
    controls: int, begins: tuple[int, ...]
) -> None:
    """Ten controls ask for weighted ones, which know of one use only; two that began together are estimated as one."""
    months, step = ends(48), np.zeros(48)
    for begin in begins:
        step[begin:] -= 10
    doses = tuple(Dose(f"one{place}", (Dated(months[begin], Decimal(1)),)) for place, begin in enumerate(begins))
    quiet = {f"c{place}": readings(LEVEL + noise(48, 50 + place) / 3) for place in range(controls)}
    plain = kpi(before=24, after=24, controls=controls, design="controlled", doses=doses)
    moved = replace(plain, controls=quiet, readings=readings(LEVEL + noise(48) / 3 + step))
    credits = [float(effect_of(moved, dose.initiative).credits[-1].change) for dose in doses]
    assert sum(credits) == pytest.approx(10 * len(begins), abs=NOISE)


def test_a_trial_on_a_shared_kpi_credits_nobody_with_what_the_others_changed() -> None:
    tried = replace(shared("randomised"), trials=(TRIAL,))
    found = [effect_of(tried, name).credits[-1].change for name in ("claims", "chat")]
    assert found == [effect_of(shared("series"), name).credits[-1].change for name in ("claims", "chat")]


def test_a_credit_names_the_use_of_its_own_initiative() -> None:
    found = shared("series")
    half = replace(found.doses[1], adoption=(replace(found.doses[1].adoption[0], value=Decimal("0.5")),))
    credits = effect_of(replace(found, doses=(found.doses[0], half)), "chat").credits
    assert {credit.dose for credit in credits} == {Decimal("0.5")}


def test_the_order_of_those_who_share_changes_nothing() -> None:
    found = shared("series")
    turned = replace(found, doses=found.doses[::-1])
    assert effect_of(found, "chat").effect == effect_of(turned, "chat").effect


def test_two_rollouts_within_three_periods_are_not_told_apart() -> None:
    months = ends(36)
    doses = tuple(Dose(name, (Dated(months[at], Decimal(1)),)) for name, at in (("claims", 24), ("chat", 26)))
    found = effect_of(kpi(doses=doses))
    assert found.grade is Grade.BEFORE_AFTER
    assert "within three periods" in found.help


def test_periods_without_a_reading_count_between_two_rollouts() -> None:
    """Five months apart; with the months between them unread only two readings lie between."""
    plain = shared("series")
    months = ends(48)
    doses = tuple(Dose(name, (Dated(months[at], Decimal(1)),)) for name, at in (("claims", 24), ("chat", 29)))
    kept = tuple(row for place, row in enumerate(plain.readings) if place not in {25, 26, 27})
    found = effect_of(replace(plain, readings=kept, doses=doses))
    assert "within three periods" not in found.help


def test_answers_do_not_depend_on_what_is_asked_beside() -> None:
    alone = effect_of(kpi())
    others = [Question(replace(kpi(effect=-5.0 * n), key=f"k{n}"), "claims") for n in range(1, 4)]
    together = answer([*others, Question(kpi(), "claims")], PriceTable(), AS_OF)[-1]
    assert together.effect == alone.effect


def test_a_series_of_weeks_and_a_series_of_days_have_answers() -> None:
    days = 400
    values = LEVEL + noise(days) - 15 * (np.arange(days) >= 280)
    daily = tuple(
        Reading(date.fromordinal(date(2024, 1, 1).toordinal() + n), Decimal(repr(float(value))))
        for n, value in enumerate(values)
    )
    start = daily[280].on
    found = kpi(readings=daily, cadence="daily", doses=(Dose("claims", (Dated(start, Decimal(1)),)),))
    found = replace(found, preregistration=Preregistration(date(2024, 1, 2), "series", "down"))
    assert effect_of(found).effect.value == pytest.approx(Decimal(-15), abs=Decimal(4))


def test_adjusted_p_values_follow_benjamini_and_hochberg() -> None:
    """Worked by hand after Benjamini and Hochberg 1995."""
    assert adjusted([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.04, 0.04])


@pytest.mark.parametrize("family", ["log", "count"])
def test_skewed_kpis_and_counts_are_read_as_ratios(family: str) -> None:
    values = np.round(np.exp(np.log(200) + noise(36) / 30 + np.log(0.7) * (np.arange(36) >= 24)))
    found = effect_of(kpi(readings=readings(values), family=family))
    assert found.relative.value == pytest.approx(Decimal("-0.3"), abs=Decimal("0.06"))


def test_a_rate_uses_its_numerator_and_denominator() -> None:
    rng = np.random.default_rng(8)
    done = rng.binomial(400, np.where(np.arange(36) >= 24, 0.30, 0.20))
    rows = tuple(
        Reading(end, Decimal(int(count)) / 400, Decimal(int(count)), Decimal(400))
        for end, count in zip(ends(36), done, strict=True)
    )
    found = effect_of(kpi(readings=rows, family="rate", direction="up", preregistration=None))
    assert found.effect.value == pytest.approx(Decimal("0.10"), abs=Decimal("0.03"))


@pytest.mark.parametrize("family", ["normal", "count"])
def test_a_pre_period_too_even_for_a_made_up_start_is_a_reason_and_spoils_no_other(family: str) -> None:
    """Sixteen months without a case, then a few; the series beside it has the same months."""
    cases = np.zeros(36)
    cases[[17, 20, 21, 28, 30, 33]] = 1
    odd = Question(replace(kpi(readings=readings(cases), family=family), key="odd"), "claims")
    found, beside = answer([odd, Question(kpi(), "claims")], PriceTable(), AS_OF)
    assert found.effect.reason is Reason.UNUSABLE_READINGS
    assert beside.grade is Grade.SERIES


@pytest.mark.parametrize("exposed", [False, True])
def test_few_cases_are_read_as_they_are_since_half_a_case_would_hide_a_change(exposed: bool) -> None:
    """Two cases in three months fall to none: log ratios with half a case added read a third of it."""
    before, after = np.tile([0.0, 1, 1, 0, 2, 0], 8), np.zeros(24)
    values = np.concatenate([before, after])
    rows = tuple(Reading(row.on, row.value / 2, row.value, Decimal(2)) if exposed else row for row in readings(values))
    found = effect_of(kpi(before=48, after=24, readings=rows, family="count"))
    assert found.low95 is not None
    assert found.low95 < (-1 if exposed else -2) * Decimal(1) / 3 < (found.high95 or 0)
    assert found.effect.value == pytest.approx(Decimal("-0.33" if exposed else "-0.67"), abs=Decimal("0.15"))


def test_controls_that_were_not_frozen_cost_a_step() -> None:
    found = kpi(controls=3, design="controlled")
    frozen = replace(found.preregistration, controls=("c0",))  # type: ignore[type-var]
    effect = effect_of(replace(found, preregistration=frozen))
    assert (effect.grade, effect.judged) == (Grade.SERIES, Grade.CONTROLLED)
