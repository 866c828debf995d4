"""The alerts page: what is open, what waits to be chosen, and what people answer."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from accounts.choices import Role
from accounts.models import Membership, Workspace
from notices.choices import AlertState, Rule
from notices.models import Alert
from portfolio.models import Initiative
from tests.factories import make_initiative, make_member
from tests.notices.figures import make_alert

NOW = datetime(2026, 6, 15, 6, tzinfo=UTC)


@pytest.fixture
def admin(workspace: Workspace) -> Membership:
    return make_member(workspace, Role.ADMIN)


@pytest.fixture
def initiative(workspace: Workspace, owner: Membership) -> Initiative:
    """Belongs to the owner."""
    found = make_initiative(workspace, name="Claims triage")
    Initiative.objects.filter(pk=found.pk).update(owner_user=owner.user)
    return found


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def page(member: Membership) -> str:
    return signed_in(member).get("/alerts/").content.decode()


def test_an_open_alert_says_what_against_which_line_why_and_what_to_do(
    owner: Membership, initiative: Initiative
) -> None:
    make_alert(initiative, Rule.COST_OVERRUN)

    shown = page(owner)

    for words in (
        "spent €100K (25%) over plan",
        "€500K spent to May 31, 2026 against €400K planned; opens above 10% and €25K, clears below 5%",
        "May 2026: €40K over its plan",
        "Cut spending, or agree a new plan with finance.",
        "Since Jun 15, 2026",
    ):
        assert words in shown


def test_an_empty_inbox_proves_that_the_rules_run(owner: Membership) -> None:
    assert "Nothing open. The rules have not run yet; they run every minute." in page(owner)


def test_the_owner_acknowledges_and_everyone_sees_who_is_on_it(
    owner: Membership, colleague: Membership, initiative: Initiative
) -> None:
    alert = make_alert(initiative)

    answer = signed_in(owner).post(f"/alerts/{alert.pk}/acknowledge/")

    assert (answer.status_code, "owner is on it since" in page(colleague)) == (302, True)


def test_somebody_it_is_not_addressed_to_may_not_acknowledge(colleague: Membership, initiative: Initiative) -> None:
    alert = make_alert(initiative)

    assert signed_in(colleague).post(f"/alerts/{alert.pk}/acknowledge/").status_code == 403


def test_finance_may_answer_a_cost_overrun(colleague: Membership, initiative: Initiative) -> None:
    alert = make_alert(initiative, Rule.COST_OVERRUN)

    assert signed_in(colleague).post(f"/alerts/{alert.pk}/acknowledge/").status_code == 302


@pytest.mark.parametrize("action", ["acknowledge", "snooze"])
def test_a_strangers_alert_does_not_exist(stranger: Membership, initiative: Initiative, action: str) -> None:
    alert = make_alert(initiative)

    assert signed_in(stranger).post(f"/alerts/{alert.pk}/{action}/").status_code == 404


def test_a_stranger_sees_none_of_it(stranger: Membership, initiative: Initiative) -> None:
    make_alert(initiative)
    make_alert(initiative, Rule.COST_OVERRUN, AlertState.WOULD_OPEN)

    assert "Claims triage" not in page(stranger)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        pytest.param({"until": "2026-07-01", "reason": "Vendor back in July"}, 302, id="a day and a reason"),
        pytest.param({"until": "2026-07-01", "reason": ""}, 400, id="no reason"),
        pytest.param({"until": "2026-06-15", "reason": "x"}, 400, id="today"),
        pytest.param({"until": "2026-09-14", "reason": "x"}, 400, id="more than 90 days"),
        pytest.param({"until": "soon", "reason": "x"}, 400, id="not a day"),
    ],
)
def test_a_snooze_needs_a_day_and_a_reason(
    owner: Membership, initiative: Initiative, time_machine, sent: dict[str, str], status: int
) -> None:  # type: ignore[no-untyped-def]
    time_machine.move_to(NOW, tick=False)
    alert = make_alert(initiative)

    assert signed_in(owner).post(f"/alerts/{alert.pk}/snooze/", sent).status_code == status


def test_a_snoozed_alert_comes_back_and_says_that_the_snooze_ended(
    owner: Membership, initiative: Initiative, time_machine
) -> None:  # type: ignore[no-untyped-def]
    alert = make_alert(initiative)
    Alert.objects.filter(pk=alert.pk).update(
        snoozed_until="2026-06-20", snoozed_by=owner.user, snooze_reason="Vendor away"
    )
    seen = []
    for day in (20, 21):
        time_machine.move_to(datetime(2026, 6, day, 12, tzinfo=UTC))
        shown = page(owner)
        seen.append(("owner put it aside until" in shown, "The snooze ended on Jun 20, 2026: Vendor away" in shown))

    assert seen == [(True, False), (False, True)]


def test_an_administrator_opens_all_that_the_first_look_found(admin: Membership, initiative: Initiative) -> None:
    for rule in Rule:
        make_alert(initiative, rule, AlertState.WOULD_OPEN)

    signed_in(admin).post("/alerts/choose/", {"all": "yes"})

    assert set(Alert.objects.values_list("state", flat=True)) == {AlertState.OPEN}


def test_an_administrator_keeps_only_the_ticked_ones(admin: Membership, initiative: Initiative) -> None:
    kept, quiet, *_ = (make_alert(initiative, rule, AlertState.WOULD_OPEN) for rule in Rule)

    signed_in(admin).post("/alerts/choose/", {"keep": [kept.pk, "x", "9" * 30]})

    states = dict(Alert.objects.values_list("pk", "state"))
    assert (states[kept.pk], states[quiet.pk]) == (AlertState.OPEN, AlertState.DISMISSED)


def test_others_may_not_choose(owner: Membership, initiative: Initiative) -> None:
    make_alert(initiative, state=AlertState.WOULD_OPEN)

    assert signed_in(owner).post("/alerts/choose/", {"all": "yes"}).status_code == 403


def test_the_answers_are_not_given_by_following_a_link(owner: Membership, initiative: Initiative) -> None:
    alert = make_alert(initiative)
    client = signed_in(owner)

    assert {client.get(f"/alerts/{alert.pk}/acknowledge/").status_code, client.get("/alerts/choose/").status_code} == {
        405
    }


@pytest.mark.parametrize("alerts", [2, 8])
def test_the_page_takes_the_same_number_of_queries_for_any_number_of_alerts(
    workspace: Workspace, admin: Membership, alerts: int, django_assert_max_num_queries
) -> None:  # type: ignore[no-untyped-def]
    for number in range(alerts):
        make_alert(make_initiative(workspace, f"i{number}"))
    client = signed_in(admin)

    with django_assert_max_num_queries(16):
        client.get("/alerts/")


def test_an_acknowledgement_is_undone_by_the_person_who_gave_it(
    owner: Membership, admin: Membership, initiative: Initiative
) -> None:
    alert = make_alert(initiative)
    address = f"/alerts/{alert.pk}/undo/"
    answered = signed_in(owner).post(f"/alerts/{alert.pk}/acknowledge/", follow=True).content.decode()
    assert f'action="{address}"' in answered
    signed_in(admin).post(address)
    assert Alert.objects.get().acknowledged_by == owner.user
    signed_in(owner).post(address)
    assert Alert.objects.get().acknowledged_at is None


def test_a_snooze_is_undone(owner: Membership, initiative: Initiative, colleague: Membership) -> None:
    alert = make_alert(initiative)
    client = signed_in(owner)
    until = datetime.now(UTC).date() + timedelta(days=5)
    client.post(f"/alerts/{alert.pk}/snooze/", {"until": until.isoformat(), "reason": "Waits for the audit"})
    assert Alert.objects.get().snoozed_until == until
    assert signed_in(colleague).post(f"/alerts/{alert.pk}/undo/").status_code == 403
    client.post(f"/alerts/{alert.pk}/undo/")
    found = Alert.objects.get()
    assert (found.snoozed_until, found.snoozed_by, found.snooze_reason) == (None, None, "")
