"""What a change of a setting would do to figures is told before it is saved, and is what it then does."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from accounts.access import Actor
from accounts.choices import Role
from accounts.models import Membership, Workspace
from config.sample import history, load
from metrics.contexts.setting_effects import RESTING, preview
from metrics.models import CurrentSnapshot
from metrics.services import refresh
from portfolio.choices import SettingName
from portfolio.models import Initiative
from portfolio.previews import Wanted
from portfolio.services.drivers import set_hurdle
from portfolio.services.settings import set_dated
from portfolio.services.workspaces import FIELDS, update_workspace
from web.formats import Formats

NOW = datetime(2026, 11, 22, 21, tzinfo=UTC)
TODAY = date(2026, 11, 22)
LATER = NOW + timedelta(minutes=5)
ENGLISH = Formats("en")
DATED = [(SettingName.HURDLE, "0.4"), (SettingName.DISCOUNT_RATE, "0.12"), (SettingName.INFLATION, "0.05")]


@pytest.fixture(scope="module")
def worked_out(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Workspace]:
    """The sample with its figures."""
    with django_db_blocker.unblock(), transaction.atomic():
        workspace = load.load(now=NOW, password="not-a-secret-of-anyone")
        history.work_out(workspace=workspace, now=NOW)
        yield workspace
        transaction.set_rollback(True)


@pytest.fixture
def sample(worked_out: Workspace) -> Iterator[Workspace]:
    """The same, with what a test does to it taken back."""
    with transaction.atomic():
        yield worked_out
        transaction.set_rollback(True)


def figures(workspace: Workspace, column: str) -> dict[tuple[str, str], Any]:
    """Every figure by initiative and name."""
    rows = CurrentSnapshot.objects.filter(workspace=workspace).select_related("snapshot", "initiative")
    return {
        (row.initiative.key, name): figure for row in rows for name, figure in getattr(row.snapshot, column).items()
    }


@pytest.mark.parametrize(("name", "value"), DATED)
def test_no_other_figure_moves_than_those_that_were_told(sample: Workspace, name: str, value: str) -> None:
    before = figures(sample, "figures")
    set_dated(actor=Actor.system(sample), now=LATER, name=name, value=Decimal(value), on=TODAY)
    refresh(workspace=Workspace.objects.get(pk=sample.pk), now=LATER)
    after = figures(sample, "figures")
    moved = {key[1] for key, figure in after.items() if figure != before[key]}
    assert moved
    assert moved <= set(RESTING[name].names)


def test_the_figures_of_the_year_rest_on_its_start(sample: Workspace) -> None:
    before = figures(sample, "year")
    changes = {**{field: getattr(sample, field) for field in FIELDS}, "fiscal_year_start": 7}
    update_workspace(actor=Actor.system(sample), now=LATER, changes=changes)
    refresh(workspace=Workspace.objects.get(pk=sample.pk), now=LATER)
    moved = {key[1] for key, figure in figures(sample, "year").items() if figure != before[key]}
    assert moved
    assert moved <= set(RESTING["fiscal_year_start"].names)


def test_the_hurdle_says_how_many_figures_of_how_many_initiatives_change(sample: Workspace) -> None:
    told = preview(Actor.system(sample), Wanted(SettingName.HURDLE, Decimal("0.4"), TODAY), TODAY, ENGLISH)
    known = [
        key for key, figure in figures(sample, "figures").items()
        if key[1] in RESTING[SettingName.HURDLE].names and figure["value"] is not None
    ]  # fmt: skip
    assert told.words.startswith(f"{len(known)} figures of {len({key for key, _ in known})} initiatives will change")
    assert told.url == "/settings/effect/hurdle/?on=2026-11-22"


def test_an_initiative_with_a_hurdle_of_its_own_keeps_it(sample: Workspace) -> None:
    initiative = Initiative.objects.get(workspace=sample, key="claims-triage")
    set_hurdle(
        actor=Actor.system(sample), initiative=initiative, now=LATER, value=Decimal("0.1"), on=TODAY, note="A trial"
    )
    told = preview(Actor.system(sample), Wanted(SettingName.HURDLE, Decimal("0.4"), TODAY), TODAY, ENGLISH)
    assert "1 initiative has a hurdle of its own." in told.words


@pytest.mark.parametrize(
    ("value", "on", "words"),
    [
        ("0.4", date(2027, 1, 1), "No figure changes before Jan 1, 2027"),
        ("0.4", date(2025, 1, 1), "No figure of today changes: since Jan 1, 2026 another value holds."),
        ("0.25", TODAY, "It is the value that holds already."),
    ],
)
def test_a_hurdle_that_moves_nothing_today_says_why(sample: Workspace, value: str, on: date, words: str) -> None:
    told = preview(Actor.system(sample), Wanted(SettingName.HURDLE, Decimal(value), on), TODAY, ENGLISH)
    assert told.words.startswith(words)
    assert told.url == ""


@pytest.mark.parametrize("setting", list(RESTING))
def test_the_page_lists_which_initiatives(sample: Workspace, client: Client, setting: str) -> None:
    client.force_login(Membership.objects.get(workspace=sample, role=Role.FINANCE).user)
    page = client.get(f"/settings/effect/{setting}/").content.decode()
    assert "Claims triage" in page
    assert "will change" in page


def test_the_list_takes_as_many_queries_for_two_rows_as_for_twelve(
    sample: Workspace, client: Client, django_assert_max_num_queries: Any
) -> None:
    client.force_login(Membership.objects.get(workspace=sample, role=Role.FINANCE).user)
    with django_assert_max_num_queries(14):
        client.get("/settings/effect/discount_rate/")


def test_an_empty_portfolio_says_that_nothing_rests_on_it_yet(client: Client, owner: Membership) -> None:
    client.force_login(owner.user)
    assert "No figure rests on it yet" in client.get("/settings/effect/hurdle/").content.decode()


def test_an_unknown_setting_is_not_found(client: Client, owner: Membership) -> None:
    client.force_login(owner.user)
    assert client.get("/settings/effect/nothing/").status_code == 404
