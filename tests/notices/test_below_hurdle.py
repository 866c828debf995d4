"""R1 over stored figures: it waits, opens once, gets worse, recovers and clears; nobody is told twice."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.choices import Role
from accounts.models import Workspace
from notices.choices import AlertState, Rule, Severity
from notices.models import Alert
from notices.services.alerts import choose
from notices.services.evaluation import Outcome, evaluate
from portfolio.models import ImportJob, Initiative
from tests.calls import api_of
from tests.factories import actor, make_initiative, make_member
from tests.notices.figures import DAY, chances, make_alert, put_figures

NOW = datetime(2026, 6, 15, 6, tzinfo=UTC)
PENDING, OPEN, CLEARED = AlertState.PENDING, AlertState.OPEN, AlertState.CLEARED


@pytest.fixture
def watched(workspace: Workspace) -> Initiative:
    """An initiative that the rules have looked at once, when its chance was good."""
    initiative = make_initiative(workspace, name="Claims triage", owner="M. Reyes", sponsor="A. Stone")
    look(initiative, -1, "0.60")
    return initiative


def look(initiative: Initiative, days: int, chance: str | None, left: int = 100_000, **fields: str) -> Outcome:
    """Figures of so many days after DAY, and the rules' look at them."""
    put_figures(initiative, DAY + timedelta(days=days), **chances(chance, left), **fields)
    return evaluate(workspace=initiative.workspace, now=NOW + timedelta(days=days))


def looks(initiative: Initiative, *seen: tuple[int, str | None]) -> list[str]:
    """The state of the latest alert after each look."""
    found = []
    for days, chance in seen:
        look(initiative, days, chance)
        found.append(Alert.objects.order_by("-pk").values_list("state", flat=True).first() or "")
    return found


def day_of(moment: datetime | None) -> int:
    assert moment is not None
    return (moment - NOW).days


def test_it_opens_at_the_second_look_a_week_later(watched: Initiative) -> None:
    states = looks(watched, (0, "0.12"), (3, "0.12"), (7, "0.14"))

    alert = Alert.objects.get()
    assert states == [PENDING, PENDING, OPEN]
    assert (alert.rule, alert.since, day_of(alert.opened_at), str(alert.value.normalize())) == (
        Rule.BELOW_HURDLE, DAY, 7, "0.14",
    )  # fmt: skip


def test_a_value_that_dances_on_the_line_never_opens(watched: Initiative) -> None:
    states = looks(watched, *((day, "0.24" if day % 2 else "0.25") for day in range(20)))

    assert OPEN not in states


def test_it_clears_after_a_week_above_the_upper_line(watched: Initiative) -> None:
    states = looks(
        watched, (0, "0.12"), (7, "0.12"), (8, "0.40"), (12, "0.30"), (13, "0.36"), (19, "0.36"), (20, "0.4")
    )

    alert = Alert.objects.get()
    assert states == [PENDING, OPEN, OPEN, OPEN, OPEN, OPEN, CLEARED]
    assert (alert.recovering_since, day_of(alert.cleared_at)) == (DAY + timedelta(days=13), 20)


def test_no_data_neither_opens_nor_clears(watched: Initiative) -> None:
    states = looks(watched, (0, None), (10, None), (11, "0.1"), (20, None), (21, "0.1"), (22, "0.5"), (40, None))

    assert states == ["", "", PENDING, PENDING, OPEN, OPEN, OPEN]


def test_the_next_time_is_a_new_alert(watched: Initiative) -> None:
    looks(watched, (0, "0.1"), (7, "0.1"), (8, "0.5"), (15, "0.5"), (16, "0.1"), (23, "0.1"))

    assert list(Alert.objects.order_by("pk").values_list("state", flat=True)) == [CLEARED, OPEN]


def test_an_initiative_that_has_ended_is_left_alone(watched: Initiative) -> None:
    looks(watched, (0, "0.1"), (7, "0.1"))
    look(watched, 8, "0.1", verdict="ended")
    look(watched, 30, "0.1", verdict="ended")

    assert Alert.objects.get().state == CLEARED


def test_getting_worse_is_told_once(watched: Initiative) -> None:
    told = []
    for days, left in [(0, 200_000), (7, 200_000), (8, 300_000), (9, 300_000), (10, 200_000), (11, 300_000)]:
        look(watched, days, "0.1", left)
        alert = Alert.objects.get()
        told.append((alert.severity, alert.worsened_at and day_of(alert.worsened_at)))

    high, critical = Severity.HIGH, Severity.CRITICAL
    assert told == [(high, None), (high, None), (critical, 8), (critical, 8), (high, 8), (critical, 8)]


def test_getting_worse_before_it_opens_is_not_told(watched: Initiative) -> None:
    look(watched, 0, "0.1", 200_000)
    look(watched, 3, "0.1", 300_000)
    look(watched, 7, "0.1", 300_000)

    alert = Alert.objects.get()
    assert (alert.state, alert.severity, alert.worsened_at) == (OPEN, Severity.CRITICAL, None)


def test_the_first_look_shows_what_it_would_open(workspace: Workspace) -> None:
    outcome = look(make_initiative(workspace), 0, "0.1")

    assert (outcome.opened, outcome.held, Alert.objects.get().state) == (0, 1, AlertState.WOULD_OPEN)


def test_one_that_is_kept_opens_and_clears_like_any_other(workspace: Workspace) -> None:
    initiative = make_initiative(workspace)
    look(initiative, 0, "0.1")
    choose(actor=actor(workspace, Role.ADMIN), keep=None, now=NOW)

    assert looks(initiative, (1, "0.5"), (8, "0.5")) == [OPEN, CLEARED]


def test_an_import_holds_back_what_was_waiting(watched: Initiative) -> None:
    look(watched, 0, "0.1")
    at = NOW + timedelta(days=7)
    ImportJob.objects.create(
        workspace=watched.workspace, kind="costs", filename="costs.csv", content=b"", created_at=at, queued_at=at,
        applied_at=at,
    )  # fmt: skip
    put_figures(watched, DAY + timedelta(days=7), at=at + timedelta(seconds=9), **chances("0.1"))

    evaluate(workspace=watched.workspace, now=at + timedelta(minutes=1))

    assert Alert.objects.get().state == AlertState.WOULD_OPEN


@pytest.mark.django_db(transaction=True)
def test_a_run_that_dies_half_way_leaves_no_trace_and_the_next_makes_up_for_it(workspace: Workspace) -> None:
    initiative = make_initiative(workspace)
    look(initiative, -1, "0.6")
    for days in (0, 7):
        put_figures(initiative, DAY + timedelta(days=days), **chances("0.1"))
        killed(workspace, NOW + timedelta(days=days))
        runs = [evaluate(workspace=workspace, now=NOW + timedelta(days=days, minutes=each)) for each in range(2)]
        assert [run.looked for run in runs] == [1, 0]

    assert [(alert.state, alert.since) for alert in Alert.objects.all()] == [(OPEN, DAY)]


def killed(workspace: Workspace, now: datetime) -> None:
    """A run whose connection is lost before its transaction ends."""
    with transaction.atomic():
        evaluate(workspace=workspace, now=now)
        transaction.set_rollback(True)


@pytest.mark.parametrize("initiatives", [2, 12])
def test_a_week_takes_the_same_number_of_queries_for_any_number_of_initiatives(
    workspace: Workspace, initiatives: int
) -> None:
    made = [make_initiative(workspace, f"i{number}") for number in range(initiatives)]
    at_each = [queries_of(workspace, made, days, chance) for days, chance in ((-1, "0.6"), (0, "0.1"), (7, "0.1"))]

    assert at_each == [11, 12, 12]


def queries_of(workspace: Workspace, initiatives: Iterable[Initiative], days: int, chance: str) -> int:
    for each in initiatives:
        put_figures(each, DAY + timedelta(days=days), **chances(chance))
    with CaptureQueriesContext(connection) as queries:
        evaluate(workspace=workspace, now=NOW + timedelta(days=days))
    return len(queries)


def test_the_page_says_what_against_what_since_when_why_to_whom_and_what_to_do(watched: Initiative) -> None:
    looks(watched, (0, "0.12"), (7, "0.12"), (8, "0.40"))

    shown = page(watched.workspace)

    for words in (
        "Claims triage</a>: 40% chance of clearing its hurdle",
        "The hurdle is a return of 15%; opens below 25% on two looks at least 7 days apart",
        "clears when it holds 35% for 7 days",
        "No benefit is proven yet; €400K is only claimed. Benefits that come true: net between −€200K and €90K.",
        "Since Jun 15, 2026; opened Jun 22, 2026",
        "recovering since Jun 23, 2026; checked Jun 23, 2026",
        "To M. Reyes.",
        "re-scope or stop it: €100K is still to be spent",
    ):
        assert words in shown


@pytest.mark.parametrize(
    ("owner", "sponsor", "words"),
    [
        ("", "A. Stone", "To A. Stone, the sponsor, as it has no owner."),
        ("", "", "To the administrators, as it has neither owner nor sponsor."),
    ],
)
def test_where_there_is_no_owner_the_alert_says_who_has_it(
    watched: Initiative, owner: str, sponsor: str, words: str
) -> None:
    Initiative.objects.update(owner=owner, sponsor=sponsor)
    make_alert(watched, Rule.BELOW_HURDLE)

    assert words in page(watched.workspace)


def test_what_is_not_sure_yet_is_shown_but_not_counted(watched: Initiative) -> None:
    look(watched, 0, "0.12")

    shown = page(watched.workspace)

    assert ("Not sure yet (1)" in shown, 'class="badge"' in shown) == (True, False)


def test_the_api_tells_the_same(watched: Initiative) -> None:
    looks(watched, (0, "0.12"), (7, "0.12"))

    (found,) = api_of(watched.workspace).get("alerts/?state=open").json()["results"]

    assert (found["rule"], found["value"], found["threshold"], found["unit"], found["addressed_to"]) == (
        "below_hurdle", "0.12", "0.25", "probability", "M. Reyes",
    )  # fmt: skip
    assert found["message"]["what"] == "12% chance of clearing its hurdle"


def page(workspace: Workspace) -> str:
    client = Client()
    client.force_login(make_member(workspace, Role.ADMIN).user)
    return client.get("/alerts/").content.decode()
