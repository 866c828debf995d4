"""What the sample says once it is worked out: every page has something to show."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from accounts.access import Actor
from config.sample import history, load
from metrics.contexts import figure_page
from metrics.core.rollup.initiative import Verdict
from metrics.core.types import SavedTime
from metrics.inputs import today
from metrics.models import CurrentPortfolio, CurrentSnapshot
from metrics.services import lagging_ids, settle
from notices.choices import AlertState, Rule
from notices.models import Alert
from portfolio.models import BaselineApproval
from web.formats import Formats

NOW = datetime(2026, 11, 22, 21, tzinfo=UTC)
FIRST_DAY_OF_A_FISCAL_YEAR = datetime(2027, 4, 1, 15, tzinfo=UTC)


@pytest.fixture(
    scope="module",
    params=[NOW, pytest.param(FIRST_DAY_OF_A_FISCAL_YEAR, marks=pytest.mark.slow)],
    ids=["november", "fiscal-year-start"],
)
def sample(request, django_db_setup, django_db_blocker):
    """The sample workspace as loaded at that moment, with its figures and alerts."""
    with django_db_blocker.unblock(), transaction.atomic():
        workspace = load.load(now=request.param, password="not-a-secret-of-anyone")
        history.work_out(workspace=workspace, now=request.param)
        yield workspace
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def snapshots(sample):
    rows = CurrentSnapshot.objects.filter(workspace=sample).select_related("snapshot", "initiative")
    return {row.initiative.key: row.snapshot for row in rows}


@pytest.fixture(scope="module")
def totals(sample):
    return CurrentPortfolio.objects.get(workspace=sample).snapshot


def number(figures, name):
    return float(figures[name]["value"])


def signals(snapshots, code):
    return {key for key, row in snapshots.items() if code in {signal["code"] for signal in row.signals}}


def test_all_but_the_beginner_have_a_forecast_return(totals):
    assert (totals.coverage["with_figure"], totals.coverage["of"]) == (11, 12)
    assert [reason for _, reason in totals.coverage["without"]] == ["NO_FORECAST"]


def test_money_comes_back_and_the_year_still_lies_under_its_plan(totals):
    assert 0 < number(totals.figures, "roi_to_date") < 0.3
    assert number(totals.year, "gap_to_plan") < -1_000_000


def test_a_few_initiatives_make_the_gap_and_others_beat_their_plan(snapshots):
    gaps = {key: number(row.year, "gap_to_plan") for key, row in snapshots.items() if row.year["gap_to_plan"]["value"]}
    assert {"property-imaging", "pricing-optimiser", "marketing-studio"} <= {
        key for key, gap in gaps.items() if gap < 0
    }
    assert min(gaps["claims-triage"], gaps["invoice-matching"]) > 0


def test_verdicts_differ(snapshots):
    assert {row.verdict for row in snapshots.values()} >= {"likely", "uncertain", "unlikely", "ended"}


def test_payers_are_proven_by_the_ledger(snapshots):
    for key in ("claims-triage", "invoice-matching", "fraud-scoring"):
        assert number(snapshots[key].figures, "roi_to_date") > 0, key
        assert "L" in snapshots[key].breakdowns["grades"], key


def test_claimed_money_is_kept_apart(totals):
    assert number(totals.figures, "benefit_claimed_only") > 0
    assert totals.splits["grades"].keys() == {"L", "A", "C", "D", "E"}


@pytest.mark.parametrize(
    ("key", "kpi", "grade"),
    [("support-copilot", "after-call-work", "A"), ("invoice-matching", "invoices-by-centre", "C")],
)
def test_two_initiatives_prove_money_by_measuring(snapshots, key, kpi, grade):
    effect = next(effect for effect in snapshots[key].effects if effect["kpi"] == kpi)
    assert (effect["grade"], effect["money_per_month"]["grade"]) == (grade, grade)
    assert float(snapshots[key].breakdowns["grades"][grade]) > 10_000


def test_saved_time_has_a_destination_where_somebody_recorded_it(snapshots, totals):
    recorded = snapshots["support-copilot"].breakdowns["saved_time"]
    assert {went for went, sums in recorded.items() if "proven" in sums} == set(SavedTime)
    assert totals.splits["saved_time"]["unknown"].keys() == {"proven", "indicative", "claimed", "benefit_ahead"}


def test_one_initiative_is_held_to_an_approved_case(snapshots):
    versions = {key: row.returns["plan_version"] for key, row in snapshots.items()}
    assert {key for key, version in versions.items() if version == 1} == {"invoice-matching"}
    figures = snapshots["invoice-matching"].figures
    assert number(figures, "variance_total") > 0 < number(figures, "variance_volume")


def test_what_finance_holds_is_on_record(sample):
    approved = BaselineApproval.objects.filter(workspace=sample).values_list("kpi__key", flat=True)
    assert list(approved) == ["invoices-by-centre"]


def test_every_net_value_is_known_in_todays_prices(snapshots):
    known = [row.figures for row in snapshots.values() if row.figures["net"]["value"]]
    assert all(figures["net_real"]["value"] for figures in known)


def test_stuck_overspent_stale_and_unbooked_initiatives_show_it(snapshots):
    assert signals(snapshots, "STUCK_STAGE") == {"property-imaging", "pricing-optimiser"}
    assert signals(snapshots, "OVERSPEND") == {"property-imaging", "marketing-studio", "document-search"}
    assert signals(snapshots, "STALE_KPI") == {"hr-assistant"}
    assert signals(snapshots, "NO_ACTUALS") == {"hr-assistant"}
    assert signals(snapshots, "DORMANT") == set()


def test_leaps_falls_and_broken_promises_show_it(snapshots):
    assert signals(snapshots, "COMPUTE_SPIKE") == {"fraud-scoring"}
    assert signals(snapshots, "FALLING_ADOPTION") == {"document-search"}
    assert signals(snapshots, "GO_LIVE_OVERDUE") == {"property-imaging"}
    assert signals(snapshots, "TARGET_MOVED") == {"invoice-matching"}
    assert signals(snapshots, "ASSESSMENT_OLD") == {"contract-review"}
    assert signals(snapshots, "MITIGATION_OVERDUE") == {"property-imaging"}


def test_beginner_shows_reasons_in_place_of_figures(snapshots):
    beginner = snapshots["contract-review"]
    assert beginner.effects[0]["reason"] == "NO_BASELINE"
    assert beginner.figures["realisation_ratio"]["reason"] == "NO_PLAN"
    assert "NO_FORECAST" in {flag["code"] for flag in beginner.flags}
    assert beginner.risk["contributions"] == []


def test_no_figure_lacks_an_exchange_rate(snapshots, totals):
    for row in (*snapshots.values(), totals):
        reasons = {figure["reason"] for figures in (row.figures, row.year) for figure in figures.values()}
        assert "NO_EXCHANGE_RATE" not in reasons


def test_what_is_most_at_risk_is_what_its_assessment_says(snapshots):
    chances = {
        key: float(row.risk["never_in_production"]["value"])
        for key, row in snapshots.items()
        if row.risk["never_in_production"]["value"]
    }
    assert max(chances, key=lambda key: chances[key]) == "property-imaging"
    assert snapshots["property-imaging"].risk["contributions"][0]["cause"] == "integration"


def test_the_next_sweep_moves_nothing_that_was_shown_first(sample):
    checked = CurrentSnapshot.objects.filter(workspace=sample).latest("pk").checked_at
    settle(workspace=sample, now=checked)
    assert lagging_ids(sample, today(sample, checked)) == []


def test_every_figure_ties_with_its_months_and_entries(sample, snapshots):
    reader = Actor.system(sample)
    totals = CurrentPortfolio.objects.get(workspace=sample).snapshot
    ids = [f"{row.pk}-{name}" for row in snapshots.values() for name in row.figures]
    ids += [f"p{totals.pk}-{name}" for name in totals.figures]
    pages = {each: figure_page.build(reader, each, Formats()) for each in ids}
    assert {each: page.untied for each, page in pages.items() if page.untied} == {}
    assert sum(page.tie.words != "" for page in pages.values()) > 50


def test_alerts_opened_in_the_past_on_days_of_their_own(sample):
    alerts = Alert.objects.filter(workspace=sample, state=AlertState.OPEN)
    found = {(alert.rule, alert.initiative.key) for alert in alerts.select_related("initiative")}
    overspent = {(Rule.COST_OVERRUN, key) for key in ("property-imaging", "marketing-studio", "document-search")}
    stale = {(Rule.STALE_DATA, "hr-assistant")}
    assert {(rule, key) for rule, key in found if rule != Rule.BELOW_HURDLE} == overspent | stale
    assert len({alert.opened_at.date() for alert in alerts}) > 1


def test_every_chance_below_a_quarter_is_watched_and_the_old_ones_are_open(sample, snapshots):
    chances = {key: row.figures["chance_clears_hurdle"]["value"] for key, row in snapshots.items()}
    doubtful = {
        key
        for key, chance in chances.items()
        if chance and float(chance) < 0.25 and snapshots[key].verdict != Verdict.ENDED
    }
    alerts = Alert.objects.filter(workspace=sample, rule=Rule.BELOW_HURDLE).exclude(state=AlertState.CLEARED)
    states = {alert.initiative.key: alert.state for alert in alerts.select_related("initiative")}
    opened = {key for key, state in states.items() if state == AlertState.OPEN}
    assert doubtful <= set(states)
    assert {"marketing-studio", "document-search", "property-imaging", "hr-assistant"} <= opened


def test_no_alert_waits_for_a_choice(sample):
    assert not Alert.objects.filter(workspace=sample, state=AlertState.WOULD_OPEN).exists()
