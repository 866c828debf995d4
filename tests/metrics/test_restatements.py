"""What a new snapshot changed against the one before it, and why: recorded with it, told apart from news."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.access import Actor
from accounts.choices import Role
from accounts.models import Workspace
from metrics import models as metrics_models
from metrics import services
from metrics.models import CurrentSnapshot, Snapshot
from metrics.services import refresh
from portfolio.models import BenefitLine, CostLine, Initiative, Reading
from portfolio.services.baselines import approve_baseline
from portfolio.services.cases import approve_case, freeze_case
from portfolio.services.facts import correct
from portfolio.services.kpis import update_kpi
from portfolio.services.locks import lock_period
from portfolio.services.money import confirm_benefit
from portfolio.services.withdrawals import withdraw
from tests.factories import actor, make_initiative
from tests.metrics.record import adopt, earn, measure, rates, set_rate, spend

START = datetime(2026, 6, 15, 8, tzinfo=UTC)
Cause = dict[str, Any]


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def note(initiative: Initiative) -> dict[str, Any]:
    found: dict[str, Any] = CurrentSnapshot.objects.get(initiative=initiative).snapshot.causes
    return found


def changes(initiative: Initiative) -> dict[str, tuple[str | None, str | None]]:
    return {row["figure"]: (row["was"].get("value"), row["now"].get("value")) for row in note(initiative)["changes"]}


def because(initiative: Initiative) -> list[Cause]:
    found: list[Cause] = note(initiative)["because"]
    return found


def told(initiative: Initiative, *names: str) -> list[tuple[Any, ...]]:
    """What the note names, without the definition of a KPI: its history goes by the clock of the database."""
    rows = [row for row in because(initiative) if (row["code"], row.get("noun")) != ("added", "kpi")]
    return [tuple(row.get(name) for name in names) for row in rows]


@pytest.fixture
def claims(workspace: Workspace) -> Initiative:
    """Spent 1,000 in three months, earned 1,500 by the ledger, worked out once at the start."""
    initiative = make_initiative(workspace, go_live="2026-02-01")
    for month in ("2026-01", "2026-02", "2026-03"):
        spend(initiative, f"{month}-10", 1000, now=START)
    earn(initiative, "2026-03-31", 4500, now=START)
    refresh(workspace=workspace, now=at(1))
    return initiative


def refreshed(initiative: Initiative, minutes: float = 60) -> None:
    refresh(workspace=initiative.workspace, now=at(minutes))


def test_the_first_figures_have_no_note(claims: Initiative) -> None:
    assert note(claims) == {}


def test_a_corrected_cost_restates_with_who_and_why(claims: Initiative) -> None:
    finance = actor(claims.workspace, Role.FINANCE)
    line = CostLine.objects.get(initiative=claims, on=date(2026, 3, 10))
    correct(actor=finance, fact=line, now=at(5), changes={"amount": Decimal(1500)}, reason="invoice arrived late")
    refreshed(claims)
    assert changes(claims)["roi_to_date"] == ("0.500000", "0.285714")
    assert because(claims)[0] == {
        "code": "corrected",
        "restates": True,
        "count": 1,
        "noun": "cost",
        "label": "people",
        "on": "2026-03-10",
        "through": "2026-03-10",
        "was": "1000",
        "now": "1500",
        "unit": "EUR",
        "who": finance.user.pk if finance.user else None,
        "at": at(5).isoformat(),
        "reason": "invoice arrived late",
    }
    assert note(claims)["restates"]


def test_a_note_names_the_figures_that_it_replaces(claims: Initiative) -> None:
    before = CurrentSnapshot.objects.get(initiative=claims).snapshot_id
    spend(claims, "2026-04-10", 500, now=at(5))
    refreshed(claims)
    assert note(claims)["previous"] == before


def test_a_cost_of_a_later_month_is_news(claims: Initiative) -> None:
    spend(claims, "2026-04-10", 500, now=at(5))
    refreshed(claims)
    assert told(claims, "code", "noun", "restates") == [("added", "cost", False)]
    assert not note(claims)["restates"]


def test_a_late_cost_of_a_month_held_already_restates(claims: Initiative) -> None:
    spend(claims, "2026-02-20", 500, now=at(5))
    refreshed(claims)
    assert told(claims, "code", "noun", "restates") == [("added", "cost", True)]


def test_a_withdrawal_restates(claims: Initiative) -> None:
    line = CostLine.objects.get(initiative=claims, on=date(2026, 3, 10))
    withdraw(actor=actor(claims.workspace), fact=line, now=at(5), reason="booked twice")
    refreshed(claims)
    assert told(claims, "code", "restates", "was", "reason") == [("withdrawn", True, "1000", "booked twice")]


def test_a_changed_forecast_is_news(claims: Initiative) -> None:
    spend(claims, "2026-12-10", 500, now=START, basis="forecast")
    refreshed(claims, 2)
    line = CostLine.objects.get(initiative=claims, basis="forecast")
    correct(actor=actor(claims.workspace), fact=line, now=at(5), changes={"amount": Decimal(9)}, reason="new quote")
    refreshed(claims)
    assert told(claims, "code", "restates", "reason") == [("corrected", False, "new quote")]


def test_a_row_recorded_and_withdrawn_in_between_is_not_told(claims: Initiative) -> None:
    spend(claims, "2026-02-20", 500, now=at(5))
    withdraw(actor=actor(claims.workspace), fact=CostLine.objects.latest("pk"), now=at(6), reason="typed twice")
    spend(claims, "2026-04-20", 1, now=at(7))
    refreshed(claims)
    assert told(claims, "code", "on") == [("added", "2026-04-20")]


def test_two_corrections_of_one_line_are_told_as_one(claims: Initiative) -> None:
    for minutes, amount in ((5, 1200), (6, 1300)):
        line = CostLine.objects.get(initiative=claims, on=date(2026, 3, 10), superseded_at=None)
        correct(
            actor=actor(claims.workspace),
            fact=line,
            now=at(minutes),
            changes={"amount": Decimal(amount)},
            reason="bill",
        )
    refreshed(claims)
    assert told(claims, "code", "was", "now") == [("corrected", "1000", "1300")]


def test_readings_are_counted_by_kpi(claims: Initiative) -> None:
    measure(claims, {"2025-10-31": 10, "2025-11-30": 11, "2025-12-31": 12}, now=at(5))
    measure(claims, {"2026-02-28": 8}, now=at(5))
    refreshed(claims)
    counted = {(row["noun"], row.get("kpi"), row["count"]) for row in because(claims)}
    assert ("reading", "Handle time", 4) in counted


def test_a_corrected_reading_moves_the_effect_of_its_kpi(claims: Initiative) -> None:
    kpi = measure(claims, {"2025-10-31": 10, "2025-11-30": 11, "2025-12-31": 12}, now=at(2))
    measure(claims, {"2026-02-28": 8, "2026-03-31": 8, "2026-04-30": 8}, now=at(2))
    refreshed(claims, 3)
    reading = Reading.objects.get(kpi=kpi, on=date(2026, 4, 30))
    correct(
        actor=actor(claims.workspace), fact=reading, now=at(5), changes={"value": Decimal(2)}, reason="wrong export"
    )
    refreshed(claims)
    assert told(claims, "code", "noun", "kpi", "was", "now", "unit") == [
        ("corrected", "reading", "Handle time", "8", "2", "minutes")
    ]
    assert changes(claims)[f"effect.{kpi.key}"] == ("-3.000000", "-5.000000")


def test_finance_confirming_a_claim_is_told(claims: Initiative) -> None:
    earn(claims, "2026-03-31", 100, now=at(2), proven=False)
    refreshed(claims, 3)
    line = BenefitLine.objects.get(initiative=claims, confirmed_at=None)
    confirm_benefit(actor=actor(claims.workspace, Role.FINANCE), benefit=line, now=at(5), evidence="ledger 9")
    refreshed(claims)
    assert told(claims, "code", "noun", "restates", "now") == [("confirmed", "benefit", False, "100")]


def test_a_corrected_benefit_that_loses_its_confirmation_says_so(claims: Initiative) -> None:
    line = BenefitLine.objects.get(initiative=claims)
    correct(actor=actor(claims.workspace), fact=line, now=at(5), changes={"amount": Decimal(9)}, reason="half of it")
    refreshed(claims)
    assert told(claims, "code", "noun", "unconfirmed") == [("corrected", "benefit", True)]


def test_a_rate_to_judge_by_that_is_set_for_the_past_restates(claims: Initiative) -> None:
    set_rate(claims.workspace, "2026-01-01", "0.08", now=at(2))
    refreshed(claims, 3)
    assert told(claims, "code", "noun", "label", "restates") == [("added", "setting", "discount_rate", False)]
    set_rate(claims.workspace, "2026-03-01", "0.12", now=at(5))
    refreshed(claims)
    assert told(claims, "code", "label", "restates", "now") == [("added", "discount_rate", True, "0.12")]


def test_an_exchange_rate_moves_only_what_holds_its_currency(claims: Initiative) -> None:
    spend(claims, "2026-03-12", 100, now=START, currency="USD")
    rates(claims.workspace, "2026-03-11", [("USD", "EUR", "0.9")], now=START)
    refreshed(claims, 2)
    rates(claims.workspace, "2026-03-12", [("USD", "EUR", "0.8"), ("GBP", "JPY", "200")], now=at(5))
    refreshed(claims)
    assert told(claims, "code", "noun", "label", "now") == [("added", "rate", "USD/EUR", "0.8")]


def test_a_closed_month_is_told(claims: Initiative) -> None:
    lock_period(actor=actor(claims.workspace, Role.FINANCE), now=at(5), through=date(2026, 4, 30))
    refreshed(claims)
    assert ("added", "closed_period", "2026-04-30") in told(claims, "code", "noun", "now")


def test_an_approved_business_case_is_told(claims: Initiative) -> None:
    spend(claims, "2026-03-10", 800, now=START, basis="plan")
    refreshed(claims, 2)
    case = freeze_case(actor=Actor.system(claims.workspace), initiative=claims, now=at(4))
    approve_case(actor=actor(claims.workspace, Role.FINANCE), case=case, now=at(5))
    refreshed(claims)
    assert ("approved", "business_case", "1") in told(claims, "code", "noun", "value") + told(
        claims, "code", "noun", "now"
    )


def test_another_method_restates(claims: Initiative, monkeypatch: pytest.MonkeyPatch) -> None:
    CurrentSnapshot.objects.filter(initiative=claims).update(method_version="1")
    spend(claims, "2026-04-10", 1, now=at(5))
    refreshed(claims)
    assert ("method", "1", metrics_models.METHOD_VERSION, True) in told(claims, "code", "was", "now", "restates")


def test_time_that_passes_is_told_after_the_rest(claims: Initiative) -> None:
    refresh(workspace=claims.workspace, now=START + timedelta(days=40))
    assert told(claims, "code", "on", "through", "restates") == [("day", "2026-06-15", "2026-07-25", False)]


def test_a_movement_that_nobody_would_see_is_no_change(claims: Initiative) -> None:
    spend(claims, "2026-04-10", "0.01", now=at(5))
    refreshed(claims)
    assert not {"net", "cost_to_date", "roi_to_date"} & changes(claims).keys()


def test_a_figure_that_becomes_known_is_a_change(claims: Initiative) -> None:
    set_rate(claims.workspace, "2026-01-01", "0.25", name="hurdle", now=at(5))
    refreshed(claims)
    row = next(row for row in note(claims)["changes"] if row["figure"] == "chance_clears_hurdle")
    assert row["was"]["reason"] == "NO_HURDLE"


def test_a_record_declared_as_learnt_before_is_told_as_undated(claims: Initiative) -> None:
    line = CostLine.objects.filter(initiative=claims).latest("pk")
    CostLine.objects.create(
        workspace=claims.workspace,
        initiative=claims,
        on=date(2026, 4, 10),
        amount=700,
        currency="EUR",
        category=line.category,
        recorded_at=START - timedelta(days=60),
        declared_history=True,
    )
    Initiative.objects.filter(pk=claims.pk).update(inputs_version=claims.inputs_version + 9)
    refreshed(claims)
    assert told(claims, "code", "noun")[0][0] == "undated"


def test_a_shared_kpi_names_whose_it_is(claims: Initiative) -> None:
    other = make_initiative(claims.workspace, "voice", name="Voice bot", go_live="2026-02-01")
    measure(
        other,
        {"2025-10-31": 10, "2025-11-30": 11, "2025-12-31": 12, "2026-02-28": 9, "2026-03-31": 8, "2026-04-30": 8},
        now=at(2),
        shared_with=[claims.key],
    )
    refreshed(claims, 3)
    measure(other, {"2026-05-31": 2}, now=at(5))
    adopt(other, "2026-02-10", "0.5")
    refreshed(claims)
    assert ("reading", "Handle time", "Voice bot") in told(claims, "noun", "kpi", "of")


def real(initiative: Initiative) -> datetime:
    """A moment of the clock of the database, which stamps the history of definitions."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: datetime = cursor.fetchone()[0]
    return found


@pytest.mark.django_db(transaction=True)
def test_a_changed_baseline_restates_with_its_reason(workspace: Workspace) -> None:
    initiative = make_initiative(workspace, go_live="2026-02-01")
    spend(initiative, "2026-01-10", 1000)
    kpi = measure(
        initiative,
        {"2025-10-31": 10, "2025-11-30": 11, "2025-12-31": 15, "2026-02-28": 8, "2026-03-31": 8, "2026-04-30": 8},
    )
    measure(initiative, {"2025-09-30": 9, "2025-08-31": 9})
    approve_baseline(actor=actor(workspace, Role.FINANCE), kpi=kpi, now=real(initiative))
    refresh(workspace=workspace, now=real(initiative))
    changed = {"baseline_from": date(2025, 8, 1), "baseline_reason": "wrong export"}
    update_kpi(actor=actor(workspace), kpi=kpi, now=real(initiative), changes=changed)
    refresh(workspace=workspace, now=real(initiative))
    assert told(initiative, "code", "label", "kpi", "reason", "restates", "was", "now") == [
        ("changed", "baseline", "Handle time", "wrong export", True, "2025-10-01/2025-12-31", "2025-08-01/2025-12-31")
    ]
    assert f"effect.{kpi.key}" in changes(initiative)


@pytest.mark.django_db(transaction=True)
def test_targets_set_again_to_the_same_are_no_cause(workspace: Workspace) -> None:
    initiative = make_initiative(workspace, go_live="2026-02-01")
    targets = [{"on": date(2026, 12, 31), "value": Decimal(5)}]
    kpi = measure(initiative, {"2025-10-31": 10}, targets=targets)
    refresh(workspace=workspace, now=real(initiative))
    update_kpi(actor=actor(workspace), kpi=kpi, now=real(initiative), changes={"targets": targets})
    spend(initiative, "2026-04-10", 1, now=real(initiative))
    refresh(workspace=workspace, now=real(initiative))
    assert told(initiative, "code", "noun") == [("added", "cost")]
    later = [{"on": date(2026, 12, 31), "value": Decimal(4)}]
    update_kpi(actor=actor(workspace), kpi=kpi, now=real(initiative), changes={"targets": later})
    spend(initiative, "2026-05-10", 1, now=real(initiative))
    refresh(workspace=workspace, now=real(initiative))
    assert ("changed", "target") in told(initiative, "code", "noun")


@pytest.mark.parametrize("count", [1, 4])
def test_causes_of_many_initiatives_take_no_more_queries(
    workspace: Workspace, count: int, django_assert_max_num_queries: Callable[..., CaptureQueriesContext]
) -> None:
    rows = [make_initiative(workspace, f"row-{number}", go_live="2026-02-01") for number in range(count)]
    for row in rows:
        spend(row, "2026-01-10", 1000, now=START)
        measure(row, {"2025-10-31": 10, "2025-11-30": 11, "2025-12-31": 12}, now=START)
    refresh(workspace=workspace, now=at(1))
    for row in rows:
        spend(row, "2026-02-10", 1000, now=at(5))
        measure(row, {"2026-02-28": 8}, now=at(5))
    with django_assert_max_num_queries(90):
        assert services.refresh(workspace=workspace, now=at(60)).written == count
    assert Snapshot.objects.filter(causes__has_key="because").count() == count
