"""The scale of the eight causes: five levels each, the same wherever it is shown."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client

from accounts.choices import Role
from accounts.models import Workspace
from metrics.contexts.words import CAUSE_WORDS
from portfolio.choices import Cause
from portfolio.rubric import LEVEL_WORDS, LEVELS, RUBRIC, level_of, look_due, told
from tests.calls import api_of
from tests.factories import make_member
from tests.portfolio.test_pages_initiatives import signed_in

METHOD = Path(__file__).parents[2] / "docs/methods/assessment.md"
LONGEST = 170
ANCHORS = [words for scale in RUBRIC.values() for words in scale.levels]


def test_every_cause_has_five_levels_that_say_something_of_their_own() -> None:
    assert list(RUBRIC) == list(Cause)
    assert (len(ANCHORS), len(set(ANCHORS))) == (40, 40)
    assert max(map(len, ANCHORS)) <= LONGEST
    assert list(LEVEL_WORDS) == list(LEVELS)


def test_the_causes_have_one_name_everywhere() -> None:
    assert {cause: scale.label for cause, scale in RUBRIC.items()} == CAUSE_WORDS


def test_the_method_says_the_same() -> None:
    text = " ".join(METHOD.read_text(encoding="utf-8").split())
    assert [words for words in ANCHORS if words not in text] == []


@pytest.mark.django_db
def test_the_page_and_the_documentation_of_the_api_say_the_same(workspace: Workspace, client: Client) -> None:
    page = signed_in(make_member(workspace, Role.EXECUTIVE)).get("/causes/").content.decode()
    document = api_of(workspace).get("openapi.json").json()
    described = document["paths"]["/api/v1/initiatives/{key}/assessments/"]["post"]["description"]
    assert [words for words in ANCHORS if words.replace("'", "&#x27;") not in page] == []
    assert [words for words in ANCHORS if words not in described] == []
    assert client.get("/causes/").headers["Location"].startswith("/login/")
    assert signed_in(make_member(workspace, Role.MANAGER)).delete("/causes/").status_code == 405


@pytest.mark.parametrize(
    ("score", "level"), [("0.50", "0.5"), (-1, "-1"), ("-0", "0"), ("0.0", "0"), ("1.0", "1"), ("0.3", "0.3")]
)
def test_a_score_is_found_among_the_levels_however_it_is_written(score: object, level: str) -> None:
    assert level_of(score) == level


def test_a_score_between_two_levels_says_so() -> None:
    assert told(Cause.INTEGRATION, "1") == "No agreed interface to the system of record, or its owner has refused."
    assert told(Cause.INTEGRATION, "0.30") == "As recorded: 0.3"


def test_the_next_look_is_due_half_a_year_after_the_last() -> None:
    made, left, last = date(2026, 1, 1), date(2026, 3, 1), date(2026, 5, 1)
    assert look_due(last, left, made) == last + timedelta(days=180)
    assert look_due(None, left, made) == left
    assert look_due(None, None, made) == date(2026, 1, 31)
