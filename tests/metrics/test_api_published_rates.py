"""The published rates in the API."""

from decimal import Decimal

import pytest

from accounts.choices import Role
from accounts.models import Membership, Workspace
from metrics.core.risk.published import ALL_RATES, DEFAULT_CODES
from metrics.inputs import rates_on
from portfolio.models import PublishedRateChoice
from tests.calls import api_of

pytestmark = pytest.mark.django_db
WITHOUT_IDC = sorted(DEFAULT_CODES - {"idc_lenovo_2025_pocs"})
CHOICE = {"codes": WITHOUT_IDC, "reason": "Its open proofs of concept count as failed."}


@pytest.mark.parametrize("role", list(Role))
def test_every_role_reads_every_row_and_the_level(workspace: Workspace, role: Role) -> None:
    found = api_of(workspace, role).get("published_rates/").json()
    assert [row["code"] for row in found["rates"]] == [rate.code for rate in ALL_RATES]
    assert {row["code"] for row in found["rates"] if row["is_on"]} == DEFAULT_CODES
    numbers = [round(Decimal(found[name]), 2) for name in ("level", "low", "high")]
    assert numbers == [Decimal("0.65"), Decimal("0.39"), Decimal("0.84")]
    assert round(Decimal(found["worth"]), 1) == Decimal("6.4")


def test_a_row_that_cannot_count_has_no_share_and_says_why(workspace: Workspace) -> None:
    rows = {row["code"]: row for row in api_of(workspace).get("published_rates/").json()["rates"]}
    assert (rows["venturebeat_2019_87"]["failed"], rows["venturebeat_2019_87"]["kind"]) == (None, "no_study")
    assert rows["venturebeat_2019_87"]["why_not"].startswith("Never use")
    assert rows["idc_lenovo_2025_pocs"]["failed"] == "0.88"


def test_an_administrator_lets_others_count(workspace: Workspace) -> None:
    answer = api_of(workspace).post("published_rates/", CHOICE)
    assert answer.status_code == 201
    assert round(Decimal(answer.json()["level"]), 3) == Decimal("0.601")
    assert rates_on(workspace, None) == set(WITHOUT_IDC)


def test_the_same_call_again_is_answered_from_what_was_kept(workspace: Workspace) -> None:
    api = api_of(workspace)
    first, again = (api.post("published_rates/", CHOICE, **{"idempotency-key": "one"}) for _ in range(2))
    assert (first.json(), again["Idempotent-Replayed"]) == (again.json(), "true")
    assert PublishedRateChoice.objects.count() == 1


def test_an_unchanged_document_is_not_sent_twice(workspace: Workspace) -> None:
    api = api_of(workspace)
    tag = api.get("published_rates/")["ETag"]
    assert api.get("published_rates/", **{"if-none-match": tag}).status_code == 304


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"codes": WITHOUT_IDC},
        {"codes": WITHOUT_IDC, "reason": ""},
        {"codes": [], "reason": "Why."},
        {"codes": ["idc_lenovo_2025_pocs"], "reason": "Why."},
        {"codes": [*WITHOUT_IDC, "of_nobody"], "reason": "Why."},
        {"codes": [*WITHOUT_IDC, "sp_global_2025_companies"], "reason": "Why."},
        {"codes": [*WITHOUT_IDC, 7], "reason": "Why."},
        {"codes": "idc_lenovo_2025_pocs", "reason": "Why."},
        {"codes": [*WITHOUT_IDC, "\0"], "reason": "Why."},
        {"codes": WITHOUT_IDC, "reason": "Why.", "level": "0.1"},
        [],
    ],
)
def test_what_cannot_count_is_refused(workspace: Workspace, body: object) -> None:
    assert api_of(workspace).post("published_rates/", body).status_code == 400
    assert not PublishedRateChoice.objects.exists()


@pytest.mark.parametrize("role", [Role.MANAGER, Role.FINANCE, Role.EXECUTIVE, Role.INTEGRATOR])
def test_nobody_else_may_choose(workspace: Workspace, role: Role) -> None:
    assert api_of(workspace, role).post("published_rates/", CHOICE).status_code == 403


def test_a_stranger_chooses_for_their_own_workspace_alone(workspace: Workspace, stranger: Membership) -> None:
    assert api_of(stranger.workspace).post("published_rates/", CHOICE).status_code == 201
    assert rates_on(workspace, None) == DEFAULT_CODES


def test_other_methods_are_refused(workspace: Workspace) -> None:
    assert api_of(workspace).call("PUT", "published_rates/", CHOICE).status_code == 405
