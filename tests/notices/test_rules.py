"""R6 and R8 of the alert catalogue: two thresholds each, and what happens to the alert."""

from datetime import date
from decimal import Decimal

import pytest

from notices.choices import AlertState, Severity
from notices.rules.overrun import Spend, cost_overrun
from notices.rules.stale import StaleKpi, reading_in, stale_data
from notices.rules.states import Seen, Standing, Step, Zone, step

MAY = date(2026, 5, 31)


def spend(spent: int, planned: int, forecast: int | None = None, whole: int | None = None) -> Spend:
    return Spend(
        MAY,
        "EUR",
        Decimal(spent),
        Decimal(planned),
        None if forecast is None else Decimal(forecast),
        None if whole is None else Decimal(whole),
        since=date(2026, 3, 31),
    )


def stale(days: int) -> Seen:
    return stale_data(StaleKpi("handle-time", "Handle time", date(2026, 5, 1), date(2026, 3, 16), days, 46))


@pytest.mark.parametrize(
    ("case", "zone"),
    [
        pytest.param(spend(340_001, 300_000), Zone.BREACH, id="over by 13 % and 40,001"),
        pytest.param(spend(330_000, 300_000), Zone.BETWEEN, id="exactly 10 % is not over"),
        pytest.param(spend(125_000, 100_000), Zone.BETWEEN, id="exactly 25,000 is not over"),
        pytest.param(spend(20_000, 10_000), Zone.CALM, id="double, but only 10,000"),
        pytest.param(spend(310_000, 300_000), Zone.CALM, id="3 % over"),
        pytest.param(spend(100_000, 100_000, 232_000, 200_000), Zone.BREACH, id="on course for 16 % over"),
        pytest.param(spend(100_000, 100_000, 220_000, 200_000), Zone.BETWEEN, id="on course for 10 % over"),
        pytest.param(spend(0, 0), Zone.UNKNOWN, id="no plan"),
    ],
)
def test_cost_overrun_opens_above_one_line_and_clears_below_another(case: Spend, zone: Zone) -> None:
    assert cost_overrun(case).zone is zone


def test_no_spending_to_compare_is_unknown() -> None:
    assert cost_overrun(None).zone is Zone.UNKNOWN


@pytest.mark.parametrize(("spent", "severity"), [(375_000, Severity.MEDIUM), (375_301, Severity.HIGH)])
def test_cost_overrun_is_high_above_a_quarter(spent: int, severity: Severity) -> None:
    assert cost_overrun(spend(spent, 300_000)).severity is severity


def test_cost_overrun_says_by_how_much_since_when_and_against_what() -> None:
    seen = cost_overrun(spend(360_000, 300_000))

    assert (seen.value, seen.threshold, seen.since) == (Decimal("0.2"), Decimal("0.10"), date(2026, 3, 31))


def test_an_overrun_ahead_compares_the_whole_forecast_with_the_whole_plan() -> None:
    seen = cost_overrun(spend(100_000, 100_000, 240_000, 200_000))

    assert (seen.value, seen.threshold, seen.detail["basis"]) == (Decimal("0.2"), Decimal("0.15"), "forecast")


@pytest.mark.parametrize(("days", "severity"), [(59, Severity.LOW), (60, Severity.MEDIUM)])
def test_stale_data_is_medium_from_sixty_days(days: int, severity: Severity) -> None:
    assert stale(days).severity is severity


def test_a_new_breach_opens() -> None:
    assert step(None, stale(50), day=MAY, first_look=False) is Step.OPEN


def test_the_first_look_opens_nothing_but_holds_it_for_a_person() -> None:
    assert step(None, stale(50), day=MAY, first_look=True) is Step.HOLD


def test_another_day_without_a_reading_changes_nothing() -> None:
    assert step(_standing(stale(50)), stale(51), day=MAY, first_look=False) is Step.NOTHING


def test_a_worse_severity_updates_the_alert() -> None:
    assert step(_standing(stale(50)), stale(60), day=MAY, first_look=False) is Step.UPDATE


def test_a_reading_clears_stale_data() -> None:
    assert step(_standing(stale(50)), reading_in("handle-time"), day=MAY, first_look=False) is Step.CLEAR


def test_no_data_neither_opens_nor_clears() -> None:
    before = (None, _standing(stale(50)))

    assert {step(each, cost_overrun(None), day=MAY, first_look=False) for each in before} == {Step.NOTHING}


def test_a_value_that_dances_on_the_opening_line_opens_once() -> None:
    seen = [cost_overrun(spend(spent, 300_000)) for spent in (331_000, 329_000, 332_000, 320_000, 331_500)]
    standing, steps = None, []
    for one in seen:
        steps.append(step(standing, one, day=MAY, first_look=False))
        standing = _standing(one)

    assert steps == [Step.OPEN, Step.UPDATE, Step.UPDATE, Step.UPDATE, Step.UPDATE]


def _standing(seen: Seen, state: AlertState = AlertState.OPEN) -> Standing:
    return Standing(state, seen.severity, seen.detail, MAY)
