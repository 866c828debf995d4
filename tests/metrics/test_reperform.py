"""A stored figure can be worked out again, and followed down to its records."""

import json
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Membership, Workspace
from metrics.models import CurrentPortfolio, CurrentSnapshot, Snapshot
from metrics.services import refresh, refresh_portfolio
from metrics.services.past import figures_as_of
from metrics.services.reperform import reperform, reperform_totals
from portfolio.models import CostLine, Initiative
from portfolio.services.facts import correct
from tests.calls import Api, api_of
from tests.factories import make_initiative
from tests.metrics.record import NOW, adopt, earn, measure, spend, system

WEEK = timedelta(days=7)


@pytest.fixture
def initiative(colleague: Membership) -> Initiative:
    row = make_initiative(colleague.workspace, "one", name="Claims triage")
    spend(row, "2026-01-10", 1000)
    spend(row, "2026-09-10", 400, basis="forecast")
    earn(row, "2026-03-10", 1500)
    earn(row, "2026-10-10", 800, basis="forecast", proven=False)
    adopt(row, "2026-01-01", "0.5")
    measure(
        row, {"2025-10-31": 10, "2025-11-30": 11, "2025-12-31": 12, "2026-01-31": 8, "2026-02-28": 8, "2026-03-31": 7}
    )
    refresh(workspace=row.workspace, now=NOW)
    refresh_portfolio(workspace=row.workspace, now=NOW)
    return row


@pytest.fixture
def snapshot(initiative: Initiative) -> Snapshot:
    return CurrentSnapshot.objects.get(initiative=initiative).snapshot


@pytest.fixture
def api(workspace: Workspace, initiative: Initiative) -> Api:
    return api_of(workspace)


def test_months_ahead_have_ranges_that_can_be_worked_out_again(initiative: Initiative) -> None:
    totals = CurrentPortfolio.objects.get(workspace=initiative.workspace).snapshot
    october = next(row for row in totals.months if row["month"] == "2026-10")
    assert Decimal(october["low"]) < Decimal(october["high"])
    assert [row["month"] for row in totals.months if row["kind"] == "actual" and "low" in row] == []
    assert reperform_totals(totals).differences == ()


def run(name: str) -> tuple[int, dict[str, object]]:
    out = StringIO()
    try:
        call_command("reperform", name, "--json", stdout=out)
    except SystemExit as end:
        return int(str(end.code)), json.loads(out.getvalue())
    return 0, json.loads(out.getvalue())


def test_a_snapshot_comes_out_the_same_after_the_record_has_changed(initiative: Initiative, snapshot: Snapshot) -> None:
    spend(initiative, "2026-02-10", 77, now=NOW + WEEK)
    line = CostLine.objects.get(on="2026-01-10")
    correct(actor=system(initiative), fact=line, now=NOW + WEEK, changes={"amount": Decimal(1)}, reason="typo")
    refresh(workspace=initiative.workspace, now=NOW + WEEK)
    code, answer = run(str(snapshot.pk))
    assert (code, answer["holds"], answer["differences"]) == (0, True, [])
    assert int(str(answer["compared"])) > 40


def test_a_snapshot_of_a_past_day_comes_out_the_same(initiative: Initiative) -> None:
    past = figures_as_of(workspace=initiative.workspace, initiative_id=initiative.pk, as_of=NOW.date(), now=NOW + WEEK)
    assert run(str(past.pk))[0] == 0


def test_totals_come_out_the_same(initiative: Initiative) -> None:
    totals = CurrentPortfolio.objects.get(workspace=initiative.workspace).snapshot
    assert run(f"p{totals.pk}")[0] == 0


def test_a_figure_that_was_tampered_with_is_named(snapshot: Snapshot) -> None:
    forged = {**snapshot.figures, "tco": {**snapshot.figures["tco"], "value": "1.00"}}
    other = Snapshot.objects.create(
        **{
            field.attname: getattr(snapshot, field.attname)
            for field in Snapshot._meta.concrete_fields
            if field.attname not in {"id", "figures"}
        },
        figures=forged,
    )
    code, answer = run(str(other.pk))
    assert code == 1
    assert [row["figure"] for row in answer["differences"]] == ["tco"]  # type: ignore[attr-defined]


def forged(row: Any, **columns: Any) -> Any:
    """A copy of a snapshot that says something else."""
    kept = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if field.name != "id"}
    return type(row).objects.create(**{**kept, **columns})


def test_whatever_else_a_snapshot_holds_is_named_by_its_path(snapshot: Snapshot) -> None:
    months = [{**row, "net": "1.00"} if row["month"] == "2026-02" else row for row in snapshot.months]
    effects = [{**row, "grade": "A"} for row in snapshot.effects]
    other = forged(snapshot, months=months, effects=effects, flags=[], verdict="short", parts={"npv": "3"})
    found = {row.figure: row.stored for row in reperform(other).differences}
    assert found["months[2026-02].net"] == "1.00"
    assert found["effects[one-time].grade"] == "A"
    assert (found["verdict"], found["parts.npv"], found["parts.key"]) == ("short", "3", "not there")


def test_totals_find_a_member_whose_records_say_otherwise(initiative: Initiative, snapshot: Snapshot) -> None:
    member = forged(snapshot, parts={**snapshot.parts, "costs": {"people": {"cost": "9"}}})
    CurrentSnapshot.objects.filter(initiative=initiative).update(snapshot=member)
    totals = refresh_portfolio(workspace=initiative.workspace, now=NOW)
    found = {row.figure for row in reperform_totals(totals).differences}
    assert "members[one].parts.costs.people.cost" in found
    assert "splits.costs.people.cost" in found


@pytest.mark.parametrize("name", ["0", "x", "p", "p999"])
def test_an_id_that_is_none_is_refused(db: None, name: str) -> None:
    with pytest.raises(CommandError):
        call_command("reperform", name)


def test_the_api_follows_a_figure_to_the_records(api: Api, snapshot: Snapshot) -> None:
    answer = api.get(f"figures/{snapshot.pk}-benefit_to_date/").json()
    flow = answer["flows"][0]
    assert (flow["amount"], flow["grade"], flow["evidence"]) == ("1500", "L", "ledger 4711")
    assert answer["figure"]["value"] == "1500.00"


def test_terms_of_a_figure_lead_on(api: Api, snapshot: Snapshot) -> None:
    answer = api.get(f"figures/{snapshot.pk}-roi_to_date/").json()
    assert [term["id"] for term in answer["terms"]] == [f"{snapshot.pk}-benefit_to_date", f"{snapshot.pk}-cost_to_date"]


def test_a_figure_of_another_workspace_is_not_there(snapshot: Snapshot, stranger: Membership) -> None:
    assert api_of(stranger.workspace).get(f"figures/{snapshot.pk}-npv/").status_code == 404


def test_the_page_shows_the_numbers_and_the_entries(client: Client, colleague: Membership, snapshot: Snapshot) -> None:
    client.force_login(colleague.user)
    roi = client.get(f"/figures/{snapshot.pk}-roi_to_date/").content.decode()
    proven = client.get(f"/figures/{snapshot.pk}-benefit_to_date/").content.decode()
    assert "÷" in roi
    assert "1,500" in roi
    assert "ledger 4711" in proven
    assert "The sum of the entries is the figure." in proven


def test_every_sum_ties_with_its_flows(api: Api, snapshot: Snapshot) -> None:
    for name in ("cost_to_date", "benefit_to_date", "tco", "net", "benefit_indicative"):
        answer = api.get(f"figures/{snapshot.pk}-{name}/").json()
        if answer["figure"]["value"] is not None:
            signs = [-1 if name == "net" and flow["side"].startswith("cost") else 1 for flow in answer["flows"]]
            total = sum(sign * Decimal(flow["amount"]) for sign, flow in zip(signs, answer["flows"], strict=True))
            assert abs(total - Decimal(answer["figure"]["value"])) < Decimal("0.01"), name


@pytest.mark.parametrize("path", ["/initiatives/one/", "/initiatives/one/value/"])
def test_a_page_shows_what_was_believed_on_a_day(
    client: Client, colleague: Membership, initiative: Initiative, path: str
) -> None:
    client.force_login(colleague.user)
    past = client.get(path, {"as_of": "2026-06-15"}).content.decode()
    assert "As believed at the end of" in past
    assert "Back to today" in past
    now = client.get(path).content.decode()
    assert "As believed at the end of" not in now


@pytest.mark.parametrize("day", ["2099-01-01", "yesterday", "0001-01-01"])
def test_a_day_that_cannot_be_shown_is_refused_in_words(
    client: Client, colleague: Membership, initiative: Initiative, day: str
) -> None:
    client.force_login(colleague.user)
    answer = client.get("/initiatives/one/", {"as_of": day})
    assert answer.status_code == 200
    assert "These are the figures of now." in answer.content.decode()


def test_restated_figures_hold_what_was_learnt_since_about_the_time_before(api: Api, initiative: Initiative) -> None:
    spend(initiative, "2026-02-10", 77, now=NOW + WEEK)
    spend(initiative, "2026-06-18", 5000, now=NOW + WEEK)
    path = "initiatives/one/roi/?as_of=2026-06-15"
    believed, restated = api.get(path).json(), api.get(f"{path}&restated=true").json()
    assert believed["cost_to_date"]["value"] == "1000.00"
    assert restated["cost_to_date"]["value"] == "1077.00"
    assert Snapshot.objects.filter(kind="restated").count() == 1


@pytest.mark.parametrize("query", ["restated=true", "as_of=2026-06-15&restated=perhaps"])
def test_restated_needs_a_day_and_a_plain_word(api: Api, query: str) -> None:
    assert api.get(f"initiatives/one/roi/?{query}").status_code == 400


def test_a_restated_snapshot_comes_out_the_same(api: Api, initiative: Initiative) -> None:
    api.get("initiatives/one/roi/?as_of=2026-06-15&restated=true")
    assert run(str(Snapshot.objects.get(kind="restated").pk))[0] == 0
