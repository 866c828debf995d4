"""An approved baseline holds: what it covers changes only with a reason, and changed readings are told."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.choices import Role
from accounts.models import Workspace
from portfolio.importing.parse.profile import plain_profile
from portfolio.importing.parse.schema import Kind
from portfolio.models import BaselineApproval, Kpi
from portfolio.services.baselines import approve_baseline, changed_since, fingerprint
from portfolio.services.imports import ImportReport, import_file
from portfolio.services.kpis import update_kpi
from portfolio.services.readings import record_readings
from tests.calls import api_of
from tests.factories import NOW, actor, make_initiative, make_kpi

LATER = datetime(2026, 6, 16, tzinfo=UTC)
WORTH = {"amount": Decimal(3), "low": Decimal(0), "high": Decimal(5), "currency": "EUR"}
WINDOW = {"baseline_from": date(2026, 1, 1), "baseline_to": date(2026, 3, 31)}
COLUMNS = "initiative,kpi,direction,baseline_from,baseline_to,value_amount,value_currency,baseline_reason"


@pytest.fixture
def kpi(workspace: Workspace) -> Kpi:
    row = make_kpi(make_initiative(workspace), key="time", benefit_class="cash", value_per_unit=WORTH, **WINDOW)
    read(row, _2026_01_31="11", _2026_02_28="13")
    return row


@pytest.fixture
def approval(kpi: Kpi) -> BaselineApproval:
    return approve_baseline(actor=actor(kpi.workspace, Role.FINANCE), kpi=kpi, now=NOW)


def read(kpi: Kpi, **values: str) -> None:
    rows = [{"on": name[1:].replace("_", "-"), "value": Decimal(value)} for name, value in values.items()]
    record_readings(actor=actor(kpi.workspace), kpi=kpi, now=LATER, rows=rows)


def load(kpi: Kpi, row: str, *, write: bool = True) -> ImportReport:
    return import_file(
        actor=actor(kpi.workspace),
        now=LATER,
        kind=Kind.KPIS,
        data=f"{COLUMNS}\nclaims,Handle time,{row}\n".encode(),
        filename="kpis.csv",
        profile=plain_profile(),
        write=write,
    )


def test_an_approval_keeps_what_was_approved(approval: BaselineApproval) -> None:
    held = approval.approved
    assert (held["mean"], held["readings"], held["first_on"], held["last_on"]) == ("12", 2, "2026-01-31", "2026-02-28")
    assert (held["value_amount"], held["value_low"], held["direction"]) == ("3", "0", "down")
    assert approval.approved_hash == fingerprint(held)


@pytest.mark.parametrize(
    "change",
    [
        {"baseline_to": date(2026, 2, 28)},
        {"direction": "up"},
        {"value_per_unit": {**WORTH, "amount": Decimal(4)}},
        {"value_per_unit": {**WORTH, "low": Decimal(1)}},
        {"value_per_unit": None},
        {"realisation_share": Decimal("0.5")},
    ],
)
def test_whatever_the_approval_covers_changes_with_a_reason_and_ends_it(
    kpi: Kpi, approval: BaselineApproval, change: dict[str, Any]
) -> None:
    who = actor(kpi.workspace)
    with pytest.raises(ValidationError, match="Say why"):
        update_kpi(actor=who, kpi=Kpi.objects.get(), now=LATER, changes=change)
    assert BaselineApproval.objects.live().exists()
    update_kpi(actor=who, kpi=Kpi.objects.get(), now=LATER, changes={**change, "baseline_reason": "new contract"})
    approval.refresh_from_db()
    assert (approval.supersede_reason, approval.superseded_by) == ("new contract", who.user)


@pytest.mark.usefixtures("approval")
def test_what_the_approval_does_not_cover_changes_freely(kpi: Kpi) -> None:
    update_kpi(actor=actor(kpi.workspace), kpi=kpi, now=LATER, changes={"name": "Time", "value_per_unit": dict(WORTH)})
    assert BaselineApproval.objects.live().exists()


@pytest.mark.usefixtures("approval")
@pytest.mark.parametrize(
    ("row", "named"),
    [
        ("down,2026-01-01,2026-02-28,,,", "baseline_to"),
        ("up,,,,,", "direction"),
        ("down,,,4,EUR,", "value_amount"),
    ],
)
@pytest.mark.parametrize("write", [True, False])
def test_a_file_changes_an_approved_baseline_only_with_a_reason(kpi: Kpi, row: str, named: str, write: bool) -> None:
    report = load(kpi, row, write=write)
    assert not report.applied
    assert [issue.line for issue in report.rejections] == [2]
    reason = report.rejections[0].reason
    assert all(word in reason for word in (named, "approved by finance", "baseline_reason"))
    assert BaselineApproval.objects.live().exists()


def test_a_file_with_a_reason_changes_it_and_leaves_the_trail(kpi: Kpi, approval: BaselineApproval) -> None:
    assert load(kpi, "down,,,4,EUR,new contract").applied
    approval.refresh_from_db()
    kpi.refresh_from_db()
    assert (kpi.value_amount, approval.supersede_reason) == (Decimal(4), "new contract")


def test_the_same_file_again_needs_no_reason(kpi: Kpi, approval: BaselineApproval) -> None:
    assert load(kpi, "down,2026-01-01,2026-03-31,3,EUR,").unchanged == 1
    assert BaselineApproval.objects.live().get() == approval


@pytest.fixture
def admin(client: Client, workspace: Workspace) -> Client:
    user = actor(workspace).user
    assert user
    client.force_login(user)
    return client


def form_of(kpi: Kpi, **more: str) -> dict[str, str]:
    plain = {"name": kpi.name, "direction": "down", "cadence": "monthly", "benefit_class": "cash", "design": "series"}
    plain |= {"aggregation": "mean", "family": "normal", "realisation_share": "100", "baseline_from": "2026-01-01"}
    worth = {"value_amount": "3", "value_low": "0", "value_high": "5", "value_currency": "EUR"}
    return {**plain, **worth, "baseline_to": "2026-03-31", **more}


def test_the_form_asks_for_the_reason_where_a_baseline_is_approved(admin: Client, kpi: Kpi) -> None:
    page = f"/initiatives/claims/kpis/{kpi.pk}/"
    assert "baseline_reason" not in admin.get(page).content.decode()
    approve_baseline(actor=actor(kpi.workspace, Role.FINANCE), kpi=kpi, now=NOW)
    assert "Finance approved the baseline" in admin.get(page).content.decode()
    refused = admin.post(page, form_of(kpi, value_amount="4"))
    assert refused.status_code == 400
    assert "baseline_reason" in refused.context["form"].errors
    assert admin.post(page, form_of(kpi, unit="minutes")).status_code == 302
    assert BaselineApproval.objects.live().exists()
    assert admin.post(page, form_of(kpi, value_amount="4", baseline_reason="new contract")).status_code == 302
    assert not BaselineApproval.objects.live().exists()


def test_readings_that_changed_since_the_approval_are_told(admin: Client, kpi: Kpi, approval: BaselineApproval) -> None:
    page = f"/initiatives/claims/kpis/{kpi.pk}/proof/"
    assert "changed since" not in admin.get(page).content.decode()
    read(kpi, _2026_04_30="99")
    assert changed_since(approval) is None
    read(kpi, _2026_02_28="14")
    told = admin.get(page).content.decode()
    assert "Readings in the baseline changed since the approval on" in told
    assert "by finance: mean was 12 over 2 readings, is 12.5 over 2" in told


def test_a_change_that_keeps_the_mean_is_seen(kpi: Kpi, approval: BaselineApproval) -> None:
    read(kpi, _2026_01_31="10", _2026_02_28="14")
    assert changed_since(approval) is not None


@pytest.mark.usefixtures("approval")
def test_the_api_says_what_was_approved_and_what_changed(kpi: Kpi) -> None:
    api = api_of(kpi.workspace)
    path = f"kpis/{kpi.pk}/baseline_approval/"
    (row,) = api.get(path).json()["results"]
    assert (row["readings_changed"], row["approved"]["value_amount"], row["approved_by"]) == (False, "3", "finance")
    read(kpi, _2026_03_31="15")
    (row,) = api.get(path).json()["results"]
    assert (row["readings_changed"], row["mean"], row["mean_now"], row["readings_now"]) == (True, "12", "13", 3)
