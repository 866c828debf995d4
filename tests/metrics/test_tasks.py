"""The bell rings for a refresh; whatever it misses, the sweep finds."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from accounts.models import Workspace
from metrics import tasks
from metrics.models import CurrentPortfolio, CurrentSnapshot, PortfolioSnapshot, RiskFit, Snapshot
from metrics.services import sweep
from metrics.services.sweep import LOCK_OF_SWEEPS
from metrics.services.totals import LOCK_OF_TOTALS
from portfolio import bell
from portfolio.services.stages import change_stage
from portfolio.services.versions import bump_settings
from tests.factories import make_initiative
from tests.metrics.record import spend, system

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
Commits = Callable[..., Any]


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the bell asked the workers for."""
    calls: list[dict[str, Any]] = []
    monkeypatch.setattr(tasks.refresh, "delay", lambda **arguments: calls.append(arguments))
    return calls


@pytest.fixture
def sweeps_rung(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """How often the bell asked for a sweep."""
    calls: list[dict[str, Any]] = []
    monkeypatch.setattr(tasks.refresh_stale, "delay", lambda **arguments: calls.append(arguments))
    return calls


@pytest.fixture
def totals_rung(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What was asked of the workers after a refresh."""
    calls: list[dict[str, Any]] = []
    monkeypatch.setattr(tasks.refresh_portfolio, "apply_async", lambda **arguments: calls.append(arguments))
    return calls


def test_a_write_rings_for_its_initiative_on_commit(
    workspace: Workspace, rung: list[dict[str, Any]], django_capture_on_commit_callbacks: Commits
) -> None:
    initiative = make_initiative(workspace)
    with django_capture_on_commit_callbacks(execute=True):
        spend(initiative, "2026-01-05", 1000)
    assert rung == [{"workspace_id": workspace.pk, "initiative_ids": [initiative.pk]}]


def test_a_setting_moves_all_and_is_left_to_the_one_sweep(
    workspace: Workspace,
    rung: list[dict[str, Any]],
    sweeps_rung: list[dict[str, Any]],
    django_capture_on_commit_callbacks: Commits,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        bump_settings(workspace_id=workspace.pk)
    assert (rung, sweeps_rung) == ([], [{}])


def test_a_broker_that_is_down_does_not_fail_the_write(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Commits
) -> None:
    def refuse(**_: object) -> None:
        raise ConnectionError("the broker is down")

    monkeypatch.setattr(tasks.refresh, "delay", refuse)
    initiative = make_initiative(workspace)
    with django_capture_on_commit_callbacks(execute=True):
        spend(initiative, "2026-01-05", 1000)
    assert initiative.costs.count() == 1


def test_a_flushed_broker_loses_nothing(workspace: Workspace) -> None:
    """No message ever arrives; the sweep alone brings figures and totals up to date."""
    initiative = make_initiative(workspace)
    spend(initiative, "2026-01-05", 1000)
    sweep(now=timezone.now())
    assert CurrentSnapshot.objects.get().snapshot.figures["cost_to_date"]["value"] == "1000.00"
    assert CurrentPortfolio.objects.get().snapshot.figures["cost_to_date"]["value"] == "1000.00"


def test_the_task_refreshes_and_rings_for_the_totals(workspace: Workspace, totals_rung: list[dict[str, Any]]) -> None:
    initiative = make_initiative(workspace)
    tasks.refresh(workspace_id=workspace.pk, initiative_ids=[initiative.pk])
    assert (CurrentSnapshot.objects.count(), len(totals_rung)) == (1, 1)


@pytest.mark.usefixtures("totals_rung")
def test_a_fit_comes_before_the_first_figures_and_not_before_later_ones(workspace: Workspace) -> None:
    one, two = make_initiative(workspace), make_initiative(workspace, "two")
    tasks.refresh(workspace_id=workspace.pk, initiative_ids=[one.pk, two.pk])
    shown = Snapshot.objects.get(initiative=one)
    change_stage(actor=system(two), initiative=two, now=NOW, to="abandoned", effective_on="2026-04-01")
    tasks.refresh(workspace_id=workspace.pk, initiative_ids=[one.pk, two.pk])
    assert (CurrentSnapshot.objects.get(initiative=one).snapshot, RiskFit.objects.get()) == (shown, shown.fit)


def test_a_task_run_twice_writes_one_snapshot(workspace: Workspace, totals_rung: list[dict[str, Any]]) -> None:
    initiative = make_initiative(workspace)
    for _ in range(2):
        tasks.refresh(workspace_id=workspace.pk, initiative_ids=[initiative.pk])
    assert (Snapshot.objects.count(), len(totals_rung)) == (1, 1)


def test_the_totals_task_run_twice_writes_one_snapshot(workspace: Workspace) -> None:
    for _ in range(2):
        tasks.refresh_portfolio(workspace_id=workspace.pk)
    assert PortfolioSnapshot.objects.count() == 1


def test_a_task_of_a_workspace_that_is_gone_does_nothing(db: None) -> None:
    tasks.refresh(workspace_id=0, initiative_ids=[1], of_a_later_version=True)
    assert Snapshot.objects.count() == 0


def test_a_task_touches_its_own_workspace_only(
    workspace: Workspace, stranger: Any, totals_rung: list[dict[str, Any]]
) -> None:
    theirs = make_initiative(stranger.workspace)
    tasks.refresh(workspace_id=workspace.pk, initiative_ids=[theirs.pk])
    assert Snapshot.objects.count() == 0


def test_the_metrics_app_listens_to_the_bell() -> None:
    assert tasks.ring in bell.listeners


def test_a_long_list_is_left_to_the_one_sweep(rung: list[dict[str, Any]], sweeps_rung: list[dict[str, Any]]) -> None:
    tasks.ring(1, list(range(tasks.MOST_IDS + 1)))
    assert (rung, sweeps_rung) == ([], [{}])


@pytest.mark.django_db(transaction=True)
def test_totals_that_another_process_works_out_are_asked_for_again(totals_rung: list[dict[str, Any]]) -> None:
    workspace = Workspace.objects.create(slug="acme", name="Acme", currency="EUR")
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [LOCK_OF_TOTALS, workspace.pk])
        tasks.refresh_portfolio(workspace_id=workspace.pk)
    finally:
        other.close()
    assert (PortfolioSnapshot.objects.count(), len(totals_rung)) == (0, 1)


@pytest.mark.django_db(transaction=True)
def test_one_sweep_at_a_time() -> None:
    workspace = Workspace.objects.create(slug="acme", name="Acme", currency="EUR")
    make_initiative(workspace)
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK_OF_SWEEPS])
        assert sweep(now=NOW).initiatives == 0
    finally:
        other.close()
