"""An alert is a state: it opens once, changes, clears, and opens again."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.access import Actor
from accounts.choices import Role
from accounts.models import Workspace
from notices.choices import AlertState, Severity
from notices.models import Alert
from notices.services.alerts import choose
from notices.services.evaluation import evaluate, evaluate_history
from portfolio.models import ImportJob, Initiative
from portfolio.services.readings import record_readings
from tests.factories import actor, make_initiative, make_kpi
from tests.notices.figures import DAY, put_figures, stale

NOW = datetime(2026, 6, 15, 6, tzinfo=UTC)
OVER = {"cost": [100_000] * 5, "plan": [80_000] * 5}


@pytest.fixture
def watched(workspace: Workspace) -> Initiative:
    """An initiative that the rules have looked at once, with nothing wrong."""
    initiative = make_initiative(workspace)
    put_figures(initiative, DAY - timedelta(days=1))
    evaluate(workspace=workspace, now=NOW - timedelta(days=1))
    return initiative


def import_costs(workspace: Workspace) -> None:
    ImportJob.objects.create(
        workspace=workspace,
        kind="costs",
        filename="costs.csv",
        content=b"",
        created_at=NOW,
        queued_at=NOW,
        applied_at=NOW,
    )


def states() -> list[str]:
    return list(Alert.objects.order_by("pk").values_list("state", flat=True))


def test_stale_data_opens_one_alert(workspace: Workspace, watched: Initiative) -> None:
    put_figures(watched, signals=[stale(50)])

    evaluate(workspace=workspace, now=NOW)

    alert = Alert.objects.get()
    assert (alert.rule, alert.scope, alert.state, alert.severity, alert.opened_at) == (
        "stale_data", "handle-time", AlertState.OPEN, Severity.LOW, NOW,
    )  # fmt: skip


def test_a_cost_overrun_opens_one_alert(workspace: Workspace, watched: Initiative) -> None:
    put_figures(watched, **OVER)

    evaluate(workspace=workspace, now=NOW)

    alert = Alert.objects.get()
    assert (alert.rule, alert.state, alert.value, alert.detail["actual"]) == (
        "cost_overrun", AlertState.OPEN, 0.25, "500000.00",
    )  # fmt: skip


def test_looking_again_adds_nothing(workspace: Workspace, watched: Initiative) -> None:
    put_figures(watched, signals=[stale(50)], **OVER)

    outcomes = [evaluate(workspace=workspace, now=NOW + timedelta(minutes=minute)) for minute in range(3)]

    assert ([found.opened for found in outcomes], states()) == ([2, 0, 0], [AlertState.OPEN] * 2)


def test_an_alert_stays_while_its_condition_lasts_and_gets_worse(workspace: Workspace, watched: Initiative) -> None:
    for days in (50, 59, 60, 61):
        put_figures(watched, DAY + timedelta(days=days), signals=[stale(days)])
        evaluate(workspace=workspace, now=NOW + timedelta(days=days))

    assert [(alert.state, alert.severity) for alert in Alert.objects.all()] == [(AlertState.OPEN, Severity.MEDIUM)]


def test_a_reading_clears_it_and_the_next_gap_is_a_new_episode(workspace: Workspace, watched: Initiative) -> None:
    for offset, signals in enumerate([[stale(50)], [], [stale(50)]]):
        put_figures(watched, DAY + timedelta(days=offset), signals=signals)
        evaluate(workspace=workspace, now=NOW + timedelta(days=offset))

    assert states() == [AlertState.CLEARED, AlertState.OPEN]


def test_an_overrun_between_its_two_lines_stays_open(workspace: Workspace, watched: Initiative) -> None:
    for offset, spent in enumerate((100_000, 86_000, 100_000, 85_000)):
        put_figures(watched, DAY + timedelta(days=offset), cost=[spent] * 5, plan=[80_000] * 5)
        evaluate(workspace=workspace, now=NOW + timedelta(days=offset))

    assert states() == [AlertState.OPEN]


def test_an_overrun_that_is_put_right_clears(workspace: Workspace, watched: Initiative) -> None:
    for offset, spent in enumerate((100_000, 83_000)):
        put_figures(watched, DAY + timedelta(days=offset), cost=[spent] * 5, plan=[80_000] * 5)
        evaluate(workspace=workspace, now=NOW + timedelta(days=offset))

    assert states() == [AlertState.CLEARED]


def test_a_missing_exchange_rate_neither_opens_nor_clears(workspace: Workspace, watched: Initiative) -> None:
    put_figures(watched, **OVER)
    evaluate(workspace=workspace, now=NOW)
    unknown = {"first_month": "2026-01-01", "length": 5, "columns": {"cost": None, "plan_cost": None}}
    put_figures(watched, DAY + timedelta(days=1), parts=unknown)

    evaluate(workspace=workspace, now=NOW + timedelta(days=1))

    assert states() == [AlertState.OPEN]


def test_the_first_look_after_an_installation_opens_nothing(workspace: Workspace) -> None:
    put_figures(make_initiative(workspace), signals=[stale(50)], **OVER)

    outcome = evaluate(workspace=workspace, now=NOW)

    assert (outcome.opened, outcome.held, states()) == (0, 2, [AlertState.WOULD_OPEN] * 2)


def test_an_import_opens_nothing(workspace: Workspace, watched: Initiative) -> None:
    import_costs(workspace)
    put_figures(watched, at=NOW + timedelta(seconds=2), **OVER)

    evaluate(workspace=workspace, now=NOW + timedelta(minutes=1))

    assert states() == [AlertState.WOULD_OPEN]


def test_what_happens_after_an_import_opens_by_itself(workspace: Workspace, watched: Initiative) -> None:
    import_costs(workspace)
    put_figures(watched, at=NOW + timedelta(seconds=2))
    evaluate(workspace=workspace, now=NOW + timedelta(minutes=1))
    put_figures(watched, DAY + timedelta(days=1), signals=[stale(47)])

    evaluate(workspace=workspace, now=NOW + timedelta(days=1))

    assert states() == [AlertState.OPEN]


def test_the_ones_held_back_are_accepted_in_one_go(workspace: Workspace) -> None:
    put_figures(make_initiative(workspace), signals=[stale(50)], **OVER)
    evaluate(workspace=workspace, now=NOW)

    opened = choose(actor=actor(workspace, Role.ADMIN), keep=None, now=NOW)

    assert (opened, states()) == (2, [AlertState.OPEN] * 2)


def test_one_that_was_not_chosen_stays_quiet_until_its_condition_ends(workspace: Workspace) -> None:
    initiative = make_initiative(workspace)
    put_figures(initiative, signals=[stale(50)])
    evaluate(workspace=workspace, now=NOW)
    choose(actor=actor(workspace, Role.ADMIN), keep=[], now=NOW)
    seen = []
    for offset, signals in enumerate([[stale(51)], [], [stale(47)]], start=1):
        put_figures(initiative, DAY + timedelta(days=offset), signals=signals)
        evaluate(workspace=workspace, now=NOW + timedelta(days=offset))
        seen.append(states()[-1])

    assert seen == [AlertState.DISMISSED, AlertState.CLEARED, AlertState.OPEN]


def test_an_archived_initiative_has_no_open_alerts(workspace: Workspace, watched: Initiative) -> None:
    put_figures(watched, signals=[stale(50)])
    evaluate(workspace=workspace, now=NOW)
    Initiative.objects.update(archived_at=NOW)

    evaluate(workspace=workspace, now=NOW + timedelta(minutes=1))

    assert states() == [AlertState.CLEARED]


def test_a_past_that_is_evaluated_opens_and_clears_in_the_past(workspace: Workspace) -> None:
    initiative = make_initiative(workspace, now=NOW - timedelta(days=200))
    kpi = make_kpi(initiative, now=NOW - timedelta(days=200))
    for days_ago in (190, 100):
        day = DAY - timedelta(days=days_ago)
        record_readings(
            actor=Actor.system(workspace), kpi=kpi, now=NOW - timedelta(days=days_ago), rows=[{"on": day, "value": 5}]
        )
    days = [DAY - timedelta(days=ahead) for ahead in (180, 130, 90)]

    evaluate_history(workspace=workspace, days=days, now=NOW)

    alert = Alert.objects.get()
    assert (alert.opened_at and alert.opened_at.date(), alert.cleared_at and alert.cleared_at.date()) == (
        days[1],
        days[2],
    )


@pytest.mark.parametrize("initiatives", [2, 12])
def test_a_run_takes_the_same_number_of_queries_for_any_number_of_initiatives(
    workspace: Workspace, initiatives: int
) -> None:
    for number in range(initiatives):
        put_figures(make_initiative(workspace, f"i{number}"), signals=[stale(50)], **OVER)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        evaluate(workspace=workspace, now=NOW)

    assert len(queries) == 12


def test_a_day_on_which_nothing_changed_still_counts_as_looked_at(workspace: Workspace, watched: Initiative) -> None:
    put_figures(watched, DAY)

    assert [evaluate(workspace=workspace, now=NOW).looked for _ in range(2)] == [1, 0]


def test_alerts_of_another_workspace_are_left_alone(workspace: Workspace, watched: Initiative, stranger) -> None:  # type: ignore[no-untyped-def]
    other = make_initiative(stranger.workspace, "other")
    put_figures(other, signals=[stale(50)])
    evaluate(workspace=stranger.workspace, now=NOW)
    put_figures(watched, date(2026, 6, 16))

    evaluate(workspace=workspace, now=NOW)

    assert states() == [AlertState.WOULD_OPEN]
