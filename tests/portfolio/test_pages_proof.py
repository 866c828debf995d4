"""What backs a KPI's effect, entered on pages: trials, use by controls, destinations of saved time."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from accounts.access import Actor
from accounts.choices import Role
from accounts.models import Membership, Workspace
from portfolio.models import ControlDose, Destination, Initiative, Kpi, Preregistration, Trial
from portfolio.services.adoption import record_adoption
from portfolio.services.kpis import update_kpi
from portfolio.services.readings import record_readings
from portfolio.services.trials import arm_of_cases
from tests.factories import NOW, make_initiative, make_kpi, make_member
from tests.portfolio.test_pages_initiatives import signed_in

pytestmark = pytest.mark.django_db
COMPARISON = {"allocated_on": "2026-03-02", "on": "2026-05-29", "randomised": "teams"}
NUMBERS = {
    "spread": "clusters",
    "treated_count": "12",
    "treated_mean": "6.25",
    "treated_deviation": "1.5",
    "control_count": "14",
    "control_mean": "8",
    "control_deviation": "1.75",
}
CASES = {"treated_cases": "30", "treated_units": "120", "control_cases": "18", "control_units": "125", "scale": "1"}


@pytest.fixture
def initiative(workspace: Workspace) -> Initiative:
    return make_initiative(workspace, owner="owner@acme.example")


@pytest.fixture
def kpi(initiative: Initiative) -> Kpi:
    return make_kpi(initiative, benefit_class="capacity", design="randomised")


@pytest.fixture
def manager(owner: Membership, kpi: Kpi) -> Client:
    return signed_in(owner)


def address(kpi: Kpi, page: str) -> str:
    return f"/initiatives/claims/kpis/{kpi.pk}/{page}/"


def test_a_trial_of_numbers_is_recorded(manager: Client, kpi: Kpi) -> None:
    manager.post(address(kpi, "trials"), COMPARISON | NUMBERS)
    trial = Trial.objects.get()
    assert (trial.treated_count, trial.treated_mean, trial.control_deviation, trial.spread) == (
        12,
        Decimal("6.25"),
        Decimal("1.75"),
        "clusters",
    )
    page = manager.get(address(kpi, "trials")).content.decode()
    assert "6.25 ± 1.5, 12 clusters" in page
    assert "−1.75" in page


def test_cases_of_a_trial_become_means_and_deviations(manager: Client, kpi: Kpi) -> None:
    manager.post(f"{address(kpi, 'trials')}?outcome=cases", COMPARISON | CASES)
    trial = Trial.objects.get()
    assert (trial.treated_count, trial.treated_mean) == (120, Decimal("0.25"))
    assert float(trial.treated_deviation) == pytest.approx(0.434199, abs=1e-6)


def test_a_percentage_is_scaled_and_offered_for_a_kpi_in_percent(manager: Client, initiative: Initiative) -> None:
    kpi = make_kpi(initiative, name="Solved at once", unit="%")
    page = manager.get(f"{address(kpi, 'trials')}?outcome=cases").content.decode()
    assert '<option value="100" selected>' in page
    manager.post(f"{address(kpi, 'trials')}?outcome=cases", COMPARISON | CASES | {"scale": "100"})
    assert Trial.objects.get().treated_mean == 25


@pytest.mark.parametrize(("cases", "units"), [(0, 40), (40, 40)])
def test_an_arm_without_any_spread_of_its_own_still_has_one(cases: int, units: int) -> None:
    assert arm_of_cases(cases=cases, units=units).deviation > 0


@pytest.mark.parametrize(
    ("query", "sent", "place"),
    [
        ("number", NUMBERS | {"treated_count": "1"}, "treated_count"),
        ("number", NUMBERS | {"control_mean": "much"}, "control_mean"),
        ("number", NUMBERS | {"treated_deviation": "-1"}, "treated_deviation"),
        ("number", NUMBERS | {"allocated_on": "2026-06-01"}, "allocated_on"),
        ("number", NUMBERS | {"on": "2099-01-01"}, "on"),
        ("cases", CASES | {"treated_cases": "121"}, "treated_cases"),
        ("cases", CASES | {"control_units": ""}, "control_units"),
        ("cases", CASES | {"control_units": "9" * 20}, "control_units"),
    ],
)
def test_a_trial_that_cannot_be_is_refused_by_its_field(
    manager: Client, kpi: Kpi, query: str, sent: dict[str, str], place: str
) -> None:
    response = manager.post(f"{address(kpi, 'trials')}?outcome={query}", COMPARISON | sent)
    assert response.status_code == 400
    assert f'id="id_{place}_error"' in response.content.decode()
    assert not Trial.objects.exists()


def test_a_trial_that_nobody_announced_is_told_that_it_does_not_count(manager: Client, kpi: Kpi) -> None:
    manager.post(address(kpi, "trials"), COMPARISON | NUMBERS)
    assert "was not on record before its outcome" in manager.get(address(kpi, "trials")).content.decode()


def test_use_by_a_control_is_recorded(manager: Client, kpi: Kpi) -> None:
    assert "no control yet" in manager.get(address(kpi, "control-doses")).content.decode()
    rows = [{"on": date(2026, 5, 4), "value": Decimal(1), "series": "north"}]
    record_readings(actor=Actor.system(kpi.workspace), kpi=kpi, now=NOW, rows=rows)
    manager.post(address(kpi, "control-doses"), {"series": "north", "on": "2026-05-04", "share": "12"})
    dose = ControlDose.objects.get()
    assert (dose.series, dose.share) == ("north", Decimal("0.12"))
    for fault in ({"series": "south"}, {"share": "120"}):
        sent = {"series": "north", "on": "2026-05-04", "share": "12", **fault}
        assert manager.post(address(kpi, "control-doses"), sent).status_code == 400


def test_what_is_left_of_saved_time_is_unknown(manager: Client, kpi: Kpi) -> None:
    assert "none of it counts as cash" in manager.get(address(kpi, "destinations")).content.decode()
    manager.post(address(kpi, "destinations"), {"on": "2026-05-04", "cash_out": "20", "absorbed": "50"})
    row = Destination.objects.get()
    assert (row.cash_out, row.redeployed, row.absorbed) == (Decimal("0.2"), 0, Decimal("0.5"))
    assert '<td class="r num">30%</td>' in manager.get(address(kpi, "destinations")).content.decode()


@pytest.mark.parametrize(
    "sent",
    [{"cash_out": "60", "redeployed": "50"}, {"cash_out": "120"}, {"cash_out": "-1"}, {"cash_out": ""}],
)
def test_shares_of_saved_time_beyond_the_whole_are_refused(manager: Client, kpi: Kpi, sent: dict[str, str]) -> None:
    response = manager.post(address(kpi, "destinations"), {"on": "2026-05-04", **sent})
    assert response.status_code == 400
    assert 'id="id_cash_out_error"' in response.content.decode()
    assert not Destination.objects.exists()


def test_a_kpi_that_saves_no_time_has_nothing_to_split(manager: Client, initiative: Initiative) -> None:
    kpi = make_kpi(initiative, name="Revenue", benefit_class="revenue")
    page = manager.get(address(kpi, "destinations")).content.decode()
    assert "nothing is split" in page
    assert "novalidate" not in page


@pytest.mark.parametrize("page", ["trials", "control-doses", "destinations"])
def test_everybody_reads_and_only_writers_write(workspace: Workspace, kpi: Kpi, page: str) -> None:
    for role in (Role.EXECUTIVE, Role.FINANCE):
        client = signed_in(make_member(workspace, role))
        assert "novalidate" not in client.get(address(kpi, page)).content.decode()
        assert client.post(address(kpi, page), COMPARISON | NUMBERS).status_code == 403


@pytest.mark.parametrize("page", ["trials", "control-doses", "destinations"])
def test_a_kpi_of_another_initiative_is_not_found(workspace: Workspace, manager: Client, kpi: Kpi, page: str) -> None:
    make_initiative(workspace, "other")
    assert manager.get(f"/initiatives/other/kpis/{kpi.pk}/{page}/").status_code == 404


def test_a_design_is_shown_before_it_is_frozen_and_counts_before_the_first_use(manager: Client, kpi: Kpi) -> None:
    page = manager.get(address(kpi, "proof")).content.decode()
    assert "Experiment: chance decided who got it" in page
    manager.post(address(kpi, "proof"), {"act": "preregister"})
    frozen = Preregistration.objects.get()
    page = manager.get(address(kpi, "proof")).content.decode()
    assert frozen.frozen_hash in page
    assert "Frozen before the first use." in page
    assert "Freeze" not in page


def test_a_design_that_changed_may_be_frozen_again_before_the_first_use(manager: Client, kpi: Kpi) -> None:
    manager.post(address(kpi, "proof"), {"act": "preregister"})
    update_kpi(actor=Actor.system(kpi.workspace), kpi=kpi, now=NOW, changes={"design": "series"})
    assert "Freeze it again as it is now" in manager.get(address(kpi, "proof")).content.decode()
    manager.post(address(kpi, "proof"), {"act": "preregister"})
    assert Preregistration.objects.live().get().frozen["design"] == "series"


def test_after_the_first_use_a_design_comes_too_late(manager: Client, initiative: Initiative, kpi: Kpi) -> None:
    rows = [{"on": date(2026, 5, 4), "share": Decimal("0.5")}]
    record_adoption(actor=Actor.system(kpi.workspace), initiative=initiative, now=NOW, rows=rows)
    assert "too late to count" in manager.get(address(kpi, "proof")).content.decode()
    assert manager.post(address(kpi, "proof"), {"act": "preregister"}).status_code == 400


def test_a_planned_first_use_leaves_time_to_freeze(manager: Client, workspace: Workspace, kpi: Kpi) -> None:
    Initiative.objects.update(go_live=date(2099, 1, 1))
    assert "Freeze this design" in manager.get(address(kpi, "proof")).content.decode()


def test_finance_sees_what_it_approves_and_says_why(colleague: Membership, kpi: Kpi) -> None:
    finance, system = signed_in(colleague), Actor.system(kpi.workspace)
    assert "no baseline window yet" in finance.get(address(kpi, "proof")).content.decode()
    window = {"baseline_from": date(2026, 1, 1), "baseline_to": date(2026, 3, 31)}
    update_kpi(actor=system, kpi=kpi, now=NOW, changes=window)
    assert "no reading in the baseline window yet" in finance.get(address(kpi, "proof")).content.decode()
    rows = [{"on": date(2026, month, 28), "value": Decimal(month)} for month in (1, 2, 3)]
    record_readings(actor=system, kpi=kpi, now=NOW, rows=rows)
    assert "mean 2 over 3 readings" in finance.get(address(kpi, "proof")).content.decode()
    finance.post(address(kpi, "proof"), {"act": "approve", "note": "Checked against the telephone system"})
    page = finance.get(address(kpi, "proof")).content.decode()
    assert "Checked against the telephone system" in page
    assert "Approve this baseline" not in page


def test_withdrawing_leads_back_to_the_list(manager: Client, kpi: Kpi) -> None:
    manager.post(address(kpi, "destinations"), {"on": "2026-05-04", "cash_out": "20"})
    listed = address(kpi, "destinations")
    withdraw = f"{listed}{Destination.objects.get().pk}/withdraw/"
    assert withdraw in manager.get(listed).content.decode()
    assert manager.post(withdraw, {"reason": "Counted twice"}).headers["Location"] == listed
