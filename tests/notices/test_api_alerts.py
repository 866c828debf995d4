"""Alerts over the API."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.choices import Role
from accounts.models import Membership, Workspace
from notices.choices import AlertState, Rule
from notices.models import Alert
from portfolio.models import Initiative
from tests.calls import api_of
from tests.factories import make_initiative
from tests.notices.figures import make_alert


@pytest.fixture
def initiative(workspace: Workspace) -> Initiative:
    return make_initiative(workspace)


def test_the_list_says_what_each_alert_is_about(workspace: Workspace, initiative: Initiative) -> None:
    make_alert(initiative, Rule.COST_OVERRUN)

    (found,) = api_of(workspace).get("alerts/").json()["results"]

    assert (found["rule"], found["initiative"], found["state"], found["value"], found["unit"]) == (
        "cost_overrun", "claims", "open", "0.25", "ratio",
    )  # fmt: skip
    assert found["message"]["what"] == "spent €100K (25%) over plan"


def test_the_list_is_filtered_by_state(workspace: Workspace, initiative: Initiative) -> None:
    make_alert(initiative, Rule.COST_OVERRUN, AlertState.WOULD_OPEN)
    make_alert(initiative)

    found = api_of(workspace).get("alerts/?state=would_open").json()["results"]

    assert [alert["rule"] for alert in found] == ["cost_overrun"]


def test_an_unknown_state_is_a_bad_request(workspace: Workspace) -> None:
    answer = api_of(workspace).get("alerts/?state=loud")

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "unknown_state")


def test_an_administrator_acknowledges(workspace: Workspace, initiative: Initiative) -> None:
    alert = make_alert(initiative)

    answer = api_of(workspace).post(f"alerts/{alert.pk}/acknowledge/")

    assert (answer.status_code, answer.json()["acknowledged_by"]) == (200, "admin")


def test_a_snooze_keeps_the_day_and_the_reason(workspace: Workspace, initiative: Initiative) -> None:
    alert = make_alert(initiative)
    until = (timezone.now() + timedelta(days=10)).date().isoformat()

    answer = api_of(workspace).post(f"alerts/{alert.pk}/snooze/", {"until": until, "reason": "Vendor away"})

    assert (answer.json()["snoozed_until"], answer.json()["snooze_reason"]) == (until, "Vendor away")


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"until": "2020-01-01", "reason": "x"},
        {"until": "2026-02-30", "reason": "x"},
        {"until": datetime(2026, 7, 1, tzinfo=UTC).isoformat(), "reason": "x"},
        {"until": "2026-07-01", "reason": " "},
        {"until": "2026-07-01", "reason": "x", "state": "cleared"},
        [],
    ],
)
def test_a_faulty_snooze_is_a_bad_request(workspace: Workspace, initiative: Initiative, sent: object) -> None:
    alert = make_alert(initiative)

    assert api_of(workspace).post(f"alerts/{alert.pk}/snooze/", sent).status_code == 400


@pytest.mark.parametrize("action", ["acknowledge", "snooze"])
def test_a_strangers_alert_is_answered_like_one_that_does_not_exist(
    stranger: Membership, initiative: Initiative, action: str
) -> None:
    alert, api = make_alert(initiative), api_of(stranger.workspace)

    foreign, missing = (api.post(f"alerts/{pk}/{action}/", {}) for pk in (alert.pk, 2**70))

    assert (foreign.status_code, foreign.json()) == (missing.status_code, missing.json())
    assert foreign.status_code == 404


def test_a_stranger_lists_none_of_them(stranger: Membership, initiative: Initiative) -> None:
    make_alert(initiative)

    assert api_of(stranger.workspace).get("alerts/").json()["results"] == []


def test_somebody_it_is_not_addressed_to_is_refused(workspace: Workspace, initiative: Initiative) -> None:
    alert = make_alert(initiative)

    assert api_of(workspace, Role.EXECUTIVE).post(f"alerts/{alert.pk}/acknowledge/").status_code == 403


def test_a_token_that_only_reads_is_refused(workspace: Workspace, initiative: Initiative) -> None:
    alert = make_alert(initiative)

    assert api_of(workspace, scopes=["read"]).post(f"alerts/{alert.pk}/acknowledge/").status_code == 403


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "alerts/"), ("GET", "alerts/1/acknowledge/"), ("PUT", "alerts/1/snooze/")]
)
def test_other_methods_are_refused(workspace: Workspace, method: str, path: str) -> None:
    assert api_of(workspace).call(method, path, {}).status_code == 405


def test_an_alert_that_has_cleared_can_not_be_answered(workspace: Workspace, initiative: Initiative) -> None:
    alert = make_alert(initiative)
    Alert.objects.filter(pk=alert.pk).update(state=AlertState.CLEARED, cleared_at=timezone.now())

    assert api_of(workspace).post(f"alerts/{alert.pk}/acknowledge/").status_code == 404
