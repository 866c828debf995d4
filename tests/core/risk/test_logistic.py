"""Penalised logistic regression with effects of groups."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.core.risk.logistic import Outcomes, Prior, posterior_of

FLAT = Prior(np.zeros(2), np.eye(2) * 1e6)
# Hours of study and passing: 20 students; maximum likelihood -4.0777 and 1.5046, standard errors 1.7610 and 0.6287
# (the worked example of logistic regression in Wikipedia).
HOURS = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 1.75, 2, 2.25, 2.5, 2.75, 3, 3.25, 3.5, 4, 4.25, 4.5, 4.75, 5, 5.5]
PASSED = [0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1]


def rows(design, happened, groups=None, count=0):
    design = np.array(design, dtype=float)
    places = np.full(len(design), -1) if groups is None else np.array(groups)
    return Outcomes(design, np.array(happened, dtype=bool), places, count)


def students():
    return rows([[1, hours] for hours in HOURS], PASSED)


def test_wide_prior_gives_maximum_likelihood_and_its_standard_errors():
    found = posterior_of(students(), FLAT)
    assert found.mean == pytest.approx([-4.0777, 1.5046], abs=2e-3)
    assert np.sqrt(np.diag(found.covariance)) == pytest.approx([1.7610, 0.6287], abs=2e-3)


def test_nothing_to_learn_from_leaves_the_prior():
    prior = Prior(np.array([-3.0, 0.3]), np.diag([0.8, 0.04]))
    found = posterior_of(rows(np.zeros((0, 2)), []), prior)
    assert found.mean == pytest.approx(prior.mean)
    assert found.covariance == pytest.approx(prior.covariance)
    assert found.evidence == pytest.approx(0.0)


def test_outcomes_that_one_column_separates_stay_finite():
    found = posterior_of(rows([[1, -1], [1, -1], [1, 1], [1, 1]], [0, 0, 1, 1]), Prior(np.zeros(2), np.eye(2)))
    assert np.isfinite(found.mean).all()
    assert found.mean[1] > 0


def test_evidence_is_the_chance_of_the_outcomes():
    """One column, one outcome: the integral over the prior is one half by symmetry."""
    assert posterior_of(rows([[1.0]], [1]), Prior(np.zeros(1), np.eye(1) * 0.01)).evidence == pytest.approx(
        np.log(0.5), abs=1e-4
    )


def test_effects_of_groups_equal_those_of_columns_with_the_same_spread():
    generator = np.random.default_rng(7)
    groups = generator.integers(0, 5, 200)
    design = np.column_stack([np.ones(200), generator.normal(size=200)])
    happened = generator.random(200) < 1 / (1 + np.exp(-np.linspace(-2, 2, 5)[groups]))
    prior = Prior(np.zeros(2), np.eye(2))
    found = posterior_of(rows(design, happened, groups, 5), prior)
    wide = np.column_stack([design, np.eye(5)[groups]])
    whole = Prior(np.zeros(7), np.diag([1.0, 1.0, *[found.spread**2] * 5]))
    same = posterior_of(rows(wide, happened), whole)
    assert np.concatenate([found.mean, found.group_mean]) == pytest.approx(same.mean, abs=1e-5)
    assert found.covariance == pytest.approx(same.covariance[:2, :2], abs=1e-5)
    assert found.group_variance == pytest.approx(np.diag(same.covariance)[2:], abs=1e-5)
    assert found.group_covariance == pytest.approx(same.covariance[2:, :2], abs=1e-5)
    assert found.evidence == pytest.approx(same.evidence, abs=1e-5)


@pytest.mark.parametrize(("between", "least", "most"), [(0.0, 0.0, 0.3), (1.5, 0.9, 1.6)])
def test_spread_between_groups_is_found(between, least, most):
    generator = np.random.default_rng(11)
    groups = np.repeat(np.arange(30), 40)
    odds = -1 + between * generator.normal(size=30)[groups]
    happened = generator.random(len(groups)) < 1 / (1 + np.exp(-odds))
    found = posterior_of(rows(np.ones((len(groups), 1)), happened, groups, 30), Prior(np.zeros(1), np.eye(1)))
    assert least <= found.spread <= most


@given(st.lists(st.tuples(st.floats(-3, 3), st.booleans()), min_size=1, max_size=30))
def test_learning_never_makes_a_coefficient_less_certain_than_the_prior(given_rows):
    prior = Prior(np.zeros(2), np.eye(2))
    found = posterior_of(rows([[1, value] for value, _ in given_rows], [flag for _, flag in given_rows]), prior)
    assert (np.diag(found.covariance) <= 1 + 1e-9).all()


def test_row_that_weighs_three_counts_as_three_rows():
    heavy = Outcomes(np.array([[1.0], [1.0]]), np.array([True, False]), weights=np.array([3.0, 1.0]))
    many = rows([[1.0]] * 4, [1, 1, 1, 0])
    prior = Prior(np.zeros(1), np.eye(1))
    assert posterior_of(heavy, prior).mean == pytest.approx(posterior_of(many, prior).mean)
    assert posterior_of(heavy, prior).covariance == pytest.approx(posterior_of(many, prior).covariance)
