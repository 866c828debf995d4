"""What was promised and has passed, or was moved."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from metrics.core.risk.signals.promises import go_live_overdue, mitigation_overdue, target_moved
from metrics.core.types import Dated, Kpi, Mitigation, Targets

PLANNED = date(2026, 3, 1)
LATER = date(2026, 12, 1)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("first", "current", "today", "since"),
    [
        (PLANNED, PLANNED, PLANNED, None),
        (PLANNED, PLANNED, PLANNED + DAY, PLANNED + DAY),
        (PLANNED, LATER, date(2026, 6, 15), PLANNED + DAY),
        (LATER, PLANNED, date(2026, 6, 15), PLANNED + DAY),
        (PLANNED, None, date(2026, 6, 15), PLANNED + DAY),
        (None, PLANNED, date(2026, 6, 15), PLANNED + DAY),
        (LATER, LATER, date(2026, 6, 15), None),
        (None, None, date(2026, 6, 15), None),
    ],
)
def test_a_later_date_does_not_reset_the_clock(first, current, today, since):
    signal = go_live_overdue(first, current, today)
    assert (signal and signal.since) == since


def test_the_signal_names_both_dates():
    signal = go_live_overdue(PLANNED, LATER, date(2026, 6, 15))
    assert signal.detail == {"planned": "2026-03-01", "now_planned": "2026-12-01"}


def action(due, state="open", what="Sign the agreement"):
    return Mitigation("data_governance", due, state, what, "Ana")


def test_an_open_action_is_overdue_from_the_day_after():
    assert mitigation_overdue([action(PLANNED)], PLANNED) is None
    assert mitigation_overdue([action(PLANNED)], PLANNED + DAY).since == PLANNED + DAY


@pytest.mark.parametrize("state", ["done", "dropped"])
def test_a_closed_action_is_never_overdue(state):
    assert mitigation_overdue([action(PLANNED, state)], LATER) is None
    assert mitigation_overdue([], LATER) is None


def test_the_action_that_is_late_for_longest_is_named_and_the_others_counted():
    late = [action(date(2026, 5, 1), what="Second"), action(PLANNED), action(LATER)]
    signal = mitigation_overdue(late, date(2026, 6, 15))
    assert (signal.detail["what"], signal.detail["owner"], signal.detail["actions"]) == (
        "Sign the agreement",
        "Ana",
        "2",
    )


def dated(*targets):
    return tuple(Dated(date.fromisoformat(on), Decimal(str(value))) for on, value in targets)


def kpi(agreed, *versions, version=1):
    held = tuple(Targets(date.fromisoformat(on), dated(*targets)) for on, targets in versions)
    return Kpi(
        key="time", name="Handling time", unit="minutes", direction="down", cadence="monthly", aggregation="mean",
        design="series", benefit_class="cash", readings=(),
        agreed=Targets(date(2026, 1, 15), dated(*agreed), version) if agreed is not None else None,
        target_versions=held,
    )  # fmt: skip


AGREED = (("2026-12-31", 10), ("2027-12-31", 8))


@pytest.mark.parametrize(
    ("targets", "moved"),
    [
        (AGREED, None),
        ((*AGREED, ("2028-12-31", 7)), None),
        ((("2026-06-30", 12), *AGREED), None),
        ((("2026-12-31", "10.0"), ("2027-12-31", 8)), None),
        ((("2026-12-31", 11), ("2027-12-31", 8)), ("2026-12-31", "10", "11", "2026-12-31")),
        ((("2026-12-31", 10), ("2027-12-31", 9)), ("2027-12-31", "8", "9", "2027-12-31")),
        ((("2026-12-31", 10),), ("2027-12-31", "8", "10", "2027-12-31")),
        ((("2026-12-31", 10), ("2027-06-30", 9), ("2027-12-31", 8)), ("2027-06-30", "10", "9", "2027-06-30")),
        ((("2027-03-31", 10), ("2027-12-31", 8)), ("2026-12-31", "10", "10", "2027-03-31")),
        ((), ("2026-12-31", "10", "", "")),
    ],
)
def test_days_of_the_agreed_targets_are_compared(targets, moved):
    signal = target_moved(kpi(AGREED, ("2026-03-01", targets)))
    found = signal and tuple(signal.detail[name] for name in ("on", "was", "now", "now_on"))
    assert found == moved


def test_a_move_holds_since_the_first_of_the_versions_that_differ():
    versions = [
        ("2025-11-01", AGREED),
        ("2026-02-01", [("2026-12-31", 11)]),
        ("2026-03-01", AGREED),
        ("2026-04-01", [("2026-12-31", 12)]),
        ("2026-05-01", [("2026-12-31", 13)]),
    ]
    signal = target_moved(kpi(AGREED, *versions))
    assert (signal.since, signal.detail["now"], signal.detail["version"]) == (date(2026, 4, 1), "13", "1")
    assert target_moved(kpi(AGREED, *versions[:3])) is None


def test_what_differed_all_along_holds_since_it_was_agreed():
    assert target_moved(kpi(AGREED, ("2025-01-01", [("2026-12-31", 12)]))).since == date(2026, 1, 15)


def test_nothing_agreed_is_nothing_moved():
    assert target_moved(kpi(None, ("2026-03-01", AGREED))) is None
    assert target_moved(kpi((), ("2026-03-01", AGREED))) is None
