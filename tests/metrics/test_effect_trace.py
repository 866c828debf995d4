"""From a benefit to the effect behind it, to its periods, to single readings: on pages and in the API."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.access import Actor
from accounts.choices import Role
from accounts.models import Membership, Workspace
from metrics.contexts.effect_trace import trace_of
from metrics.models import CurrentSnapshot, Snapshot
from metrics.services import refresh
from portfolio.models import Initiative, Reading
from portfolio.services.baselines import approve_baseline
from portfolio.services.facts import correct
from portfolio.services.readings import record_readings
from tests.calls import api_of
from tests.factories import actor, make_initiative, make_kpi
from tests.metrics.record import adopt, earn, measure, spend

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
READINGS = {
    "2025-10-31": 10,
    "2025-11-30": 11,
    "2025-12-31": 12,
    "2026-02-28": 8,
    "2026-03-31": 7,
    "2026-04-30": 8,
}


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        yield


@pytest.fixture
def claims(workspace: Workspace) -> Initiative:
    """Three minutes and a third less, at two euros a minute, in three months."""
    initiative = make_initiative(workspace, go_live="2026-02-01")
    spend(initiative, "2026-01-05", 1000)
    measure(initiative, READINGS)
    return initiative


def worked_out(initiative: Initiative) -> Snapshot:
    refresh(workspace=initiative.workspace, now=NOW)
    return (
        CurrentSnapshot.objects.select_related("snapshot__workspace", "snapshot__initiative")
        .get(initiative=initiative)
        .snapshot
    )


@pytest.fixture
def reader(client: Client, owner: Membership) -> Client:
    client.force_login(owner.user)
    return client


def page_of(reader: Client, snapshot: Snapshot, name: str) -> Any:
    response = reader.get(f"/figures/{snapshot.pk}-{name}/")
    assert response.status_code == 200
    return response.context["page"]


def test_money_of_an_effect_leads_to_the_effect(claims: Initiative, reader: Client) -> None:
    snapshot = worked_out(claims)
    line = page_of(reader, snapshot, "benefit_indicative").flows.lines[0]
    assert (line.label, line.url) == (
        "Capacity: effect on Handle time",
        f"/figures/{snapshot.pk}-effect.claims-time/",
    )


def test_every_period_is_worked_out_again_and_ties(claims: Initiative, reader: Client) -> None:
    effect = page_of(reader, worked_out(claims), "effect.claims-time").effect
    assert [(line.end, line.money, line.counted, line.is_astray) for line in effect.periods] == [
        ("Feb 28, 2026", "€6.67", "€6.67", False),
        ("Mar 31, 2026", "€6.67", "€6.67", False),
        ("Apr 30, 2026", "€6.67", "€6.67", False),
    ]
    assert not effect.is_astray


def test_single_readings_show_who_recorded_them(claims: Initiative, colleague: Membership, reader: Client) -> None:
    rows = [{"on": date(2026, 5, 31), "value": Decimal(9)}]
    kpi = claims.kpis.get()
    record_readings(actor=actor(claims.workspace, Role.ADMIN), kpi=kpi, now=NOW, rows=rows, source="export 7")
    page = page_of(reader, worked_out(claims), "effect.claims-time")
    newest, *_, oldest = page.effect.records[0].lines
    assert (newest.on, newest.what, newest.value) == ("May 31, 2026", "KPI, in use", "9 minutes")
    assert newest.recorded == "Jun 15, 2026, 12:00\u202fPM UTC by admin, export 7"
    assert oldest.what == "KPI, baseline"


def test_what_the_effect_rests_on_is_named(claims: Initiative, reader: Client) -> None:
    kpi = claims.kpis.get()
    approve_baseline(actor=actor(claims.workspace, Role.FINANCE), kpi=kpi, now=NOW)
    adopt(claims, "2026-02-01", "0.5")
    effect = page_of(reader, worked_out(claims), "effect.claims-time").effect
    judged = dict(effect.judged)
    assert judged["Baseline window"] == "Oct 1, 2025 – Dec 31, 2025"
    assert judged["Baseline approved"] == "Jun 15, 2026 by finance, mean 11 of 3 readings"
    assert judged["Value per unit"] == "€2.00"
    assert [(table.title, len(table.lines)) for table in effect.records] == [("Readings", 6), ("Use", 1)]


def test_records_stand_as_they_were_when_the_figure_was_worked_out(claims: Initiative, reader: Client) -> None:
    snapshot = worked_out(claims)
    reading = Reading.objects.get(on=date(2026, 4, 30))
    later = NOW + timedelta(minutes=5)
    correct(
        actor=Actor.system(claims.workspace), fact=reading, now=later, changes={"value": Decimal(1)}, reason="a typo"
    )
    line = page_of(reader, snapshot, "effect.claims-time").effect.records[0].lines[0]
    assert (line.value, line.note) == ("8 minutes", "Superseded since: “a typo”")


def test_volume_multiplies_each_period(workspace: Workspace) -> None:
    initiative = make_initiative(workspace, go_live="2026-02-01")
    spend(initiative, "2026-01-05", 1000)
    calls = make_kpi(initiative, key="calls", name="Calls", direction="up", aggregation="sum")
    rows = [{"on": date(2026, month, 28), "value": Decimal(month * 100)} for month in (2, 3)]
    record_readings(actor=Actor.system(workspace), kpi=calls, now=NOW, rows=rows)
    kpi = make_kpi(
        initiative,
        key="time",
        baseline_from=date(2025, 10, 1),
        baseline_to=date(2025, 12, 31),
        value_per_unit={"amount": Decimal(2), "currency": "EUR"},
        benefit_class="capacity",
        volume="calls",
    )
    found = [{"on": date.fromisoformat(on), "value": Decimal(value)} for on, value in READINGS.items()]
    record_readings(actor=Actor.system(workspace), kpi=kpi, now=NOW, rows=found)
    trace = trace_of(worked_out(initiative), "time")
    assert [(period.volume, period.ties) for period in trace.periods] == [(200, True), (300, True), (None, True)]


def test_a_kpi_without_money_still_shows_its_periods(workspace: Workspace, reader: Client) -> None:
    initiative = make_initiative(workspace, go_live="2026-02-01")
    measure(initiative, READINGS, value_per_unit=None, benefit_class="none")
    effect = page_of(reader, worked_out(initiative), "effect.claims-time").effect
    assert [(line.change, line.money) for line in effect.periods] == [("+3.3333", "")] * 3
    assert effect.tie == "The KPI has no money, so there is nothing to tie."


def test_a_ledger_line_in_the_place_of_an_effect_is_no_fault(claims: Initiative, reader: Client) -> None:
    approve_baseline(actor=actor(claims.workspace, Role.FINANCE), kpi=claims.kpis.get(), now=NOW)
    earn(claims, "2026-03-31", 5, kpi="claims-time")
    effect = page_of(reader, worked_out(claims), "effect.claims-time").effect
    assert [line.problem for line in effect.periods] == ["", "A ledger line stands for the month", ""]
    assert not effect.is_astray


def test_a_period_that_does_not_tie_says_so(claims: Initiative, reader: Client) -> None:
    snapshot = worked_out(claims)
    flows = [[*row[:1], "9.99", *row[2:]] if row[8] == "kpi:claims-time" else row for row in snapshot.returns["flows"]]
    forged = Snapshot.objects.create(
        **{
            field.attname: getattr(snapshot, field.attname)
            for field in Snapshot._meta.concrete_fields
            if not field.primary_key and field.name != "returns"
        },
        returns={**snapshot.returns, "flows": flows},
    )
    effect = page_of(reader, forged, "effect.claims-time").effect
    assert effect.tie == "3 periods of 3 do not tie."
    assert effect.periods[0].problem == "Does not tie: +€3.32"


def test_an_effect_that_does_not_exist_is_not_found(claims: Initiative, reader: Client) -> None:
    assert reader.get(f"/figures/{worked_out(claims).pk}-effect.nothing/").status_code == 404


def test_the_api_traces_an_effect_to_its_readings(claims: Initiative) -> None:
    snapshot = worked_out(claims)
    api = api_of(claims.workspace, Role.ADMIN)
    flows = api.get(f"figures/{snapshot.pk}-benefit_indicative/").json()["flows"]
    assert {flow["figure"] for flow in flows} == {f"{snapshot.pk}-effect.claims-time"}
    found = api.get(f"figures/{flows[0]['figure']}/").json()["effect"]
    assert (found["kpi"], found["baseline_from"], found["ties"]) == ("claims-time", "2025-10-01", True)
    assert [(row["on"], row["value"]) for row in found["readings"]][-1] == ("2026-04-30", "8")
    assert [period["end"] for period in found["periods"]] == ["2026-02-28", "2026-03-31", "2026-04-30"]


def test_other_figures_have_no_effect_in_the_api(claims: Initiative) -> None:
    api = api_of(claims.workspace, Role.ADMIN)
    assert api.get(f"figures/{worked_out(claims).pk}-cost_to_date/").json()["effect"] is None


def test_a_stranger_traces_no_effect(claims: Initiative, stranger: Membership) -> None:
    snapshot = worked_out(claims)
    other = api_of(stranger.workspace, Role.ADMIN)
    assert other.get(f"figures/{snapshot.pk}-effect.claims-time/").status_code == 404
