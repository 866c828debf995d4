"""API v1: return, risk and totals."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Workspace
from metrics import services
from metrics.inputs import today
from tests.calls import Api, api_of
from tests.factories import make_initiative, make_kpi, make_workspace

FIGURE = {"value", "unit", "low", "high", "level", "reason", "message", "grade", "id"}
OF_ROI = [
    "cost_to_date",
    "benefit_to_date",
    "benefit_claimed",
    "net_to_date",
    "roi_to_date",
    "npv_to_date",
    "irr_to_date",
    "npv",
    "irr",
    "mirr",
    "irr_roots",
    "payback_month",
    "discounted_payback_month",
    "tco",
    "roi_forecast",
    "chance_roi_positive",
    "chance_clears_hurdle",
    "realisation_ratio",
]
OF_RISK = ["never_in_production", "abandoned_12m", "misses_roi", "base_rate"]


@pytest.fixture
def workspace(db: None) -> Workspace:
    return make_workspace()


@pytest.fixture
def admin(workspace: Workspace) -> Api:
    api = api_of(workspace)
    make_kpi(make_initiative(workspace, "one"))
    api.post("initiatives/one/costs/", [{"on": "2026-01-05", "amount": "1000"}])
    api.post("initiatives/one/benefits/", [{"on": "2026-03-05", "amount": "300", "benefit_class": "cash"}])
    return api


def refreshed(workspace: Workspace) -> None:
    services.refresh(workspace=workspace, now=timezone.now())
    services.refresh_portfolio(workspace=workspace, now=timezone.now())


def test_roi_holds_every_figure_of_the_contract(admin: Api) -> None:
    answer = admin.get("initiatives/one/roi/").json()
    assert {name for name in OF_ROI if set(answer.get(name, {})) != FIGURE} == set()
    assert {"as_of", "computed_at", "inputs_version", "method_version", "currency", "horizon_months"} <= set(answer)
    assert (answer["sensitivity"], [effect["kpi"] for effect in answer["effects"]]) == ([], ["one-handle-time"])


def test_every_figure_is_a_value_or_a_reason_with_words(admin: Api) -> None:
    answer = admin.get("initiatives/one/roi/").json()
    figures = [answer[name] for name in OF_ROI]
    assert [figure for figure in figures if (figure["value"] is None) != bool(figure["reason"])] == []
    assert [figure for figure in figures if bool(figure["reason"]) != bool(figure["message"])] == []


def test_a_chance_without_a_forecast_says_why(admin: Api) -> None:
    answer = admin.get("initiatives/one/roi/").json()
    assert answer["chance_clears_hurdle"]["reason"] == "NO_FORECAST"


def test_an_unconfirmed_benefit_is_claimed_and_not_proven(admin: Api) -> None:
    answer = admin.get("initiatives/one/roi/").json()
    assert (answer["benefit_claimed"]["value"], answer["benefit_claimed"]["grade"]) == ("300.00", "E")
    assert answer["net_to_date"]["value"] == "-1000.00"


def test_risk_holds_every_figure_of_the_contract(admin: Api) -> None:
    answer = admin.get("initiatives/one/risk/").json()
    assert {name for name in OF_RISK if set(answer.get(name, {})) != FIGURE} == set()
    assert answer["status"] == "reference_class"
    assert {"contributions", "closed_cases", "signals"} <= set(answer)


def test_risk_shows_the_record_and_every_forecast_as_it_was_told(admin: Api, workspace: Workspace) -> None:
    assert admin.get("initiatives/one/risk/").json()["record"] is None
    services.sweep(now=timezone.now())
    day = today(workspace, timezone.now()).isoformat()
    answer = admin.get("initiatives/one/risk/").json()
    (told,) = answer["forecasts"]
    assert (told["made_on"], told["value"], told["outcome"]) == (day, answer["abandoned_12m"]["value"], None)
    assert (answer["record"]["resolved"]["initiatives"], answer["record"]["skill"]) == (0, None)
    assert answer["record"]["why"]


def test_risk_of_a_day_before_the_first_fit_has_no_record(admin: Api, workspace: Workspace) -> None:
    services.sweep(now=timezone.now())
    before = (today(workspace, timezone.now()) - timedelta(days=1)).isoformat()
    answer = admin.get(f"initiatives/one/risk/?as_of={before}").json()
    assert (answer["record"], answer["forecasts"]) == (None, [])


def test_a_change_that_is_not_in_the_figures_yet_is_told(admin: Api, workspace: Workspace) -> None:
    refreshed(workspace)
    before = admin.get("initiatives/one/roi/").json()
    admin.post("initiatives/one/costs/", [{"on": "2026-02-05", "amount": "50"}])
    after = admin.get("initiatives/one/roi/").json()
    assert (before["behind"], after["behind"]) == (False, True)
    assert after["cost_to_date"] == before["cost_to_date"]


def test_totals_are_the_sums_of_the_initiatives(admin: Api, workspace: Workspace) -> None:
    make_initiative(workspace, "two")
    admin.post("initiatives/two/costs/", [{"on": "2026-02-05", "amount": "50"}])
    refreshed(workspace)
    answer = admin.get("portfolio/").json()
    assert answer["cost_to_date"]["value"] == "1050.00"
    assert answer["stages"] == {"idea": 2}
    assert {"fiscal_year", "months", "by_grade", "by_benefit_class", "verdicts"} <= set(answer)


def test_initiatives_without_a_forecast_return_are_counted_and_left_out(admin: Api, workspace: Workspace) -> None:
    forecast = {"on": "2026-12-31", "amount": "5000", "benefit_class": "cash", "basis": "forecast"}
    admin.post("initiatives/one/benefits/", [forecast])
    make_initiative(workspace, "two")
    refreshed(workspace)
    assert admin.get("portfolio/").json()["coverage"]["words"] == "1 of 2"


def test_totals_of_an_empty_workspace_are_reasons(db: None) -> None:
    answer = api_of(make_workspace("empty")).get("portfolio/")
    assert (answer.status_code, answer.json()["cost_to_date"]["reason"]) == (200, "NO_COST")


def test_figures_as_of_an_earlier_day_hold_what_was_known_then(admin: Api) -> None:
    answer = admin.get("initiatives/one/roi/?as_of=2026-02-01").json()
    assert (answer["as_of"], answer["cost_to_date"]["reason"]) == ("2026-02-01", "NO_COST")


@pytest.mark.parametrize("path", ["initiatives/one/roi/", "initiatives/one/risk/", "portfolio/"])
@pytest.mark.parametrize(
    "day", ["yesterday", "2026-02-30", "20260201", "2999-01-01", "0001-01-01", "%00", "٢٠٢٦-01-01"]
)
def test_an_odd_day_is_refused(admin: Api, path: str, day: str) -> None:
    answer = admin.get(f"{path}?as_of={day}")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "as_of")


@pytest.mark.parametrize("path", ["roi/", "risk/"])
def test_a_stranger_is_answered_as_if_there_were_no_such_initiative(admin: Api, path: str) -> None:
    stranger = api_of(make_workspace("other"))
    foreign, unknown = stranger.get(f"initiatives/one/{path}"), stranger.get(f"initiatives/none/{path}")
    assert (foreign.status_code, foreign.content) == (404, unknown.content)


@pytest.mark.parametrize("path", ["initiatives/one/roi/", "initiatives/one/risk/", "portfolio/"])
def test_figures_are_only_read(admin: Api, path: str) -> None:
    assert [admin.call(method, path, {}).status_code for method in ("POST", "PUT", "PATCH", "DELETE")] == [405] * 4


def test_the_return_takes_a_fixed_number_of_queries(
    admin: Api, workspace: Workspace, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    refreshed(workspace)
    admin.get("initiatives/one/roi/")
    with django_assert_num_queries(4):
        admin.get("initiatives/one/roi/")


def test_times_are_utc(admin: Api) -> None:
    moment = datetime.fromisoformat(admin.get("initiatives/one/roi/").json()["computed_at"])
    assert moment.tzinfo == UTC


def test_figures_that_still_hold_on_the_next_day_are_as_of_that_day(admin: Api, workspace: Workspace) -> None:
    refreshed(workspace)
    tomorrow = timezone.now() + timedelta(days=1)
    services.refresh(workspace=workspace, now=tomorrow)
    services.refresh_portfolio(workspace=workspace, now=tomorrow)
    days = {admin.get(path).json()["as_of"] for path in ("initiatives/one/roi/", "initiatives/one/risk/", "portfolio/")}
    assert days == {today(workspace, tomorrow).isoformat()}
