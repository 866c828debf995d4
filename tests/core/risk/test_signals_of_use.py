"""When use falls."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from metrics.core.risk.signals.use import falling_adoption, in_use_since
from metrics.core.types import Dated, StagePoint

ENDS = [date(2026, month, day) for month, day in ((1, 31), (2, 28), (3, 31), (4, 30), (5, 31), (6, 30), (7, 31))]


def monthly(*shares):
    return falling_adoption(
        [Dated(on, Decimal(share)) for on, share in zip(ENDS, shares, strict=False) if share is not None]
    )


@pytest.mark.parametrize(
    ("shares", "falls"),
    [
        (("0.60", "0.60", "0.50", "0.50"), True),
        (("0.60", "0.60", "0.5001", "0.5001"), False),
        (("0.20", "0.20", "0.15", "0.15"), True),
        (("0.20", "0.20", "0.1501", "0.1501"), False),
        (("0.08", "0.08", "0.0501", "0.0501"), False),
        (("0.08", "0.08", "0.05", "0.05"), True),
        (("0.60", "0.60", "0.50"), False),
        (("0.60", "0.60", "0.40", "0.60"), False),
        (("0.60", "0.90", "0.60", "0.60"), False),
        (("0.90", "0.60", "0.60"), True),
        (("0.60",), False),
        ((), False),
        (("0", "0", "0"), False),
    ],
)
def test_use_falls_by_10_points_or_a_quarter_in_two_readings(shares, falls):
    assert (monthly(*shares) is not None) == falls


def test_a_fall_holds_since_its_first_reading_and_names_both_levels():
    signal = monthly("0.58", "0.60", "0.45", "0.41")
    assert signal.since == date(2026, 3, 31)
    assert (signal.detail["peak"], signal.detail["peak_on"]) == ("0.58", "2026-01-31")
    assert (signal.detail["share"], signal.detail["share_on"]) == ("0.41", "2026-04-30")


def test_a_fall_goes_on_until_a_reading_is_back():
    assert monthly("0.60", "0.60", "0.45", "0.45", "0.45", "0.45", "0.45").since == date(2026, 3, 31)
    assert monthly("0.60", "0.60", "0.45", "0.45", "0.45", "0.45", "0.55") is None


def test_what_slides_over_more_than_three_months_is_not_called_a_fall():
    assert monthly("0.60", "0.57", "0.54", "0.51", "0.48", "0.46", "0.43") is None


def test_quarterly_readings_count():
    quarters = [date(2025, 9, 30), date(2025, 12, 31), date(2026, 3, 31)]
    shares = zip(quarters, ("0.6", "0.4", "0.4"), strict=True)
    assert falling_adoption([Dated(on, Decimal(share)) for on, share in shares]).since == quarters[1]


@pytest.mark.parametrize(("low_days", "falls"), [(2, False), (14, False), (15, True)])
def test_days_of_little_use_are_no_fall_until_two_weeks_have_passed(low_days, falls):
    first = date(2026, 1, 1)
    shares = ["0.60"] * 30 + ["0.20"] * low_days
    readings = [Dated(first + timedelta(days=step), Decimal(share)) for step, share in enumerate(shares)]
    assert (falling_adoption(readings) is not None) == falls


def stages(*points):
    return [StagePoint(date.fromisoformat(on), to) for on, to in points]


@pytest.mark.parametrize(
    ("points", "since"),
    [
        ((), None),
        ((("2026-01-01", "pilot"),), None),
        ((("2026-01-01", "rollout"), ("2026-03-01", "production")), date(2026, 1, 1)),
        ((("2026-01-01", "rollout"), ("2026-03-01", "pilot")), None),
        ((("2026-01-01", "rollout"), ("2026-02-01", "pilot"), ("2026-03-01", "rollout")), date(2026, 3, 1)),
        ((("2026-01-01", "rollout"), ("2026-09-01", "retired")), date(2026, 1, 1)),
    ],
)
def test_use_counts_from_the_rollout_on(points, since):
    assert in_use_since(stages(*points), date(2026, 6, 15)) == since
