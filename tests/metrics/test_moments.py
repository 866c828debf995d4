"""A snapshot holds what was recorded by its own moment, however long the run takes and whatever happens meanwhile."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import Workspace
from metrics import services
from metrics.inputs import Batch, load
from metrics.models import CurrentSnapshot, Snapshot
from metrics.selectors import is_waiting
from metrics.services import refresh, refresh_portfolio
from metrics.services.figures import lagging_ids
from metrics.services.reperform import reperform, reperform_totals
from portfolio.models import Initiative
from tests.factories import make_initiative
from tests.metrics.record import NOW, set_rate, spend

MINUTE = timedelta(minutes=1)


def ticking(before_each: Callable[[int, datetime], None]) -> Callable[[], datetime]:
    """A clock that goes on by a minute each time it is read, and lets somebody record something just before."""
    reads = 0

    def clock() -> datetime:
        nonlocal reads
        reads += 1
        before_each(reads, NOW + reads * MINUTE - MINUTE / 2)
        return NOW + reads * MINUTE

    return clock


@pytest.fixture
def two(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> list[Initiative]:
    """Two initiatives that are worked out one after the other."""
    monkeypatch.setattr(services.figures, "CHUNK", 1)
    rows = [make_initiative(workspace, key) for key in ("one", "two")]
    for row in rows:
        spend(row, "2026-01-10", 1000)
    return rows


def test_an_entry_made_during_a_long_run_is_in_the_snapshot_and_in_the_re_run(
    workspace: Workspace, two: list[Initiative]
) -> None:
    def somebody(read: int, now: datetime) -> None:
        if read == 1:
            spend(two[1], "2026-02-10", 77, now=now)

    refresh(workspace=workspace, now=NOW, clock=ticking(somebody))
    row = CurrentSnapshot.objects.get(initiative=two[1]).snapshot
    assert (row.figures["cost_to_date"]["value"], row.computed_at) == ("1077.00", NOW + 2 * MINUTE)
    assert reperform(row).holds


def test_an_initiative_edited_while_it_is_worked_out_is_left_and_comes_again(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    initiative = make_initiative(workspace)

    def load_then_edit(*args: Any, **options: Any) -> Batch:
        batch = load(*args, **options)
        spend(initiative, "2026-01-05", 1000)
        return batch

    monkeypatch.setattr(services.figures, "load", load_then_edit)
    done = refresh(workspace=workspace, now=NOW)
    assert (done.written, done.overtaken, Snapshot.objects.count()) == (0, 1, 0)
    assert is_waiting(initiative)
    assert lagging_ids(workspace, NOW.date()) == [initiative.pk]


def test_settings_changed_while_figures_are_worked_out_leave_them_all(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_initiative(workspace)

    def load_then_set(*args: Any, **options: Any) -> Batch:
        batch = load(*args, **options)
        set_rate(workspace, "2026-01-01", "0.1")
        return batch

    monkeypatch.setattr(services.figures, "load", load_then_set)
    assert refresh(workspace=workspace, now=NOW).overtaken == 1


def test_totals_hold_the_settings_of_their_own_moment(workspace: Workspace, two: list[Initiative]) -> None:
    refresh(workspace=workspace, now=NOW)

    def somebody(_: int, now: datetime) -> None:
        set_rate(workspace, "2026-01-01", "0.1", now=now)

    totals = refresh_portfolio(workspace=workspace, now=NOW, clock=ticking(somebody))
    set_rate(workspace, "2026-01-01", "0.3", now=NOW + 10 * MINUTE)
    assert totals.computed_at == NOW + MINUTE
    assert reperform_totals(totals).holds


def test_an_entry_of_this_evening_is_not_in_what_was_asked_at_noon(workspace: Workspace, two: list[Initiative]) -> None:
    past = services.figures_as_of(workspace=workspace, initiative_id=two[0].pk, as_of=NOW.date(), now=NOW)
    spend(two[0], "2026-02-10", 77, now=NOW + 300 * MINUTE)
    assert reperform(past).holds
    later = services.figures_as_of(
        workspace=workspace, initiative_id=two[0].pk, as_of=NOW.date(), now=NOW + 400 * MINUTE
    )
    assert later.figures["cost_to_date"]["value"] == "1077.00"
