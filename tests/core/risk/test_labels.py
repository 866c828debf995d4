"""Label files: real links, our own layout, and what is said of a bad file."""

import csv
from collections import Counter
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.core.risk.factors import Cause
from metrics.core.risk.labels import LabelsRefused, labels_of, state_of
from metrics.core.risk.states import STATE_OF_STAGE
from portfolio.importing.parse.profile import load_profile

MATCHES = Path(__file__).parents[4] / "shared/data/derived/federal_2023_2024_matches.csv"
PROFILES = ("us-federal-2023", "us-federal-2024-v1")


def linked(*rows):
    return labels_of(["pair", "agency", "tier", "from_stage", "to_stage", "from_id"], list(enumerate(rows, 2)))


def plain(headers, *rows):
    return labels_of(headers.split(","), [(line, row.split(",")) for line, row in enumerate(rows, 2)])


def refusal(headers, *rows):
    with pytest.raises(LabelsRefused) as caught:
        plain(headers, *rows)
    return str(caught.value)


HELD = ("2023-2024", "DOE", "exact", "Initiation", "Initiated", "h")
GONE = ("2023-2024", "DOE", "exact", "Initiation", "Retired", "g")
OWN = "initiative,group,from_on,from_stage,to_on,to_stage"


@pytest.mark.shared_data
def test_the_linked_federal_inventories_have_64_retired_of_242():
    if not MATCHES.exists():
        pytest.skip("needs ../shared/data/derived/federal_2023_2024_matches.csv")
    with MATCHES.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    found = labels_of(header, list(enumerate(rows, 2)))
    assert Counter(label.failed for label in found) == {True: 64, False: 178, None: 17}
    assert len({label.group for label in found}) == 17


@pytest.mark.parametrize("tier", ["possible", "", "unlinked"])
def test_semantics_23_what_was_not_surely_found_again_is_censored(tier):
    found = linked(HELD, GONE, ("2023-2024", "DOE", tier, "Initiation", "Retired", "x"))
    assert [label.failed for label in found] == [False, True, None]


@pytest.mark.parametrize("tier", ["exact", "exact-generic", "strong"])
def test_sure_links_count(tier):
    assert linked(HELD, ("2023-2024", "DOE", tier, "", "Retired", "x"))[1].failed is True


@pytest.mark.parametrize("profile", PROFILES)
def test_every_spelling_of_the_import_profiles_has_the_same_state_here(profile):
    ours = {**STATE_OF_STAGE, "production": "run", "scaled": "run", "retired": "ended"}
    table = load_profile(profile).tables["stage"]
    assert {spelling: state_of(spelling) for spelling in table} == {
        spelling: ours[stage] for spelling, stage in table.items()
    }


@pytest.mark.parametrize(
    ("spelling", "state"),
    [
        ("Stage 4 - Operation and Maintenance (Use case is integrated into agency operations)", "run"),
        ("a) Pre-deployment – The use case is in a development or acquisition status", "build"),
        ("c)  Deployed – The use case is being actively authorized", "run"),
        ("d) Retired – The use case has been retired", "ended"),
        ("b) Pilot – The use case has been deployed in a limited test", "pilot"),
        ("In production: more than 1 year", "run"),
        ("Planned (not in production)", "idea"),
        ("Refinments planned for future release", "unknown"),
        ("", "unknown"),
        ("rollout", "build"),
    ],
)
def test_spellings_of_all_years(spelling, state):
    assert state_of(spelling) == state


def test_a_stage_that_nobody_knows_is_kept_as_unknown():
    assert [label.state for label in linked(HELD, GONE, ("2023-2024", "DOE", "exact", "", "Initiated", "x"))][2] == (
        "unknown"
    )


def test_what_had_ended_before_is_left_out():
    assert len(linked(HELD, GONE, ("2023-2024", "DOE", "exact", "Retired", "Retired", "x"))) == 2


def test_our_own_layout_with_stages():
    found = plain(
        OWN,
        "a,Sales,2023-12-31,pilot,2024-06-30,abandoned",
        "b,Sales,2023-12-31,pilot,2024-12-16,production",
        "c,,2023-12-31,pilot,2024-03-01,development",
        "d,,2023-12-31,idea,,",
        "e,,2023-12-31,idea,2025-09-30,abandoned",
    )
    assert [label.failed for label in found] == [True, False, None, None, False]
    assert [label.period for label in found] == ["2023"] * 5


def test_our_own_layout_with_outcomes_and_causes():
    found = plain(
        "initiative,from_on,from_stage,outcome,integration,workforce",
        "a,2023-12-31,pilot,failed,0.5,",
        "b,2023-12-31,pilot,held,,-1",
        "c,2023-12-31,pilot,censored,,",
    )
    assert [label.failed for label in found] == [True, False, None]
    assert found[0].scores == {Cause.INTEGRATION: Decimal("0.5")}
    assert found[1].scores == {Cause.WORKFORCE: Decimal("-1")}


@pytest.mark.parametrize(
    ("headers", "missing"),
    [
        ("pair,agency,from_stage,to_stage", "tier"),
        ("initiative,from_stage,outcome", "from_on"),
        ("initiative,from_on,from_stage,to_on", "to_stage"),
        ("something,else", "initiative, from_on, from_stage"),
    ],
)
def test_missing_columns_are_named_with_the_layouts_that_would_do(headers, missing):
    message = refusal(headers, "a,b,c,d")
    assert f"no column {missing}" in message
    assert "pair, agency, tier, from_stage, to_stage" in message


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("a,,last year,pilot,2024-12-16,production", "Row 4: from_on is “last year”. Write a day as 2024-12-31."),
        ("a,,2023-12-31,pilot,,production", "Row 4: to_on is empty."),
        ("a,,2023-12-31,pilot,2023-01-01,production", "Row 4: to_on is not after from_on."),
        (",,2023-12-31,pilot,2024-12-16,production", "Row 4: initiative is empty."),
        ("x,,2023-12-31,pilot,2024-12-16,production", "Row 4: x of 2023 is already in row 2. Keep one of the two."),
    ],
)
def test_a_faulty_row_is_named_with_what_to_do(row, reason):
    good = ("x,,2023-12-31,pilot,2024-12-16,production", "y,,2023-12-31,pilot,2024-12-16,abandoned")
    assert reason in refusal(OWN, *good, row)


def test_faulty_outcomes_and_scores_are_named():
    message = refusal(
        "initiative,from_on,from_stage,outcome,integration",
        "a,2023-12-31,pilot,perhaps,",
        "b,2023-12-31,pilot,failed,3",
        "c,2023-12-31,pilot,failed,nan",
    )
    assert "Row 2: outcome is “perhaps”. Write failed, held or censored." in message
    assert "Row 3: integration is “3”. Scores lie between -1 and 1" in message
    assert "Row 4: integration is “nan”." in message


def test_outcomes_that_are_all_alike_are_refused():
    rows = [f"{n},,2023-12-31,pilot,2024-12-16,production" for n in range(3)]
    assert "All 3 known outcomes are alike (held)" in refusal(OWN, *rows)


def test_a_file_without_rows_or_outcomes_is_refused():
    assert "no row to learn from" in refusal(OWN)
    assert "all are censored" in refusal(OWN, "a,,2023-12-31,pilot,,")


def test_a_column_that_comes_twice_is_refused():
    assert "The column group comes twice" in refusal(f"{OWN},group", "a,,2023-12-31,pilot,,,")


@given(st.text(max_size=80))
def test_any_spelling_has_a_state(spelling):
    assert state_of(spelling) in {"idea", "pilot", "build", "run", "ended", "unknown"}


@given(st.lists(st.lists(st.text(max_size=12), min_size=6, max_size=6), max_size=5))
def test_any_cells_are_read_or_refused_in_words(rows):
    with suppress(LabelsRefused):
        assert labels_of(OWN.split(","), list(enumerate(rows, 2)))
