"""Monthly hazards: anchors with their sources, and what they add up to."""

import csv
from pathlib import Path

import pytest

from metrics.core.risk.hazards import (
    FEDERAL_RETIRED_OF_ROWS,
    GARTNER_ABANDON,
    GARTNER_ADVANCE,
    Hazard,
    geometric_middle,
    levels,
    monthly,
    never_in_production,
)
from metrics.core.risk.published import PUBLISHED_RATES, pool
from metrics.core.risk.states import State

MATCHES = Path(__file__).parents[4] / "shared/data/derived/federal_2023_2024_matches.csv"
IDEA = {"Initiation", "Planned (not in production)"}
BUILD = {
    "Development and Acquisition",
    "Development (not in production)",
    "Currently under development",
    "Initial development",
    "Implementation",
}
PROOF_OF_CONCEPT = {
    "Investigating/Proof of concept",
    "Proof-of-concept completed",
    "Proof of Concept completed and published",
    "Successfully tested but not in production.",
}


@pytest.fixture
def by_state():
    return levels(pool(PUBLISHED_RATES))


@pytest.fixture
def counted_matches():
    if not MATCHES.exists():
        pytest.skip("needs ../shared/data/derived/federal_2023_2024_matches.csv")
    with MATCHES.open(encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["tier"] != "possible"]


def retired_of(rows, stages):
    chosen = [row for row in rows if row["from_stage"] in stages]
    return sum(row["to_stage"] == "Retired" for row in chosen), len(chosen)


def test_gartner_anchor_reaches_production_in_48_percent_after_8_months():
    anchor = Hazard(GARTNER_ADVANCE, GARTNER_ABANDON)
    assert anchor.survives == pytest.approx(0.48)
    assert 1 / (anchor.advance + anchor.abandon) == pytest.approx(8)


@pytest.mark.shared_data
def test_64_of_242_federal_use_cases_retired_within_the_year(counted_matches):
    assert len(counted_matches) == 242
    assert sum(row["to_stage"] == "Retired" for row in counted_matches) == 64


@pytest.mark.shared_data
def test_federal_anchors_are_the_counts_of_the_linked_inventories(counted_matches):
    assert {
        State.IDEA: retired_of(counted_matches, IDEA),
        State.PILOT: retired_of(counted_matches, IDEA | BUILD | PROOF_OF_CONCEPT),
        State.BUILD: retired_of(counted_matches, BUILD),
    } == FEDERAL_RETIRED_OF_ROWS


def test_monthly_chance_adds_up_to_the_yearly_one():
    assert 1 - (1 - monthly(64 / 242)) ** 12 == pytest.approx(64 / 242)


@pytest.mark.parametrize("state", State)
def test_middle_lies_between_the_two_anchors(state):
    retired, rows = FEDERAL_RETIRED_OF_ROWS[state]
    assert monthly(retired / rows) < geometric_middle(state) < GARTNER_ABANDON


def test_pilot_fails_as_often_as_the_published_rates_say(by_state):
    assert never_in_production(by_state, State.PILOT) == pytest.approx(pool(PUBLISHED_RATES).level)


def test_later_states_are_safer(by_state):
    chances = [never_in_production(by_state, state) for state in State]
    assert chances == sorted(chances, reverse=True)
