"""Importing compares with the records, writes all or nothing, and changes nothing the second time."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.access import Actor, Forbidden
from accounts.choices import Role
from accounts.models import BusinessUnit, Workspace
from portfolio.bell import listeners
from portfolio.importing.parse.profile import Profile, plain_profile, profile_from
from portfolio.importing.parse.schema import Kind
from portfolio.models import (
    AdoptionReading,
    Assessment,
    BenefitLine,
    CostLine,
    Event,
    ExchangeRate,
    Initiative,
    Kpi,
    Reading,
    StageChange,
)
from portfolio.services.imports import ImportReport, import_file
from portfolio.services.money import confirm_benefit
from tests.factories import NOW, actor, day, make_initiative, make_kpi, make_member


def load(workspace: Workspace, kind: Kind, text: str, profile: Profile | None = None, **options: Any) -> ImportReport:
    settings: dict[str, Any] = {"actor": Actor.system(workspace), "now": NOW, "write": True, **options}
    return import_file(
        kind=kind, data=text.encode(), filename="list.csv", profile=profile or plain_profile(), **settings
    )


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, report.rejected


def reasons(report: ImportReport) -> list[tuple[int | None, str]]:
    return [(issue.line, issue.reason) for issue in report.rejections]


INITIATIVES = (
    "key,name,summary,unit,owner,currency,stage,planned_go_live,horizon_months,tags,programme\n"
    "claims,Claims triage,Sorts claims,Operations,Ada,EUR,pilot,2026-09-01,24,nlp;claims,Service\n"
    "chat,Chat assistant,,Operations,,USD,,,,,\n"
)


def test_initiatives_come_in_with_their_unit_programme_and_stage(workspace: Workspace) -> None:
    load(workspace, Kind.INITIATIVES, INITIATIVES)
    claims = Initiative.objects.get(key="claims")
    assert (claims.unit and claims.unit.name, claims.programme and claims.programme.name) == ("Operations", "Service")
    assert (claims.stage, claims.tags, claims.horizon_months) == ("pilot", ["nlp", "claims"], 24)


def test_the_same_initiatives_again_change_nothing(workspace: Workspace) -> None:
    load(workspace, Kind.INITIATIVES, INITIATIVES)
    versions = list(Initiative.objects.order_by("id").values_list("inputs_version", flat=True))
    again = load(workspace, Kind.INITIATIVES, INITIATIVES, now=NOW + timedelta(days=1))
    assert counts(again) == (0, 0, 2, 0)
    assert list(Initiative.objects.order_by("id").values_list("inputs_version", flat=True)) == versions


def test_a_changed_row_says_what_changes_field_by_field(workspace: Workspace) -> None:
    load(workspace, Kind.INITIATIVES, INITIATIVES)
    changed = INITIATIVES.replace("Sorts claims", "Sorts and routes claims").replace(",24,", ",36,")
    report = load(workspace, Kind.INITIATIVES, changed)
    assert counts(report) == (0, 1, 1, 0)
    assert [(row.line, row.record, row.field, row.before, row.after) for row in report.changes] == [
        (2, "claims", "summary", "Sorts claims", "Sorts and routes claims"),
        (2, "claims", "horizon_months", "24", "36"),
    ]


def test_an_empty_cell_changes_nothing(workspace: Workspace) -> None:
    load(workspace, Kind.INITIATIVES, INITIATIVES)
    load(workspace, Kind.INITIATIVES, "key,name,summary\nclaims,Claims triage,\n")
    assert Initiative.objects.get(key="claims").summary == "Sorts claims"


def test_a_new_stage_is_a_stage_change_on_the_day_of_the_import(workspace: Workspace) -> None:
    load(workspace, Kind.INITIATIVES, INITIATIVES)
    later = NOW + timedelta(days=30)
    report = load(workspace, Kind.INITIATIVES, INITIATIVES.replace("pilot", "development"), now=later)
    assert counts(report) == (0, 1, 1, 0)
    assert [(row.field, row.before, row.after) for row in report.changes] == [("stage", "pilot", "development")]
    assert list(StageChange.objects.order_by("on").values_list("to", "on")) == [
        ("pilot", NOW.date()),
        ("development", later.date()),
    ]


def test_a_stage_that_a_later_file_gives_again_is_no_change(workspace: Workspace) -> None:
    text = "key,name,stage,stage_on\na,One,pilot,{}\n"
    load(workspace, Kind.INITIATIVES, text.format("2025-03-31"))
    assert counts(load(workspace, Kind.INITIATIVES, text.format("2026-03-31"))) == (0, 0, 1, 0)
    assert Initiative.objects.get().stage_since == day("2025-03-31")


def test_a_stage_of_the_same_day_is_corrected_by_a_newer_file(workspace: Workspace) -> None:
    text = "key,name,stage,stage_on\na,One,{},2025-03-31\n"
    load(workspace, Kind.INITIATIVES, text.format("pilot"))
    assert counts(load(workspace, Kind.INITIATIVES, text.format("production"))) == (0, 1, 0, 0)
    assert counts(load(workspace, Kind.INITIATIVES, text.format("production"))) == (0, 0, 1, 0)
    assert StageChange.objects.filter(superseded_at=None).get().to == "production"


def test_initiatives_without_a_key_are_found_again_by_their_name(workspace: Workspace) -> None:
    text = "name\nChat Bot\nChat bot\n"
    load(workspace, Kind.INITIATIVES, text)
    assert counts(load(workspace, Kind.INITIATIVES, text)) == (0, 0, 2, 0)
    assert sorted(Initiative.objects.values_list("key", flat=True)) == ["chat-bot", "chat-bot-2"]


def test_a_key_that_stands_twice_refuses_the_file(workspace: Workspace) -> None:
    report = load(workspace, Kind.INITIATIVES, "key,name\na,One\na,Two\n")
    assert reasons(report) == [(3, "the key “a” stands in line 2 already")]
    assert not Initiative.objects.exists()


def test_one_faulty_row_refuses_the_whole_file(workspace: Workspace) -> None:
    report = load(workspace, Kind.INITIATIVES, "key,name,currency\na,One,EUR\nb,Two,Euro\n")
    assert (counts(report), report.applied) == ((1, 0, 0, 1), False)
    assert not Initiative.objects.exists()


def test_the_good_rows_can_be_loaded_alone(workspace: Workspace) -> None:
    text = "key,name,currency\na,One,EUR\nb,Two,Euro\n"
    assert load(workspace, Kind.INITIATIVES, text, accept_valid=True).applied
    assert list(Initiative.objects.values_list("key", flat=True)) == ["a"]


def test_telling_what_would_happen_writes_nothing(workspace: Workspace) -> None:
    report = load(workspace, Kind.INITIATIVES, INITIATIVES, write=False)
    assert counts(report) == (2, 0, 0, 0)
    assert not Initiative.objects.exists()
    assert not BusinessUnit.objects.exists()


def test_versions_move_once_and_the_bell_rings(workspace: Workspace, django_capture_on_commit_callbacks: Any) -> None:
    rung: list[tuple[int, list[int] | None]] = []
    listeners.append(lambda workspace_id, ids: rung.append((workspace_id, ids)))
    try:
        with django_capture_on_commit_callbacks(execute=True):
            load(workspace, Kind.INITIATIVES, INITIATIVES)
    finally:
        listeners.pop()
    assert set(Initiative.objects.values_list("inputs_version", flat=True)) == {2}
    assert sorted(key for _, ids in rung for key in ids or []) == sorted(
        Initiative.objects.values_list("pk", flat=True)
    )


COSTS = (
    "initiative,on,amount,currency,category,basis\n"
    "claims,2026-01-31,£1000,GBP,compute,actual\n"
    "claims,2026-01-31,£1000,GBP,compute,actual\n"
    "claims,2027-01-31,500,,people,plan\n"
)


def test_equal_rows_of_one_file_are_different_facts(workspace: Workspace) -> None:
    make_initiative(workspace)
    assert counts(load(workspace, Kind.COSTS, COSTS)) == (3, 0, 0, 0)


def test_the_same_costs_again_change_nothing(workspace: Workspace) -> None:
    make_initiative(workspace)
    load(workspace, Kind.COSTS, COSTS)
    assert counts(load(workspace, Kind.COSTS, COSTS)) == (0, 0, 3, 0)
    assert CostLine.objects.count() == 3


def test_a_cost_without_a_currency_has_that_of_its_initiative(workspace: Workspace) -> None:
    make_initiative(workspace, currency="CHF")
    load(workspace, Kind.COSTS, "initiative,on,amount\nclaims,2026-01-31,5\n")
    assert CostLine.objects.get().currency == "CHF"


def test_a_fact_with_its_own_id_is_superseded_by_other_content(workspace: Workspace) -> None:
    make_initiative(workspace)
    text = "initiative,on,amount,external_id\nclaims,2026-01-31,5,inv-1\n"
    load(workspace, Kind.COSTS, text)
    report = load(workspace, Kind.COSTS, text.replace(",5,", ",6,"))
    assert counts(report) == (0, 1, 0, 0)
    assert [(row.field, row.before, row.after) for row in report.changes] == [("amount", "5", "6")]
    assert CostLine.objects.filter(superseded_at=None).get().amount == 6


def test_an_actual_that_lies_ahead_is_refused_with_its_line(workspace: Workspace) -> None:
    make_initiative(workspace)
    report = load(workspace, Kind.COSTS, "initiative,on,amount\nclaims,2026-06-16,5\n")
    assert reasons(report) == [(2, "2026-06-16 lies ahead; only plans and forecasts may")]


def test_an_initiative_that_is_not_there_is_named(workspace: Workspace) -> None:
    report = load(workspace, Kind.COSTS, "initiative,on,amount\nnone,2026-01-31,5\n")
    assert reasons(report) == [(2, "there is no initiative with the key “none”")]


def test_an_initiative_of_another_workspace_is_as_one_that_is_not_there(workspace: Workspace, stranger: Any) -> None:
    make_initiative(stranger.workspace, "theirs")
    report = load(workspace, Kind.COSTS, "initiative,on,amount\ntheirs,2026-01-31,5\n")
    assert reasons(report) == [(2, "there is no initiative with the key “theirs”")]


def test_a_benefit_that_finance_confirmed_is_not_changed_by_an_import(workspace: Workspace) -> None:
    make_initiative(workspace)
    text = "initiative,on,amount,benefit_class,evidence,external_id\nclaims,2026-01-31,5,cash,ledger 7,b-1\n"
    load(workspace, Kind.BENEFITS, text)
    confirm_benefit(actor=actor(workspace, Role.FINANCE), benefit=BenefitLine.objects.get(), now=NOW)
    assert counts(load(workspace, Kind.BENEFITS, text)) == (0, 0, 1, 0)
    report = load(workspace, Kind.BENEFITS, text.replace(",5,", ",9,"))
    assert reasons(report) == [(2, "finance has confirmed this benefit; an import cannot change it")]


def test_kpis_are_found_again_by_name_within_their_initiative(workspace: Workspace) -> None:
    make_initiative(workspace)
    text = "initiative,kpi,unit,direction,primary\nclaims,Handle time,minutes,down,yes\n"
    assert counts(load(workspace, Kind.KPIS, text)) == (1, 0, 0, 0)
    assert counts(load(workspace, Kind.KPIS, text)) == (0, 0, 1, 0)
    assert counts(load(workspace, Kind.KPIS, text.replace("minutes", "hours"))) == (0, 1, 0, 0)
    assert Kpi.objects.get().unit == "hours"


def test_a_second_primary_kpi_is_refused(workspace: Workspace) -> None:
    make_initiative(workspace)
    text = "initiative,kpi,direction,primary\nclaims,One,down,yes\nclaims,Two,up,yes\n"
    assert reasons(load(workspace, Kind.KPIS, text)) == [(3, "the initiative has another primary KPI, “claims-one”")]


def test_a_second_reading_of_the_same_day_supersedes_the_first(workspace: Workspace) -> None:
    make_kpi(make_initiative(workspace))
    text = "initiative,kpi,on,value\nclaims,Handle time,2026-01-31,12.5\n"
    load(workspace, Kind.READINGS, text)
    assert counts(load(workspace, Kind.READINGS, text)) == (0, 0, 1, 0)
    assert counts(load(workspace, Kind.READINGS, text.replace("12.5", "11"))) == (0, 1, 0, 0)
    assert Reading.objects.filter(superseded_at=None).get().value == 11


def test_two_readings_of_one_day_in_one_file_are_refused(workspace: Workspace) -> None:
    make_kpi(make_initiative(workspace))
    text = "initiative,kpi,on,value\nclaims,Handle time,2026-01-31,1\nclaims,handle time,2026-01-31,2\n"
    assert reasons(load(workspace, Kind.READINGS, text)) == [(3, "line 2 gives the same record another content")]


def test_a_ratio_reading_is_worked_out_from_its_parts(workspace: Workspace) -> None:
    make_kpi(make_initiative(workspace))
    load(workspace, Kind.READINGS, "initiative,kpi,on,numerator,denominator\nclaims,Handle time,2026-01-31,1,4\n")
    assert Reading.objects.get().value == Decimal("0.25")


def test_adoption_is_a_share_or_two_numbers(workspace: Workspace) -> None:
    make_initiative(workspace)
    text = "initiative,on,share,active,eligible\nclaims,2026-01-31,45%,,\nclaims,2026-02-28,,30,40\n"
    load(workspace, Kind.ADOPTION, text)
    shares = AdoptionReading.objects.order_by("on").values_list("share", flat=True)
    assert list(shares) == [Decimal("0.45"), Decimal("0.75")]


def test_stage_changes_keep_their_dates_and_set_the_stage(workspace: Workspace) -> None:
    make_initiative(workspace)
    text = "initiative,to,effective_on\nclaims,production,2026-03-01\nclaims,pilot,2025-06-01\n"
    load(workspace, Kind.STAGES, text)
    claims = Initiative.objects.get()
    assert (claims.stage, claims.stage_since) == ("production", day("2026-03-01"))


def test_assessments_and_events_come_in(workspace: Workspace) -> None:
    make_initiative(workspace)
    load(workspace, Kind.ASSESSMENTS, "initiative,on,integration,workforce\nclaims,2026-01-31,0.5,-1\n")
    load(workspace, Kind.EVENTS, "initiative,on,kind,note\nclaims,2026-01-31,market,Prices fell\n")
    assert Assessment.objects.get().scores == {"integration": "0.5", "workforce": "-1"}
    assert Event.objects.get().note == "Prices fell"


def test_rates_come_in_and_an_equal_pair_is_refused(workspace: Workspace) -> None:
    report = load(workspace, Kind.RATES, "on,base,quote,rate\n2026-01-30,EUR,USD,1.1\n2026-01-30,EUR,EUR,1\n")
    assert reasons(report) == [(3, "Base and quote are the same currency.")]
    assert not ExchangeRate.objects.exists()


def test_a_row_of_several_records_loads_whole_or_not_at_all(workspace: Workspace) -> None:
    make_initiative(workspace)
    recipe = {"initiative": "id", "amount": "cost"}
    profile = profile_from(
        {"name": "two", "source": "two", "costs": [{**recipe, "on": "one"}, {**recipe, "on": "two"}]}
    )
    text = "id,cost,one,two\nclaims,5,2026-01-31,2027-01-31\n"
    report = load(workspace, Kind.COSTS, text, profile, accept_valid=True)
    assert (counts(report), CostLine.objects.count()) == ((0, 0, 0, 1), 0)


def test_finance_does_not_import_initiatives(workspace: Workspace) -> None:
    with pytest.raises(Forbidden):
        load(workspace, Kind.INITIATIVES, INITIATIVES, actor=actor(workspace, Role.FINANCE))


def test_only_finance_imports_rates(workspace: Workspace) -> None:
    text = "on,base,quote,rate\n2026-01-30,EUR,USD,1.1\n"
    with pytest.raises(Forbidden):
        load(workspace, Kind.RATES, text, actor=actor(workspace, Role.ADMIN))
    assert load(workspace, Kind.RATES, text, actor=actor(workspace, Role.FINANCE)).applied


def test_a_manager_owns_the_initiatives_that_they_import(workspace: Workspace) -> None:
    manager = make_member(workspace, Role.MANAGER, "boss@acme.example")
    load(workspace, Kind.INITIATIVES, "key,name\na,One\n", actor=Actor.of(manager))
    assert Initiative.objects.get().owner_user == manager.user


def test_an_owner_who_is_a_member_is_linked(workspace: Workspace) -> None:
    manager = make_member(workspace, Role.MANAGER, "boss@acme.example")
    load(workspace, Kind.INITIATIVES, "key,name,owner\na,One,boss@acme.example\n")
    assert Initiative.objects.get().owner_user == manager.user


@pytest.mark.parametrize("kind", [Kind.INITIATIVES, Kind.COSTS])
def test_the_number_of_queries_does_not_grow_with_rows(
    workspace: Workspace, kind: Kind, django_assert_max_num_queries: Any
) -> None:
    for number in range(40):
        make_initiative(workspace, f"i{number}")
    rows = [f"i{number},N {number},2026-01-31,{number}" for number in range(40)]
    header = "key,name" if kind is Kind.INITIATIVES else "initiative,note,on,amount"
    text = "\n".join([header, *(row if "," in header[8:] else ",".join(row.split(",")[:2]) for row in rows)])
    with django_assert_max_num_queries(25):
        assert load(workspace, kind, text).applied
