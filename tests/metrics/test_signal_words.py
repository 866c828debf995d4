"""Each signal in one plain sentence."""

from datetime import date
from typing import Any

import pytest

from metrics.contexts.signals import WORDS, signals_of
from metrics.core.risk.signals import SignalCode
from web.formats import Formats

TODAY = date(2026, 6, 15)
ENGLISH = Formats("en-US")
STUCK = {"stage": "pilot", "entered_on": "2025-10-01", "allowed_days": "180"}
TARGET = {"kpi": "time", "name": "Handling time", "version": "1", "agreed_on": "2026-01-15", "on": "2026-12-31"}
ACTION = {"what": "Sign the agreement", "cause": "data_governance", "due": "2026-03-01"}


def said(code: str, since: str = "2026-03-31", **detail: str) -> str:
    stored: dict[str, Any] = {"code": code, "since": since, "cure": "Do it.", "detail": detail}
    (shown,) = signals_of([stored], ENGLISH, TODAY)
    assert (shown.since, shown.cure) == (ENGLISH.day(date.fromisoformat(since)), "Do it.")
    return shown.words


def test_every_signal_has_words() -> None:
    assert set(WORDS) == set(SignalCode)


@pytest.mark.parametrize(
    ("detail", "words"),
    [
        (
            {"median_days": "120", "shorter": "180:75 250:82 300:90"},
            "257 days in pilot, longer than 82% of your initiatives took; half took at most 120",
        ),
        ({"median_days": "120"}, "257 days in pilot; half took at most 120"),
        (
            {"median_days": "", "shorter": "180:20"},
            "257 days in pilot, longer than 20% of your initiatives took; "
            "fewer than half have left it yet, so a year is allowed",
        ),
        (
            {"median_days": "", "shorter": "180:0"},
            "257 days in pilot; fewer than half have left it yet, so a year is allowed",
        ),
    ],
)
def test_time_in_a_stage_is_told_against_others(detail: dict[str, str], words: str) -> None:
    assert said("STUCK_STAGE", **STUCK, **detail) == words


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ("2026-03-01", "Go-live was planned for Mar 1, 2026, 106 days ago"),
        ("", "Go-live was planned for Mar 1, 2026, 106 days ago"),
        ("2026-12-01", "Go-live was planned for Mar 1, 2026, 106 days ago; now planned for Dec 1, 2026"),
    ],
)
def test_an_overdue_go_live_names_both_dates(now: str, words: str) -> None:
    assert said("GO_LIVE_OVERDUE", planned="2026-03-01", now_planned=now) == words


@pytest.mark.parametrize(
    ("detail", "words"),
    [
        (
            {"owner": "Ana", "actions": "1"},
            "Action past its due date: “Sign the agreement” (Ana), due Mar 1, 2026",
        ),
        (
            {"owner": "", "actions": "3"},
            "3 actions past their due dates, first “Sign the agreement”, due Mar 1, 2026",
        ),
    ],
)
def test_overdue_actions_are_counted_and_the_first_is_named(detail: dict[str, str], words: str) -> None:
    assert said("MITIGATION_OVERDUE", **ACTION, **detail) == words


@pytest.mark.parametrize(
    ("now", "now_on", "words"),
    [
        ("12", "2026-12-31", "Handling time: target 10.5 for Dec 31, 2026 was agreed, now 12"),
        ("10.5", "2027-06-30", "Handling time: target 10.5 for Dec 31, 2026 was agreed, now 10.5 for Jun 30, 2027"),
        ("", "", "Handling time: target 10.5 for Dec 31, 2026 was agreed, now none"),
    ],
)
def test_a_moved_target_is_told_from_what_to_what(now: str, now_on: str, words: str) -> None:
    assert said("TARGET_MOVED", **TARGET, was="10.5", now=now, now_on=now_on) == words


def test_a_leap_of_compute_names_the_usual_month() -> None:
    detail = {"month": "2026-03-01", "amount": "12000.00", "median": "4000.00", "currency": "USD"}
    assert said("COMPUTE_SPIKE", **detail) == "Compute of March 2026: $12K; a usual month before took $4K"


def test_falling_use_names_both_levels() -> None:
    detail = {"peak": "0.58", "peak_on": "2026-01-31", "share": "0.41", "share_on": "2026-04-30"}
    assert said("FALLING_ADOPTION", **detail) == "Use fell from 58% in January 2026 to 41% in April 2026"


def test_old_and_missing_scores_are_told_apart() -> None:
    assert said("ASSESSMENT_OLD", scored_on="2025-11-27") == "Causes of failure last scored 200 days ago"
    assert said("ASSESSMENT_OLD", scored_on="") == "Causes of failure never scored"
