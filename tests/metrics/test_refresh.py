"""From recorded facts to snapshots: what is written, what is not, and what a pointer is held against."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Workspace
from metrics.models import CurrentSnapshot, RefreshRun, Snapshot
from metrics.selectors import is_waiting
from metrics.services import refresh
from portfolio.models import Initiative
from portfolio.services.versions import bump, bump_settings
from tests.factories import make_initiative
from tests.metrics.record import adopt, earn, measure, rates, set_rate, spend

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
Queries = Callable[[], CaptureQueriesContext]


def figures(initiative: Initiative) -> dict[str, Any]:
    return CurrentSnapshot.objects.get(initiative=initiative).snapshot.figures


def refreshed(workspace: Workspace, now: datetime = NOW, **options: Any) -> tuple[int, int, int]:
    done = refresh(workspace=workspace, now=now, **options)
    return done.written, done.unchanged, done.overtaken


def test_recorded_money_becomes_figures(workspace: Workspace) -> None:
    initiative = make_initiative(workspace)
    spend(initiative, "2026-01-05", 1000)
    earn(initiative, "2026-03-31", 1500)
    refresh(workspace=workspace, now=NOW)
    assert figures(initiative)["roi_to_date"]["value"] == "0.500000"


def test_a_kpi_that_moved_is_indicative_money_not_proven(workspace: Workspace) -> None:
    """Three minutes less, two euros a minute, for the three months with a reading since the go-live."""
    initiative = make_initiative(workspace, go_live="2026-02-01")
    spend(initiative, "2026-01-05", 1000)
    measure(initiative, {"2025-10-31": 10, "2025-11-30": 11, "2025-12-31": 12})
    measure(initiative, {"2026-02-28": 8, "2026-03-31": 8, "2026-04-30": 8})
    refresh(workspace=workspace, now=NOW)
    found = figures(initiative)
    assert (found["benefit_indicative"]["value"], found["benefit_to_date"]["value"]) == ("18.00", "0.00")


def test_adoption_starts_the_effect_before_the_go_live(workspace: Workspace) -> None:
    initiative = make_initiative(workspace, go_live="2026-04-01")
    measure(initiative, {"2025-10-31": 10, "2025-11-30": 11, "2025-12-31": 12})
    measure(initiative, {"2026-02-28": 8, "2026-03-31": 8, "2026-04-30": 8})
    adopt(initiative, "2026-02-10", "0.2")
    refresh(workspace=workspace, now=NOW)
    assert figures(initiative)["benefit_indicative"]["value"] == "18.00"


def test_a_second_refresh_has_nothing_to_do(workspace: Workspace) -> None:
    make_initiative(workspace)
    refresh(workspace=workspace, now=NOW)
    assert refreshed(workspace) == (0, 0, 0)


def test_a_change_that_moves_no_figure_writes_no_row(workspace: Workspace) -> None:
    initiative = make_initiative(workspace)
    refresh(workspace=workspace, now=NOW)
    bump(workspace_id=workspace.pk, initiative_ids=[initiative.pk])
    assert refreshed(workspace) == (0, 1, 0)


def test_an_edit_leaves_the_figures_waiting(workspace: Workspace) -> None:
    initiative = make_initiative(workspace)
    refresh(workspace=workspace, now=NOW)
    spend(initiative, "2026-01-05", 1000)
    assert is_waiting(initiative)


def test_only_the_initiative_that_changed_is_worked_out(workspace: Workspace) -> None:
    first = make_initiative(workspace, "first")
    make_initiative(workspace, "second")
    refresh(workspace=workspace, now=NOW)
    spend(first, "2026-01-05", 1000)
    assert refresh(workspace=workspace, now=NOW).initiatives == 1


def test_settings_move_every_figure_of_the_workspace(workspace: Workspace) -> None:
    make_initiative(workspace, "first")
    make_initiative(workspace, "second")
    refresh(workspace=workspace, now=NOW)
    bump_settings(workspace_id=workspace.pk)
    assert refresh(workspace=workspace, now=NOW).initiatives == 2


def test_a_new_day_in_the_workspaces_zone_is_due(workspace: Workspace) -> None:
    workspace.time_zone = "Pacific/Auckland"
    workspace.save()
    make_initiative(workspace)
    refresh(workspace=workspace, now=NOW - timedelta(hours=1))
    assert refresh(workspace=workspace, now=NOW + timedelta(hours=1)).initiatives == 1


def test_a_slower_refresh_never_overwrites_a_later_one(workspace: Workspace) -> None:
    initiative = make_initiative(workspace)
    refresh(workspace=workspace, now=NOW)
    CurrentSnapshot.objects.filter(initiative=initiative).update(inputs_version=99)
    assert refreshed(workspace, force=True) == (0, 0, 1)


def test_a_time_zone_that_turns_the_day_back_is_followed(workspace: Workspace) -> None:
    initiative = make_initiative(workspace)
    workspace.time_zone = "Pacific/Auckland"
    workspace.save()
    refresh(workspace=workspace, now=NOW)
    workspace.time_zone = "Pacific/Honolulu"
    workspace.save()
    bump_settings(workspace_id=workspace.pk)
    refresh(workspace=Workspace.objects.get(), now=NOW)
    assert not is_waiting(initiative)


def test_a_snapshot_is_never_edited(workspace: Workspace) -> None:
    make_initiative(workspace)
    refresh(workspace=workspace, now=NOW)
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        Snapshot.objects.update(currency="USD")


def test_an_archived_initiative_is_left_alone(workspace: Workspace) -> None:
    initiative = make_initiative(workspace)
    Initiative.objects.filter(pk=initiative.pk).update(archived_at=NOW)
    assert refresh(workspace=workspace, now=NOW).initiatives == 0


def test_a_run_leaves_a_record(workspace: Workspace) -> None:
    make_initiative(workspace)
    refresh(workspace=workspace, now=NOW)
    assert RefreshRun.objects.values_list("initiatives", "written").get() == (1, 1)


def test_the_latest_discount_rate_on_or_before_today_holds(workspace: Workspace) -> None:
    initiative = make_initiative(workspace)
    for on, rate in (("2026-01-01", "0.1"), ("2025-01-01", "0.2"), ("2027-01-01", "0.3")):
        set_rate(workspace, on, rate)
    refresh(workspace=workspace, now=NOW)
    assert Decimal(figures(initiative)["discount_rate"]["value"]) == Decimal("0.1")


def test_semantics_7_a_rate_enters_through_the_currency_that_links_two(workspace: Workspace) -> None:
    """A franc is 2 pounds by way of the dollar: 1 CHF = 4 USD, 1 GBP = 2 USD."""
    initiative = make_initiative(workspace, currency="GBP")
    rates(workspace, "2026-01-05", [("CHF", "USD", 4), ("GBP", "USD", 2), ("EUR", "JPY", 9), ("SEK", "NOK", 1)])
    spend(initiative, "2026-01-05", 100, currency="CHF")
    refresh(workspace=workspace, now=NOW)
    assert figures(initiative)["cost_to_date"]["value"] == "200.00"


def test_the_number_of_queries_does_not_grow_with_initiatives(
    workspace: Workspace, django_assert_max_num_queries: Callable[[int], CaptureQueriesContext]
) -> None:
    for number in range(2):
        _with_everything(workspace, f"first-{number}")
    with django_assert_max_num_queries(60) as few:
        refresh(workspace=workspace, now=NOW, force=True)
    for number in range(6):
        _with_everything(workspace, f"second-{number}")
    with django_assert_max_num_queries(len(few)):
        refresh(workspace=workspace, now=NOW, force=True)


def _with_everything(workspace: Workspace, key: str) -> None:
    initiative = make_initiative(workspace, key, currency="USD", go_live="2026-02-01")
    spend(initiative, "2026-01-05", 1000)
    earn(initiative, "2026-03-31", 1500)
    measure(initiative, {"2025-12-31": 12, "2026-02-28": 8})


def test_a_day_that_passes_writes_nothing_though_a_signal_holds(workspace: Workspace) -> None:
    measure(make_initiative(workspace), {"2026-01-31": 10})
    refresh(workspace=workspace, now=NOW)
    assert [signal["code"] for signal in Snapshot.objects.get().signals] == ["STALE_KPI"]
    assert refreshed(workspace, NOW + timedelta(days=1)) == (0, 1, 0)
