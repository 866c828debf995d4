"""Business cases, preregistrations, baselines, drivers: frozen, approved, and held."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.test import Client

from accounts.access import Forbidden
from accounts.choices import Role
from accounts.models import Workspace
from metrics.inputs import load
from portfolio.models import BaselineApproval, BusinessCase, Driver, Initiative, Kpi, Preregistration
from portfolio.services.adoption import record_adoption
from portfolio.services.baselines import approve_baseline, fingerprint
from portfolio.services.cases import approve_case, freeze_case
from portfolio.services.drivers import record_drivers, set_hurdle
from portfolio.services.errors import RowErrors
from portfolio.services.kpis import update_kpi
from portfolio.services.locks import lock_period
from portfolio.services.money import record_benefits, record_costs
from portfolio.services.prices import record_prices
from portfolio.services.proof import (
    preregister,
    record_control_doses,
    record_destinations,
    record_trials,
)
from portfolio.services.readings import record_readings
from tests.calls import api_of
from tests.factories import NOW, actor, make_initiative, make_kpi

DAY = date(2026, 6, 15)
LATER = datetime(2026, 6, 16, tzinfo=UTC)


@pytest.fixture
def initiative(workspace: Workspace) -> Initiative:
    row = make_initiative(workspace, "one", planned_go_live=date(2026, 9, 1))
    who = actor(workspace)
    record_costs(
        actor=who, initiative=row, now=NOW, rows=[{"on": date(2026, 7, 31), "amount": Decimal(100), "basis": "plan"}]
    )
    record_benefits(
        actor=who,
        initiative=row,
        now=NOW,
        rows=[{"on": date(2026, 10, 31), "amount": Decimal(300), "benefit_class": "cash", "basis": "plan"}],
    )
    return row


@pytest.fixture
def kpi(initiative: Initiative) -> Kpi:
    return make_kpi(initiative, design="series", baseline_from=date(2026, 1, 1), baseline_to=date(2026, 5, 31))


def read(initiative: Initiative) -> object:
    return load(initiative.workspace, [initiative.pk], DAY, cut=None).initiatives[initiative.pk]


def test_a_case_freezes_the_plan_with_a_hash_that_proves_it(initiative: Initiative) -> None:
    case = freeze_case(actor=actor(initiative.workspace), initiative=initiative, now=NOW, note="board")
    assert (case.version, case.content["costs"][0]["amount"], case.content["planned_go_live"]) == (
        1,
        "100",
        "2026-09-01",
    )
    assert case.content_hash == fingerprint(case.content)


def test_nothing_planned_is_nothing_to_freeze(workspace: Workspace) -> None:
    with pytest.raises(ValidationError, match="nothing to freeze"):
        freeze_case(actor=actor(workspace), initiative=make_initiative(workspace, "bare"), now=NOW)


def test_a_frozen_case_never_changes(initiative: Initiative) -> None:
    freeze_case(actor=actor(initiative.workspace), initiative=initiative, now=NOW)
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        BusinessCase.objects.update(content={})


def test_the_approved_version_is_the_plan_whatever_the_plan_lines_say_later(initiative: Initiative) -> None:
    workspace = initiative.workspace
    case = freeze_case(actor=actor(workspace), initiative=initiative, now=NOW)
    approve_case(actor=actor(workspace, Role.FINANCE), case=case, now=NOW)
    rows = [{"on": date(2026, 8, 31), "amount": Decimal(999), "basis": "plan"}]
    record_costs(actor=actor(workspace), initiative=initiative, now=LATER, rows=rows)
    found = read(initiative)
    assert [cost.amount for cost in found.costs] == [Decimal(100)]  # type: ignore[attr-defined]
    assert found.plan.version == 1  # type: ignore[attr-defined]


def test_only_finance_approves_and_only_once(initiative: Initiative) -> None:
    case = freeze_case(actor=actor(initiative.workspace), initiative=initiative, now=NOW)
    with pytest.raises(Forbidden):
        approve_case(actor=actor(initiative.workspace), case=case, now=NOW)
    approve_case(actor=actor(initiative.workspace, Role.FINANCE), case=case, now=NOW)
    with pytest.raises(ValidationError, match="already"):
        approve_case(actor=actor(initiative.workspace, Role.FINANCE), case=case, now=NOW)


def test_a_note_is_kept_whole_or_refused(initiative: Initiative) -> None:
    who, finance = actor(initiative.workspace), actor(initiative.workspace, Role.FINANCE)
    with pytest.raises(ValidationError, match="at most 400"):
        freeze_case(actor=who, initiative=initiative, now=NOW, note="x" * 401)
    case = freeze_case(actor=who, initiative=initiative, now=NOW, note="x" * 400)
    assert case.note == "x" * 400
    with pytest.raises(ValidationError, match="at most 400"):
        approve_case(actor=finance, case=case, now=NOW, note="x" * 401)
    assert not BusinessCase.objects.filter(approved_at__isnull=False).exists()


def test_two_planned_shares_of_one_day_are_refused(initiative: Initiative) -> None:
    use = [{"on": DAY, "share": Decimal("0.2")}, {"on": DAY, "share": Decimal("0.3")}]
    with pytest.raises(ValidationError, match="same day"):
        freeze_case(actor=actor(initiative.workspace), initiative=initiative, now=NOW, adoption=use)


def test_the_reader_chooses_which_versions_stand_side_by_side(client: Client, initiative: Initiative) -> None:
    who = actor(initiative.workspace)
    for _ in range(6):
        case = freeze_case(actor=who, initiative=initiative, now=NOW)
    approve_case(actor=actor(initiative.workspace, Role.FINANCE), case=case, now=NOW)
    assert who.user
    client.force_login(who.user)

    def versions(query: str) -> list[int]:
        shown = client.get(f"/initiatives/one/business-case/{query}").context["shown"]
        return [row.version for row in shown.versions]

    assert versions("") == [6, 5, 4, 3]
    assert versions("?version=1&version=5") == [5, 1]
    assert versions("?version=99&version=x") == [6, 5, 4, 3]
    assert client.get("/initiatives/one/business-case/?version=1").context["shown"].latest_approved == 6


def test_the_api_freezes_lists_and_approves(initiative: Initiative) -> None:
    admin, finance = api_of(initiative.workspace), api_of(initiative.workspace, Role.FINANCE)
    made = admin.post(
        "initiatives/one/business_cases/", {"note": "v1", "adoption": [{"on": "2026-10-31", "share": "0.5"}]}
    )
    approved = finance.post("initiatives/one/business_cases/1/approve/", {"note": "agreed"})
    listed = admin.get("initiatives/one/business_cases/").json()["results"]
    assert (made.status_code, approved.status_code) == (201, 200)
    assert (listed[0]["approval_note"], listed[0]["content"]["adoption"]) == (
        "agreed",
        [{"on": "2026-10-31", "share": "0.5"}],
    )


def test_a_design_is_frozen_before_the_first_use_only(kpi: Kpi) -> None:
    who = actor(kpi.workspace)
    frozen = preregister(actor=who, kpi=kpi, now=NOW)
    assert (frozen.frozen["design"], frozen.frozen_hash) == ("series", fingerprint(frozen.frozen))
    record_adoption(
        actor=who, initiative=kpi.initiative, now=NOW, rows=[{"on": date(2026, 6, 1), "share": Decimal("0.2")}]
    )
    with pytest.raises(ValidationError, match="in use since"):
        preregister(actor=who, kpi=kpi, now=LATER)
    assert Preregistration.objects.live().count() == 1


def test_an_approved_baseline_changes_with_a_reason_and_needs_approval_again(kpi: Kpi) -> None:
    who = actor(kpi.workspace)
    record_readings(actor=who, kpi=kpi, now=NOW, rows=[{"on": date(2026, 2, 28), "value": Decimal(7)}])
    approval = approve_baseline(actor=actor(kpi.workspace, Role.FINANCE), kpi=kpi, now=NOW)
    assert (approval.mean, approval.readings) == (Decimal(7), 1)
    moved = {"baseline_from": date(2026, 2, 1)}
    with pytest.raises(ValidationError, match="Say why"):
        update_kpi(actor=who, kpi=kpi, now=LATER, changes=moved)
    update_kpi(actor=who, kpi=kpi, now=LATER, changes={**moved, "baseline_reason": "January was a strike"})
    assert not BaselineApproval.objects.live().exists()
    assert BaselineApproval.objects.get().supersede_reason == "January was a strike"


def test_drivers_are_three_rising_points(initiative: Initiative) -> None:
    who = actor(initiative.workspace)
    good = {"name": "cost", "p10": Decimal("0.9"), "p50": Decimal(1), "p90": Decimal("1.5")}
    record_drivers(actor=who, initiative=initiative, now=NOW, rows=[good])
    record_drivers(actor=who, initiative=initiative, now=LATER, rows=[{**good, "p90": Decimal(2)}])
    assert [row.p90 for row in Driver.objects.live()] == [Decimal(2)]
    with pytest.raises(RowErrors, match="lies below"):
        record_drivers(actor=who, initiative=initiative, now=LATER, rows=[{**good, "p50": Decimal(9)}])


def test_everything_that_proves_an_effect_reaches_the_core(kpi: Kpi) -> None:
    workspace, who, finance = kpi.workspace, actor(kpi.workspace), actor(kpi.workspace, Role.FINANCE)
    other = make_initiative(workspace, "two")
    on = date(2026, 3, 31)
    update_kpi(actor=who, kpi=kpi, now=NOW, changes={"shared_with": ["two"]})
    preregister(actor=who, kpi=kpi, now=NOW)
    record_readings(
        actor=who,
        kpi=kpi,
        now=NOW,
        rows=[{"on": on, "value": Decimal(5)}, {"on": on, "value": Decimal(4), "series": "north"}],
    )
    record_control_doses(actor=who, kpi=kpi, now=NOW, rows=[{"on": on, "series": "north", "share": Decimal("0.2")}])
    record_destinations(actor=who, kpi=kpi, now=NOW, rows=[{"on": on, "cash_out": Decimal("0.3")}])
    arms = {f"{arm}_{part}": Decimal(4) for arm in ("treated", "control") for part in ("count", "mean", "deviation")}
    arms = {name: int(value) if name.endswith("count") else value for name, value in arms.items()}
    record_trials(actor=who, kpi=kpi, now=NOW, rows=[{"on": on, "allocated_on": on, "randomised": "teams", **arms}])
    record_drivers(
        actor=who,
        initiative=kpi.initiative,
        now=NOW,
        rows=[{"name": "delay", "p10": Decimal(0), "p50": Decimal(1), "p90": Decimal(3)}],
    )
    set_hurdle(actor=finance, initiative=kpi.initiative, now=NOW, value=Decimal("0.4"), on=on, note="risky")
    record_prices(actor=finance, now=NOW, rows=[{"on": on, "value": Decimal(104)}])
    lock_period(actor=finance, now=NOW, through=date(2026, 2, 28))
    batch = load(workspace, [kpi.initiative_id, other.pk], DAY, cut=None)
    found, sharer = batch.initiatives[kpi.initiative_id], batch.initiatives[other.pk]
    read_kpi = found.kpis[0]
    assert sharer.kpis[0] == read_kpi
    assert [dose.initiative for dose in read_kpi.doses] == ["one", "two"]
    assert (len(read_kpi.readings), list(read_kpi.controls), list(read_kpi.control_doses)) == (1, ["north"], ["north"])
    assert (read_kpi.preregistration.design, len(read_kpi.trials)) == ("series", 1)  # type: ignore[union-attr]
    assert read_kpi.destinations[0].cash_out == Decimal("0.3")
    assert (found.hurdle, found.closed_through, found.drivers[0].name) == (Decimal("0.4"), date(2026, 2, 28), "delay")
    assert batch.context.prices.levels == (Decimal(104),)


def test_reading_many_initiatives_takes_as_many_queries_as_one(workspace: Workspace) -> None:
    rows = [make_initiative(workspace, f"i{n}") for n in range(4)]
    for row in rows:
        make_kpi(row, key=f"k-{row.key}")

    def queries(ids: list[int]) -> int:
        with connection.execute_wrapper(counter := Counter()):
            load(workspace, ids, DAY, cut=None)
        return counter.seen

    assert queries([rows[0].pk]) == queries([row.pk for row in rows])


class Counter:
    """Counts statements."""

    seen = 0

    def __call__(self, execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        self.seen += 1
        return execute(sql, params, many, context)
