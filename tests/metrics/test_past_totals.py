"""Totals of a past day: at once while the portfolio is small, by a worker when it is large."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from accounts.models import Workspace
from metrics import services, tasks
from metrics.models import Kind, PastTotals, PortfolioSnapshot
from metrics.services import past_totals
from metrics.services.past_totals import LEASE, MOST_ATTEMPTS
from metrics.services.reperform import reperform_totals
from portfolio.models import WorkState
from tests.calls import Api, api_of
from tests.factories import make_initiative
from tests.metrics.record import spend

MARCH = datetime(2026, 3, 10, 9, tzinfo=UTC)
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
DAY = date(2026, 3, 31)
PATH = f"portfolio/?as_of={DAY}"


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the workers were asked for."""
    calls: list[dict[str, Any]] = []
    monkeypatch.setattr(tasks.work_out_past_totals, "delay", lambda **arguments: calls.append(arguments))
    return calls


@pytest.fixture
def large(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Two initiatives where one is the most that is worked out at once."""
    monkeypatch.setattr(past_totals, "MOST_AT_ONCE", 1)
    for key in ("one", "two"):
        spend(make_initiative(workspace, key, now=MARCH), "2026-01-05", 1000, now=MARCH)
    return workspace


@pytest.fixture
def admin(large: Workspace) -> Api:
    return api_of(large)


def work() -> PastTotals:
    return PastTotals.objects.get()


def done(now: datetime = NOW) -> None:
    services.work_out_past_totals(work_id=work().pk, now=now)


def test_a_large_portfolio_is_answered_later(
    admin: Api, rung: list[dict[str, Any]], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        answer = admin.get(PATH)
    assert (answer.status_code, answer["Retry-After"]) == (202, "10")
    assert answer.json() == {"as_of": "2026-03-31", "state": "waiting"}
    assert rung == [{"work_id": work().pk}]


def test_the_worked_out_totals_are_answered_and_nothing_waits(admin: Api) -> None:
    admin.get(PATH)
    done()
    answer = admin.get(PATH)
    assert (answer.status_code, answer.json()["cost_to_date"]["value"]) == (200, "2000.00")
    assert (answer.json()["behind_by"], work().state) == (0, WorkState.DONE)


def test_asking_twice_makes_one_piece_of_work(admin: Api) -> None:
    assert [admin.get(PATH).status_code for _ in range(2)] == [202, 202]
    assert PastTotals.objects.count() == 1


def test_a_later_change_leaves_the_stored_totals_behind_and_asks_again(admin: Api, large: Workspace) -> None:
    admin.get(PATH)
    done()
    spend(large.initiatives.get(key="one"), "2026-02-05", 500, now=MARCH)
    answer = admin.get(PATH).json()
    assert (answer["cost_to_date"]["value"], answer["behind_by"], answer["behind"]) == ("2000.00", 1, True)
    done()
    assert admin.get(PATH).json()["cost_to_date"]["value"] == "2500.00"


def test_work_of_a_worker_that_has_gone_is_taken_up(admin: Api) -> None:
    admin.get(PATH)
    PastTotals.objects.update(state=WorkState.RUNNING, attempt=1, lease_until=NOW)
    assert services.unfinished_past_totals(NOW + timedelta(seconds=1)) == [work().pk]
    done(NOW + timedelta(seconds=1))
    assert (work().state, work().attempt) == (WorkState.DONE, 2)


def test_work_that_another_worker_has_is_left_alone(admin: Api) -> None:
    admin.get(PATH)
    PastTotals.objects.update(state=WorkState.RUNNING, lease_until=NOW + LEASE)
    done()
    assert work().state == WorkState.RUNNING


def test_work_tried_too_often_ends_until_somebody_asks_again(admin: Api) -> None:
    admin.get(PATH)
    PastTotals.objects.update(state=WorkState.RUNNING, attempt=MOST_ATTEMPTS, lease_until=NOW)
    assert services.unfinished_past_totals(NOW + timedelta(seconds=1)) == []
    admin.get(PATH)
    assert (work().state, work().attempt) == (WorkState.WAITING, 0)


def test_a_task_that_fails_says_so(admin: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: Any) -> None:
        raise RuntimeError("no disk")

    admin.get(PATH)
    monkeypatch.setattr(past_totals, "portfolio_on", broken)
    with pytest.raises(RuntimeError):
        tasks.work_out_past_totals(work_id=work().pk)
    assert (work().state, work().error) == (WorkState.FAILED, "It stopped with an error; see the log.")


def test_the_schedule_rings_for_what_waits(admin: Api, rung: list[dict[str, Any]]) -> None:
    admin.get(PATH)
    tasks.resume_past_totals()
    assert rung == [{"work_id": work().pk}]


def test_a_small_portfolio_is_answered_at_once(workspace: Workspace) -> None:
    make_initiative(workspace, "one", now=MARCH)
    assert api_of(workspace).get(PATH).status_code == 200


def test_totals_that_hold_are_answered_as_they_are_stored(workspace: Workspace) -> None:
    make_initiative(workspace, "one", now=MARCH)
    for _ in range(2):
        services.totals_on(workspace=workspace, as_of=DAY, now=NOW)
    assert PortfolioSnapshot.objects.count() == 1


def test_restated_totals_hold_what_was_learnt_since_about_the_time_before(workspace: Workspace) -> None:
    one = make_initiative(workspace, "one", now=MARCH)
    spend(one, "2026-01-05", 1000, now=MARCH)
    spend(one, "2026-02-05", 77, now=NOW)
    spend(one, "2026-06-05", 5000, now=NOW)
    api = api_of(workspace)
    believed, restated = api.get(PATH).json(), api.get(f"{PATH}&restated=true").json()
    assert (believed["cost_to_date"]["value"], restated["cost_to_date"]["value"]) == ("1000.00", "1077.00")
    assert set(PortfolioSnapshot.objects.values_list("kind", flat=True)) == {"as_of", "restated"}


def test_restated_totals_are_over_what_had_begun_by_the_day(workspace: Workspace) -> None:
    imported, later = (make_initiative(workspace, key, now=NOW) for key in ("imported", "later"))
    spend(imported, "2026-02-05", 100, now=NOW)
    spend(later, "2026-05-05", 100, now=NOW)
    believed = services.totals_on(workspace=workspace, as_of=DAY, now=NOW).totals
    restated = services.totals_on(workspace=workspace, kind=Kind.RESTATED, as_of=DAY, now=NOW).totals
    assert believed is not None
    assert restated is not None
    assert (believed.coverage["of"], restated.coverage["of"]) == (0, 1)


def test_restated_totals_of_a_large_portfolio_wait_beside_the_believed_ones(admin: Api) -> None:
    assert [admin.get(path).status_code for path in (PATH, f"{PATH}&restated=true")] == [202, 202]
    assert set(PastTotals.objects.values_list("kind", flat=True)) == {"as_of", "restated"}
    for row in PastTotals.objects.all():
        services.work_out_past_totals(work_id=row.pk, now=NOW)
    assert admin.get(f"{PATH}&restated=true").json()["cost_to_date"]["value"] == "2000.00"


@pytest.mark.parametrize("query", ["restated=true", f"as_of={DAY}&restated=perhaps"])
def test_restated_totals_need_a_day_and_a_plain_word(workspace: Workspace, query: str) -> None:
    assert api_of(workspace).get(f"portfolio/?{query}").status_code == 400


def test_restated_totals_come_out_the_same_when_worked_out_again(workspace: Workspace) -> None:
    spend(make_initiative(workspace, "one", now=MARCH), "2026-01-05", 1000, now=MARCH)
    totals = services.totals_on(workspace=workspace, kind=Kind.RESTATED, as_of=DAY, now=NOW).totals
    assert totals is not None
    assert reperform_totals(totals).holds
