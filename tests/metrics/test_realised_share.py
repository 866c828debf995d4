"""The share of plans that comes true: from ended initiatives, once a day, and the same again in every re-run."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from accounts.models import Workspace
from metrics.models import CurrentSnapshot, Kind, PortfolioSnapshot, RealisedShare, Snapshot
from metrics.services import figures_as_of, figures_restated, lagging_ids, refresh, settle_share, sweep, totals_on
from metrics.services.reperform import reperform
from portfolio.models import Initiative
from portfolio.services.stages import change_stage
from tests.factories import make_initiative
from tests.metrics.record import NOW, earn, spend, system

DAY = timedelta(days=1)


@pytest.fixture
def planned(workspace: Workspace) -> Initiative:
    """One that still has its planned benefits ahead of it."""
    row = make_initiative(workspace, "planned")
    spend(row, "2026-01-10", 1000)
    earn(row, "2026-12-10", 5000, basis="plan", proven=False)
    return row


@pytest.fixture
def ended(workspace: Workspace) -> Initiative:
    """One that was retired after it had brought a fifth of its plan."""
    return end_early(workspace)


def end_early(workspace: Workspace) -> Initiative:
    row = make_initiative(workspace, "ended", go_live="2026-01-01")
    spend(row, "2026-01-05", 1000)
    earn(row, "2026-02-10", 200)
    earn(row, "2026-02-10", 1000, basis="plan", proven=False)
    change_stage(actor=system(row), initiative=row, now=NOW, to="retired", effective_on="2026-04-01")
    return row


def snapshot(initiative: Initiative) -> Snapshot:
    return CurrentSnapshot.objects.get(initiative=initiative).snapshot


def net(initiative: Initiative) -> Decimal:
    return Decimal(snapshot(initiative).figures["net"]["value"])


def swept(workspace: Workspace, now: datetime) -> tuple[int, int]:
    done = sweep(now=now)
    return done.written, done.unchanged


@pytest.mark.usefixtures("ended")
def test_working_out_again_with_nothing_changed_moves_no_figure(workspace: Workspace, planned: Initiative) -> None:
    refresh(workspace=workspace, now=NOW)
    before = net(planned)
    refresh(workspace=workspace, now=NOW, force=True)
    assert net(planned) == before


@pytest.mark.usefixtures("ended")
def test_a_look_at_a_past_day_moves_no_figure(workspace: Workspace, planned: Initiative, ended: Initiative) -> None:
    sweep(now=NOW)
    sweep(now=NOW)
    before = net(planned)
    for day in (date(2026, 6, 14), NOW.date()):
        figures_as_of(workspace=workspace, initiative_id=ended.pk, as_of=day, now=NOW)
    refresh(workspace=workspace, now=NOW, force=True)
    assert net(planned) == before


def test_the_first_end_makes_figures_due_again_and_then_all_is_quiet(workspace: Workspace, planned: Initiative) -> None:
    assert swept(workspace, NOW) == (1, 0)
    by_the_prior = net(planned)
    end_early(workspace)
    assert swept(workspace, NOW) == (3, 0)
    assert net(planned) < by_the_prior
    assert swept(workspace, NOW) == (0, 0)


@pytest.mark.usefixtures("ended")
def test_the_first_figures_rest_on_what_is_learnt_from_ended_ones(workspace: Workspace, planned: Initiative) -> None:
    sweep(now=NOW)
    shown = snapshot(planned)
    sweep(now=NOW)
    assert (snapshot(planned), shown.returns["realised_cases"]) == (shown, 1)


def test_what_is_learnt_of_an_ended_initiative_counts_from_the_next_day(
    workspace: Workspace, planned: Initiative, ended: Initiative
) -> None:
    sweep(now=NOW)
    sweep(now=NOW)
    before = net(planned)
    earn(ended, "2026-02-20", 700)
    sweep(now=NOW)
    assert (net(planned), lagging_ids(workspace, NOW.date())) == (before, [])
    sweep(now=NOW + DAY)
    assert net(planned) > before


def test_a_quiet_day_keeps_the_snapshots(workspace: Workspace, planned: Initiative, ended: Initiative) -> None:
    sweep(now=NOW)
    sweep(now=NOW)
    assert swept(workspace, NOW + DAY) == (0, 2)
    assert reperform(snapshot(planned)).holds


def test_a_snapshot_names_what_its_share_rests_on(workspace: Workspace, planned: Initiative, ended: Initiative) -> None:
    sweep(now=NOW)
    source = Snapshot.objects.filter(initiative=ended).earliest("pk").pk
    share = snapshot(planned).share
    assert share is not None
    assert (share.sources, share.cases, share.day) == ([source], 1, NOW.date())


def test_a_snapshot_comes_out_the_same_when_its_sources_have_moved_on(
    workspace: Workspace, planned: Initiative, ended: Initiative
) -> None:
    refresh(workspace=workspace, now=NOW)
    by_the_prior = snapshot(planned)
    sweep(now=NOW)
    by_one_case = snapshot(planned)
    earn(ended, "2026-02-20", 700, now=NOW + DAY)
    for days in (1, 2):
        sweep(now=NOW + days * DAY)
    assert RealisedShare.objects.count() == 3
    assert [reperform(row).differences for row in (by_the_prior, by_one_case, snapshot(planned))] == [(), (), ()]


def test_a_past_day_takes_the_share_of_that_day(workspace: Workspace, planned: Initiative, ended: Initiative) -> None:
    sweep(now=NOW)
    sweep(now=NOW)
    days = (NOW - DAY).date(), NOW.date()
    rows = [figures_as_of(workspace=workspace, initiative_id=planned.pk, as_of=day, now=NOW + 2 * DAY) for day in days]
    assert [row.returns["realised_cases"] for row in rows] == [0, 1]
    assert [reperform(row).differences for row in rows] == [(), ()]


def test_the_share_is_settled_once_a_day(workspace: Workspace, ended: Initiative) -> None:
    assert settle_share(workspace=workspace, now=NOW) is None
    refresh(workspace=workspace, now=NOW)
    first = settle_share(workspace=workspace, now=NOW)
    assert first == settle_share(workspace=workspace, now=NOW)
    assert first != settle_share(workspace=workspace, now=NOW + DAY)


def test_a_restated_day_takes_the_share_that_is_known_now(
    workspace: Workspace, planned: Initiative, ended: Initiative
) -> None:
    def restated(now: datetime) -> Snapshot:
        day = (NOW - DAY).date()
        return figures_restated(workspace=workspace, initiative_id=planned.pk, as_of=day, now=now)

    sweep(now=NOW)
    sweep(now=NOW)
    before = restated(NOW)
    earn(ended, "2026-02-20", 700)
    sweep(now=NOW)
    assert restated(NOW) == before
    sweep(now=NOW + DAY)
    assert Decimal(restated(NOW + DAY).figures["net"]["value"]) > Decimal(before.figures["net"]["value"])


def test_a_restated_day_stays_while_the_share_says_the_same(
    workspace: Workspace, planned: Initiative, ended: Initiative
) -> None:
    for now in (NOW, NOW, NOW + DAY):
        sweep(now=now)
    days = [NOW, NOW + DAY]
    rows = [
        figures_restated(workspace=workspace, initiative_id=planned.pk, as_of=(NOW - DAY).date(), now=now)
        for now in days
    ]
    assert rows[0] == rows[1]


def test_restated_totals_take_the_share_that_is_known_now(
    workspace: Workspace, planned: Initiative, ended: Initiative
) -> None:
    def restated(now: datetime) -> PortfolioSnapshot:
        found = totals_on(workspace=workspace, as_of=(NOW - DAY).date(), kind=Kind.RESTATED, now=now).totals
        assert found is not None
        return found

    sweep(now=NOW)
    sweep(now=NOW)
    earn(ended, "2026-02-20", 700)
    sweep(now=NOW)
    before = restated(NOW)
    assert restated(NOW) == before
    sweep(now=NOW + DAY)
    assert Decimal(restated(NOW + DAY).figures["net"]["value"]) > Decimal(before.figures["net"]["value"])
