"""What was believed at the end of a day (semantics 2)."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Workspace
from metrics.inputs import Learnt, cut_of, experience, known, load
from metrics.inputs.versions import as_they_were
from metrics.models import CurrentSnapshot, Kind, Snapshot
from metrics.services import DayAhead, figures_as_of, portfolio_as_of, refresh
from metrics.services.past import evaluated
from metrics.services.payload import snapshot_fields
from portfolio.models import CostLine, Initiative
from portfolio.services.facts import correct
from portfolio.services.initiatives import archive_initiative, restore_initiative, update_initiative
from portfolio.services.kpis import update_kpi
from tests.factories import make_initiative
from tests.metrics.record import earn, measure, set_rate, spend, system

MARCH = datetime(2026, 3, 10, 9, tzinfo=UTC)
MAY = datetime(2026, 5, 10, 9, tzinfo=UTC)
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


@pytest.fixture
def initiative(workspace: Workspace) -> Initiative:
    """Recorded in March, with a cost of January."""
    row = make_initiative(workspace, now=MARCH)
    spend(row, "2026-01-05", 1000, now=MARCH)
    return row


def figures(initiative: Initiative, day: str, now: datetime = NOW) -> dict[str, Any]:
    as_of = date.fromisoformat(day)
    return figures_as_of(workspace=initiative.workspace, initiative_id=initiative.pk, as_of=as_of, now=now).figures


def test_semantics_2_a_fact_learnt_later_does_not_appear(initiative: Initiative) -> None:
    spend(initiative, "2026-02-05", 500, now=MAY)
    assert figures(initiative, "2026-03-31")["cost_to_date"]["value"] == "1000.00"


def test_semantics_2_a_corrected_fact_appears_as_it_was(initiative: Initiative) -> None:
    correct(
        actor=system(initiative), fact=CostLine.objects.get(), now=MAY, changes={"amount": 9}, reason="typing error"
    )
    days = ("2026-04-30", "2026-05-31")
    assert [figures(initiative, day)["cost_to_date"]["value"] for day in days] == ["1000.00", "9.00"]


def test_semantics_2_the_day_ends_in_the_workspaces_zone(workspace: Workspace) -> None:
    workspace.time_zone = "Pacific/Auckland"
    workspace.save()
    row = make_initiative(workspace, now=MARCH)
    spend(row, "2026-01-05", 1000, now=datetime(2026, 3, 31, 11, 30, tzinfo=UTC))
    assert figures(row, "2026-03-31")["cost_to_date"]["reason"] == "NO_COST"


def test_a_benefit_confirmed_later_was_no_proof_then(initiative: Initiative) -> None:
    earn(initiative, "2026-02-28", 700, now=MAY)
    assert figures(initiative, "2026-05-09")["benefit_to_date"]["value"] == "0.00"


def test_a_setting_of_later_did_not_hold_then(initiative: Initiative) -> None:
    set_rate(initiative.workspace, "2026-01-01", "0.1", now=MAY)
    assert figures(initiative, "2026-03-31")["npv_to_date"]["reason"] == "NO_DISCOUNT_RATE"


def test_a_kpi_made_later_was_not_known_then(initiative: Initiative) -> None:
    measure(initiative, {"2026-01-31": 5}, now=MAY)
    snapshot = figures_as_of(
        workspace=initiative.workspace, initiative_id=initiative.pk, as_of=date(2026, 3, 31), now=NOW
    )
    assert snapshot.effects == []


def test_the_answer_is_stored_once(initiative: Initiative) -> None:
    figures(initiative, "2026-03-31")
    figures(initiative, "2026-03-31")
    assert Snapshot.objects.filter(kind="as_of").count() == 1


def test_declared_history_is_worked_out_again(initiative: Initiative) -> None:
    figures(initiative, "2026-03-31")
    spend(initiative, "2026-02-05", 500, now=MARCH)
    assert figures(initiative, "2026-03-31")["cost_to_date"]["value"] == "1500.00"


def test_nobody_points_at_the_past(initiative: Initiative) -> None:
    refresh(workspace=initiative.workspace, now=NOW)
    figures(initiative, "2026-03-31")
    assert CurrentSnapshot.objects.get().snapshot.kind == "current"


def test_a_day_ahead_is_refused(initiative: Initiative) -> None:
    with pytest.raises(DayAhead):
        figures(initiative, "2026-06-16")


def test_totals_of_the_past_hold_the_initiatives_known_then(initiative: Initiative) -> None:
    make_initiative(initiative.workspace, "later", now=MAY)
    totals = portfolio_as_of(workspace=initiative.workspace, as_of=date(2026, 3, 31), now=NOW)
    assert totals.coverage["of"] == 1


def test_the_horizon_of_now_does_not_rewrite_the_past(initiative: Initiative) -> None:
    """The initiative's own fields come from their history; where it begins later than the day, from today."""
    update_initiative(actor=system(initiative), initiative=initiative, now=MAY, changes={"horizon_months": 12})
    snapshot = figures_as_of(workspace=initiative.workspace, initiative_id=initiative.pk, as_of=NOW.date(), now=NOW)
    assert snapshot.horizon_months == 12


def believed_before(change: Callable[[], object], initiative: Initiative) -> Snapshot:
    """What was believed at the end of a moment, asked for after `change`; by the clock of the database."""
    before = timezone.now()
    change()
    cut = cut_of(initiative.workspace, Kind.AS_OF, before.date(), before)
    found = evaluated(initiative.workspace, [initiative.pk], Kind.AS_OF, before.date(), cut, experience(Learnt()))
    return Snapshot(**snapshot_fields(found[initiative.pk]))


@pytest.mark.django_db(transaction=True)
def test_a_kpi_shared_later_was_not_shared_then(initiative: Initiative) -> None:
    kpi = measure(make_initiative(initiative.workspace, "other", now=MARCH), {"2026-01-31": 5}, now=MARCH)

    def share() -> None:
        update_kpi(actor=system(initiative), kpi=kpi, now=timezone.now(), changes={"shared_with": [initiative.key]})

    assert believed_before(share, initiative).effects == []
    assert len(believed_before(lambda: None, initiative).effects) == 1


@pytest.mark.django_db(transaction=True)
def test_the_kpi_of_an_initiative_archived_later_counted_then(initiative: Initiative) -> None:
    other = make_initiative(initiative.workspace, "other", now=MARCH)
    measure(other, {"2026-01-31": 5}, now=MARCH, shared_with=[initiative.key])

    def archive() -> None:
        archive_initiative(actor=system(initiative), initiative=other, now=timezone.now())

    assert len(believed_before(archive, initiative).effects) == 1
    assert believed_before(lambda: None, initiative).effects == []


@pytest.mark.django_db(transaction=True)
def test_an_archive_that_was_undone_later_still_held_then(initiative: Initiative) -> None:
    archive_initiative(actor=system(initiative), initiative=initiative, now=timezone.now())
    between = timezone.now()
    restore_initiative(actor=system(initiative), initiative=initiative)
    assert not known(Initiative.objects.all(), between).exists()
    assert known(Initiative.objects.all(), timezone.now()).exists()


@pytest.mark.django_db(transaction=True)
def test_the_currency_and_fiscal_year_of_then_hold(initiative: Initiative) -> None:
    between = timezone.now()
    Workspace.objects.update(currency="USD", fiscal_year_start=4)
    batch = load(Workspace.objects.get(), [initiative.pk], between.date(), cut=between)
    assert (batch.context.currency, batch.context.fiscal_year_start) == ("EUR", 1)
    later = load(Workspace.objects.get(), [initiative.pk], between.date(), cut=timezone.now())
    assert (later.context.currency, later.context.fiscal_year_start) == ("USD", 4)


def test_before_its_history_begins_a_record_is_as_it_was_made(initiative: Initiative) -> None:
    """What was declared to be older than its history: the values that its own transaction left."""
    assert as_they_were([initiative], MARCH)[0].horizon_months == 36
