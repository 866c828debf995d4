"""Published answers on published data; each test names its source."""

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy.special import stdtrit

from metrics.core.attribution.engine.counts import poisson
from metrics.core.attribution.engine.series import Panel, interrupted, wider
from metrics.core.attribution.engine.synthetic import (
    compared,
    control_weights,
    difference_in_differences,
    synthetic_control,
    synthetic_difference,
)

DATA = Path(__file__).resolve().parents[5] / "shared" / "data" / "causal"
pytestmark = [
    pytest.mark.shared_data,
    pytest.mark.skipif(not DATA.is_dir(), reason="needs ../shared/data/causal beside the project"),
]
FIRST_YEAR_OF_THE_TAX = 1989


def cigarettes() -> tuple[np.ndarray, np.ndarray, int]:
    """Packs per head in California and 38 other states, and the number of years before Proposition 99."""
    with (DATA / "synthdid" / "california_prop99.csv").open() as lines:
        packs = {
            (row["State"], int(row["Year"])): float(row["PacksPerCapita"])
            for row in csv.DictReader(lines, delimiter=";")
        }
    states, years = sorted({state for state, _ in packs}), sorted({year for _, year in packs})
    table = np.array([[packs[state, year] for year in years] for state in states])
    treated = states.index("California")
    return table[treated], np.delete(table, treated, axis=0), years.index(FIRST_YEAR_OF_THE_TAX)


@pytest.mark.parametrize(
    ("method", "effect", "deviation"),
    [
        (difference_in_differences, -27.35, 17.5),
        (synthetic_control, -19.51, 10.8),
        (synthetic_difference, -15.61, 9.5),
    ],
)
def test_proposition_99(method, effect, deviation):
    """Arkhangelsky and others 2021, table 1 (points); deviations by donor placebos, as worked out for this project."""
    found = compared(*cigarettes(), method)
    assert found.effect == pytest.approx(effect, abs=0.01)
    assert found.deviation == pytest.approx(deviation, abs=0.1)


def test_outcome_only_synthetic_control_of_2000():
    """Abadie, Diamond and Hainmueller 2010 find about 26 packs with covariates; outcomes alone give 26.6."""
    treated, donors, before = cigarettes()
    gap = treated - control_weights(treated, donors, before) @ donors
    assert gap[-1] == pytest.approx(-26.6, abs=0.05)


def test_proposition_99_without_controls_is_read_nine_times_too_large_by_two_means():
    treated, _, before = cigarettes()
    step = (np.arange(treated.size) >= before).astype(float)[None, :, None]
    series = interrupted(Panel(np.arange(treated.size, dtype=float), treated[None], step))
    half_width = 1.96 * series.deviation[0, 0] / wider(before)
    assert treated[before:].mean() - treated[:before].mean() == pytest.approx(-55.9, abs=0.05)
    assert (series.mean[0, 0], half_width) == pytest.approx((-6.0, 6.1), abs=0.1)


def impact(
    name: str, added: float, start: int, columns: tuple[int, ...], outcome: int
) -> tuple[float, float, float, float]:
    table = np.genfromtxt(DATA / "tfcausalimpact" / name, delimiter=",", skip_header=1)
    readings = table[:, outcome] + added * (np.arange(len(table)) >= start)
    step = (np.arange(len(table)) >= start).astype(float)[None, :, None]
    controls = table[:, columns][None]
    panel = Panel(np.arange(len(table), dtype=float), readings[None], step, controls, has_trend=False)
    found = interrupted(panel)
    mean, deviation = found.mean[0, 0], found.deviation[0, 0]
    half = stdtrit(found.degrees, 0.975) * deviation
    return mean, deviation, mean - half, mean + half


def test_arma_data_with_five_added_from_point_71():
    """README of tfcausalimpact: 4.89 (0.31), 4.26 to 5.47."""
    mean, deviation, low, high = impact("tests/fixtures/arma_data.csv", 5, 70, (0,), 1)
    assert (mean, deviation) == pytest.approx((4.90, 0.33), abs=0.01)
    assert (low, high) == pytest.approx((4.26, 5.47), abs=0.1)


def test_range_of_google_data_holds_the_published_effect():
    """R CausalImpact prints 27 (18 to 36) with a tight prior on its random walk; ours is wider and holds it."""
    _, _, low, high = impact("notebooks/R/google_data.csv", 0, 61, (1, 2), 0)
    assert low < 27 < high


def sicily() -> np.ndarray:
    return np.genfromtxt(DATA / "its-sicily" / "sicily.csv", delimiter=",", names=True)


def test_sicily_smoking_ban_by_poisson_regression():
    """Bernal, Cummins and Gasparrini 2017, step and trend, offset by standard population: 0.894 (0.864–0.925)."""
    table = sicily()
    columns = np.stack([np.ones(len(table)), table["smokban"], table["time"]], axis=1)
    fit = poisson(table["aces"], columns, np.log(table["stdpop"]))
    step, error = fit.coefficients[1], fit.errors[1]
    assert np.exp([step, step - 1.96 * error, step + 1.96 * error]) == pytest.approx([0.894, 0.864, 0.925], abs=0.0015)
    wide = error * np.sqrt(fit.dispersion)
    assert fit.dispersion == pytest.approx(3.56, abs=0.1)
    assert np.exp([step - 1.96 * wide, step + 1.96 * wide]) == pytest.approx([0.839, 0.953], abs=0.0015)


def test_sicily_smoking_ban_on_the_log_rate():
    """The engine with one pair of harmonics, beside 0.885 (0.839–0.933) of a Poisson fit with two."""
    table = sicily()
    outcome = np.log(table["aces"] / table["stdpop"])[None]
    found = interrupted(Panel(table["time"], outcome, table["smokban"][None, :, None], season=12.0))
    assert np.exp(found.mean[0, 0]) == pytest.approx(0.885, abs=0.015)
