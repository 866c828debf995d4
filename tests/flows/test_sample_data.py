"""The sample's data on any day: consistent, and never ahead of its time."""

from datetime import UTC, date, datetime, timedelta

import pytest

from config.sample import definitions, facts
from config.sample.calendar import Calendar
from config.sample.series import months_of
from portfolio.choices import Basis, BenefitClass, Cause, CostCategory, Stage
from portfolio.models import BenefitLine, CostLine, Initiative, Kpi, StageChange

DAYS = [
    datetime(2026, 11, 22, 21, tzinfo=UTC),
    datetime(2026, 11, 1, 5, tzinfo=UTC),
    datetime(2026, 12, 31, 12, tzinfo=UTC),
    datetime(2028, 2, 29, 23, tzinfo=UTC),
    datetime(2027, 3, 1, 2, tzinfo=UTC),
]
ENDS = {Stage.RETIRED, Stage.ABANDONED}


@pytest.fixture(scope="module")
def initiatives():
    return definitions.initiatives()


def entries(data, now):
    calendar = Calendar(now, definitions.workspace()["time_zone"])
    initiative = Initiative(key=data.key, currency=data.fields["currency"])
    kpis = {each.key: Kpi(key=each.key) for each in data.kpis}
    return calendar, list(facts.of_initiative(data, initiative, kpis, calendar))


def lies_ahead(entry):
    return getattr(entry.fact, "basis", Basis.ACTUAL) != Basis.ACTUAL


def test_there_are_twelve_initiatives_with_keys_of_their_own(initiatives):
    assert len({each.key for each in initiatives}) == 12


def test_every_state_has_an_initiative(initiatives):
    latest = {max(each.stages, key=lambda stage: stage["month"])["to"] for each in initiatives}
    assert latest == set(Stage) - {Stage.IDEA}


def test_one_initiative_was_rolled_back(initiatives):
    order = list(Stage)
    back = [
        each.key
        for each in initiatives
        for first, then in zip(each.stages, each.stages[1:], strict=False)
        if order.index(then["to"]) < order.index(first["to"])
    ]
    assert back == ["marketing-studio"]


def test_three_currencies_are_in_use_and_have_rates(initiatives):
    workspace = definitions.workspace()
    used = {each.fields["currency"] for each in initiatives}
    assert used == {workspace["currency"], *(rate["base"] for rate in workspace["rates"])}
    assert len(used) == 3


def test_words_are_those_of_the_contract(initiatives):
    assert {cost.category for each in initiatives for cost in each.costs} <= set(CostCategory)
    assert {benefit.benefit_class for each in initiatives for benefit in each.benefits} <= set(BenefitClass)
    assert {cause for each in initiatives for row in each.assessments for cause in row["scores"]} <= set(Cause)


def test_units_programmes_and_owners_are_known_names(initiatives):
    units = {unit["name"] for unit in definitions.workspace()["units"]}
    assert {each.fields["unit"] for each in initiatives} <= units
    assert all(each.fields["owner"] and each.fields["sponsor"] and each.fields["programme"] for each in initiatives)


def test_stages_and_months_run_forward(initiatives):
    for each in initiatives:
        months = [stage["month"] for stage in each.stages]
        assert months == sorted(months), each.key
        assert months[-1] < 0, each.key


def test_all_but_the_ended_and_the_beginner_have_a_plan_ahead(initiatives):
    ahead = {
        each.key
        for each in initiatives
        if max((month for cost in each.costs for month in months_of(cost.plan)), default=-1) >= 0
    }
    ended = {each.key for each in initiatives if each.stages[-1]["to"] in ENDS}
    assert {each.key for each in initiatives} - ahead == {*ended, "contract-review"}


def test_confirmed_benefits_name_their_evidence(initiatives):
    assert all(benefit.evidence for each in initiatives for benefit in each.benefits if benefit.confirmed)


def test_benefit_lines_name_a_kpi_of_their_initiative(initiatives):
    for each in initiatives:
        assert {benefit.kpi for benefit in each.benefits} - {""} <= {kpi.key for kpi in each.kpis}, each.key


@pytest.mark.parametrize("now", DAYS, ids=str)
def test_nothing_that_happened_lies_in_the_future(initiatives, now):
    for data in initiatives:
        calendar, found = entries(data, now)
        late = [entry for entry in found if entry.fact.on > calendar.today and not lies_ahead(entry)]
        assert late == [], data.key


@pytest.mark.parametrize("now", DAYS, ids=str)
def test_nothing_is_recorded_before_it_happened_or_after_now(initiatives, now):
    for data in initiatives:
        calendar, found = entries(data, now)
        zone = calendar.now.tzinfo
        for entry in found:
            assert entry.at < now
            assert lies_ahead(entry) or entry.fact.on <= entry.at.astimezone(zone).date(), entry


@pytest.mark.parametrize("now", DAYS, ids=str)
def test_last_closed_month_has_its_actual_costs(initiatives, now):
    booked = {
        entry.fact.on
        for data in initiatives
        for entry in entries(data, now)[1]
        if isinstance(entry.fact, CostLine) and entry.fact.basis == Basis.ACTUAL
    }
    assert max(booked) == Calendar(now, "America/New_York").last_day(-1)


@pytest.mark.parametrize(("day", "closed"), [(30, date(2026, 10, 31)), (31, date(2026, 11, 30))])
def test_month_is_closed_once_it_has_passed(day, closed):
    noon = datetime(2026, 11, 30, 12, tzinfo=UTC) + timedelta(days=day - 30)
    assert Calendar(noon, "America/New_York").last_day(-1) == closed


def test_planned_costs_tie_to_the_data_file(initiatives):
    claims = next(each for each in initiatives if each.key == "claims-triage")
    plan = [
        entry.fact.amount
        for entry in entries(claims, DAYS[0])[1]
        if isinstance(entry.fact, CostLine) and entry.fact.basis == Basis.PLAN
    ]
    people, compute = 15 * 38_000 + 36 * 16_000, 12 * 6_000 + 36 * 14_000
    integration, change, licences, governance = 7 * 45_000, 8 * 18_000, 37 * 7_500, 48 * 2_500
    assert sum(plan) == people + compute + integration + change + licences + governance


def test_same_day_gives_the_same_facts(initiatives):
    first, second = (
        [(type(entry.fact), entry.fact.on, getattr(entry.fact, "amount", None), entry.at) for entry in found]
        for found in (entries(initiatives[0], DAYS[0])[1], entries(initiatives[0], DAYS[0])[1])
    )
    assert first == second


def test_outside_adjusters_cost_what_the_kpi_says(initiatives):
    claims = next(each for each in initiatives if each.key == "claims-triage")
    confirmed, readings = months_of(claims.benefits[0].confirmed), months_of(claims.kpis[0].readings)
    for month, amount in confirmed.items():
        assert (7_400 - readings[month]) * 98 == pytest.approx(amount, rel=0.03)


def test_stage_changes_keep_their_notes(initiatives):
    studio = next(each for each in initiatives if each.key == "marketing-studio")
    notes = [entry.fact.note for entry in entries(studio, DAYS[0])[1] if isinstance(entry.fact, StageChange)]
    assert notes[-1] == "The picture licence does not cover paid advertising."


def test_claims_are_not_confirmed(initiatives):
    studio = next(each for each in initiatives if each.key == "marketing-studio")
    lines = [entry.fact for entry in entries(studio, DAYS[0])[1] if isinstance(entry.fact, BenefitLine)]
    assert not any(line.confirmed_at for line in lines)
