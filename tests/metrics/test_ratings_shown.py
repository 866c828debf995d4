"""Ratings by others on the page of an initiative: words and days, per rater, as known on the day asked for."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.access import Actor
from accounts.choices import Role
from accounts.models import Workspace
from metrics import services
from metrics.models import CurrentSnapshot
from portfolio.models import Initiative
from portfolio.services.ratings import record_ratings
from tests.factories import NOW, day, make_initiative, make_member
from tests.portfolio.test_pages_initiatives import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def initiative(workspace: Workspace) -> Initiative:
    return make_initiative(workspace, now=NOW - timedelta(days=100))


def rate(initiative: Initiative, on: str, rating: str, scale: str = "five", **more: Any) -> None:
    row = {"on": day(on), "rated_by": "Programme office", "rating": rating, "scale": scale}
    record_ratings(actor=Actor.system(initiative.workspace), initiative=initiative, rows=[row], **{"now": NOW, **more})


def strip(initiative: Initiative, query: str = "", role: Role = Role.ADMIN) -> str:
    services.refresh(workspace=initiative.workspace, now=NOW)
    person: Client = signed_in(make_member(initiative.workspace, role))
    page = person.get(f"/initiatives/claims/{query}").content.decode()
    return page[page.index('id="risk"') : page.index('id="kpis"')]


def test_each_rating_shows_its_day_its_word_and_how_it_moved(initiative: Initiative) -> None:
    for on, rating in (("2026-01-31", "amber_green"), ("2026-03-31", "amber_red")):
        rate(initiative, on, rating)
    shown = strip(initiative)
    assert "Programme office" in shown
    assert "of five words" in shown
    assert shown.index("Jan 31, 2026") < shown.index("Amber/Green") < shown.index("Amber/Red")
    assert "worse than before" in shown


def test_words_of_different_scales_are_not_compared(initiative: Initiative) -> None:
    rate(initiative, "2026-01-31", "amber")
    rate(initiative, "2026-03-31", "red", "three")
    shown = strip(initiative)
    assert "not comparable with the one before" in shown
    assert "worse than before" not in shown


def test_a_past_day_shows_what_was_known_then(initiative: Initiative) -> None:
    rate(initiative, "2026-03-01", "green", now=NOW - timedelta(days=90))
    rate(initiative, "2026-03-10", "red")
    assert "Red</span>" not in strip(initiative, "?as_of=2026-04-01")


def test_a_past_day_restated_shows_what_is_known_now_about_it(initiative: Initiative) -> None:
    rate(initiative, "2026-03-10", "red")
    rate(initiative, "2026-05-10", "green")
    shown = strip(initiative, "?as_of=2026-04-01&restated=true")
    assert "Red</span>" in shown
    assert "Green</span>" not in shown


def test_who_may_not_record_sees_no_way_to_it(initiative: Initiative) -> None:
    assert "Record a rating" not in strip(initiative, role=Role.EXECUTIVE)


def test_a_rating_is_activity_and_moves_no_figure(initiative: Initiative) -> None:
    services.refresh(workspace=initiative.workspace, now=NOW)
    before = CurrentSnapshot.objects.get(snapshot__initiative=initiative).snapshot
    rate(initiative, "2026-03-31", "red")
    services.refresh(workspace=initiative.workspace, now=NOW)
    after = CurrentSnapshot.objects.get(snapshot__initiative=initiative).snapshot
    assert after.figures == before.figures
    assert after.risk == before.risk
