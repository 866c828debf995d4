"""Facts are superseded, never edited; the same fact again changes nothing."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from accounts.access import Actor, Forbidden
from accounts.choices import Role
from accounts.models import Membership, Workspace
from portfolio.models import BenefitLine, CostLine, Initiative, Reading
from portfolio.services.errors import RowErrors
from portfolio.services.facts import correct, supersede
from portfolio.services.money import confirm_benefit, record_benefits, record_costs
from portfolio.services.rates import record_rates
from portfolio.services.readings import record_readings
from portfolio.services.settings import set_dated
from tests.factories import NOW, actor, day, make_initiative, make_kpi, make_member

COST = {"on": day("2026-01-31"), "amount": Decimal(100), "category": "compute"}


def costs(initiative: Initiative, *rows: dict[str, object], now=NOW):
    return record_costs(
        actor=Actor.system(initiative.workspace), initiative=initiative, now=now, rows=list(rows), source="bill"
    )


def test_a_fact_cannot_be_edited_in_place(workspace: Workspace) -> None:
    costs(make_initiative(workspace), COST)
    with pytest.raises(DatabaseError, match="never_edited"), transaction.atomic():
        CostLine.objects.update(amount=1)


def test_semantics_19_an_external_id_sent_again_with_the_same_content_is_unchanged(workspace: Workspace) -> None:
    initiative = make_initiative(workspace)
    costs(initiative, {**COST, "external_id": "inv-1"})
    again = costs(initiative, {**COST, "external_id": "inv-1"})
    assert (len(again.created), len(again.updated), len(again.unchanged)) == (0, 0, 1)


def test_semantics_19_an_external_id_sent_again_with_other_content_supersedes(workspace: Workspace) -> None:
    initiative = make_initiative(workspace)
    costs(initiative, {**COST, "external_id": "inv-1"})
    costs(initiative, {**COST, "external_id": "inv-1", "amount": Decimal(120)}, now=NOW + timedelta(days=1))
    assert list(CostLine.objects.order_by("id").values_list("amount", "superseded_at")) == [
        (Decimal(100), NOW + timedelta(days=1)),
        (Decimal(120), None),
    ]


def test_semantics_19_without_external_id_every_call_is_a_new_fact(workspace: Workspace) -> None:
    initiative = make_initiative(workspace)
    costs(initiative, COST)
    costs(initiative, COST)
    assert CostLine.objects.live().count() == 2


def test_semantics_18_a_second_reading_of_a_day_supersedes_the_first(workspace: Workspace) -> None:
    kpi = make_kpi(make_initiative(workspace))
    for value in (Decimal(12), Decimal(11)):
        record_readings(
            actor=Actor.system(workspace), kpi=kpi, now=NOW, rows=[{"on": day("2026-05-31"), "value": value}]
        )
    assert [reading.value for reading in Reading.objects.live()] == [Decimal(11)]


def test_semantics_3_an_actual_dated_after_today_is_refused(workspace: Workspace) -> None:
    with pytest.raises(RowErrors, match="lies ahead"):
        costs(make_initiative(workspace), {**COST, "on": day("2026-06-16")})


def test_semantics_3_a_plan_may_lie_ahead(workspace: Workspace) -> None:
    done = costs(make_initiative(workspace), {**COST, "on": day("2027-06-16"), "basis": "plan"})
    assert len(done.created) == 1


def test_semantics_1_today_is_the_calendar_date_of_the_workspace(workspace: Workspace) -> None:
    workspace.time_zone = "Pacific/Kiritimati"
    done = costs(make_initiative(workspace), {**COST, "on": day("2026-06-16")})
    assert len(done.created) == 1


def test_one_faulty_row_refuses_the_whole_list_and_is_named(workspace: Workspace) -> None:
    with pytest.raises(RowErrors) as refused:
        costs(make_initiative(workspace), COST, {**COST, "currency": "XYW"})
    assert [(row.index, row.field) for row in refused.value.rows] == [(1, "currency")]
    assert CostLine.objects.count() == 0


def test_more_digits_than_the_column_holds_are_refused_not_rounded(workspace: Workspace) -> None:
    with pytest.raises(RowErrors):
        costs(make_initiative(workspace), {**COST, "amount": Decimal("0.12345678901")})


def test_a_correction_keeps_the_old_row_with_who_when_and_why(workspace: Workspace) -> None:
    finance = actor(workspace, Role.FINANCE)
    line = costs(make_initiative(workspace), COST).created[0]
    correct(actor=finance, fact=line, now=NOW, changes={"amount": Decimal(90)}, reason="credit note")
    old = CostLine.objects.get(pk=line.pk)
    assert (old.amount, old.superseded_by, old.supersede_reason) == (Decimal(100), finance.user, "credit note")


def test_a_correction_without_a_reason_is_refused(workspace: Workspace) -> None:
    line = costs(make_initiative(workspace), COST).created[0]
    with pytest.raises(ValidationError, match="Say why"):
        correct(actor=Actor.system(workspace), fact=line, now=NOW, changes={"amount": Decimal(90)}, reason=" ")


def test_a_fact_superseded_meanwhile_is_not_superseded_twice(workspace: Workspace) -> None:
    line = costs(make_initiative(workspace), COST).created[0]
    supersede(actor=Actor.system(workspace), fact=line, now=NOW, reason="twice")
    with pytest.raises(ValidationError, match="Someone else"):
        supersede(actor=Actor.system(workspace), fact=line, now=NOW, reason="twice")


def test_a_write_moves_the_version_of_its_initiative_alone(workspace: Workspace) -> None:
    touched, other = make_initiative(workspace, "touched"), make_initiative(workspace, "other")
    costs(touched, COST)
    versions = dict(Initiative.objects.values_list("key", "inputs_version"))
    assert (versions["touched"] > touched.inputs_version, versions["other"]) == (True, other.inputs_version + 1)


def test_semantics_16_a_reading_of_a_shared_kpi_moves_all_that_share_it(workspace: Workspace) -> None:
    owner, sharer = make_initiative(workspace, "owner"), make_initiative(workspace, "sharer")
    kpi = make_kpi(owner, shared_with=["sharer"])
    before = Initiative.objects.get(pk=sharer.pk).inputs_version
    record_readings(actor=Actor.system(workspace), kpi=kpi, now=NOW, rows=[{"on": day("2026-05-31"), "value": 1}])
    assert Initiative.objects.get(pk=sharer.pk).inputs_version == before + 1


def test_a_rate_moves_only_initiatives_that_hold_its_currencies(workspace: Workspace) -> None:
    dollars, euros = make_initiative(workspace, "usd", currency="USD"), make_initiative(workspace, "eur")
    before = dict(Initiative.objects.values_list("key", "inputs_version"))
    row = {"on": day("2026-01-31"), "base": "USD", "quote": "CHF", "rate": Decimal("0.9")}
    record_rates(actor=Actor.system(workspace), now=NOW, rows=[row])
    after = dict(Initiative.objects.values_list("key", "inputs_version"))
    assert (after["usd"] - before["usd"], after["eur"] - before["eur"]) == (1, 0)
    assert dollars.pk != euros.pk


def test_a_dated_setting_moves_the_settings_version(workspace: Workspace) -> None:
    set_dated(actor=Actor.system(workspace), now=NOW, name="hurdle", value=Decimal("0.25"), on=day("2026-01-01"))
    assert Workspace.objects.get(pk=workspace.pk).settings_version == 2


def test_only_finance_confirms_a_benefit(workspace: Workspace) -> None:
    initiative = make_initiative(workspace)
    line = claim(initiative)
    with pytest.raises(Forbidden):
        confirm_benefit(actor=actor(workspace, Role.ADMIN), benefit=line, now=NOW, evidence="ledger 4711")


def test_semantics_24_confirming_needs_evidence(workspace: Workspace) -> None:
    line = claim(make_initiative(workspace))
    with pytest.raises(ValidationError, match="evidence"):
        confirm_benefit(actor=actor(workspace, Role.FINANCE), benefit=line, now=NOW)


def test_a_confirmed_benefit_supersedes_the_claim(workspace: Workspace) -> None:
    line = claim(make_initiative(workspace))
    confirm_benefit(actor=actor(workspace, Role.FINANCE), benefit=line, now=NOW, evidence="ledger 4711")
    assert [(row.confirmed_at, row.evidence) for row in BenefitLine.objects.live()] == [(NOW, "ledger 4711")]


def test_a_manager_writes_only_their_own_initiatives(workspace: Workspace, owner: Membership) -> None:
    foreign = make_initiative(workspace, "foreign", owner="Somebody Else")
    with pytest.raises(Forbidden):
        record_costs(actor=Actor.of(owner), initiative=foreign, now=NOW, rows=[COST])


def test_a_manager_writes_initiatives_of_their_unit(workspace: Workspace) -> None:
    initiative = make_initiative(workspace, unit="Claims")
    manager = make_member(workspace, Role.MANAGER, unit=initiative.unit)
    done = record_costs(actor=Actor.of(manager), initiative=initiative, now=NOW, rows=[COST])
    assert len(done.created) == 1


def claim(initiative: Initiative) -> BenefitLine:
    row = {"on": day("2026-03-31"), "amount": Decimal(500), "benefit_class": "cash"}
    return record_benefits(
        actor=Actor.system(initiative.workspace), initiative=initiative, now=NOW, rows=[row]
    ).created[0]
