"""R1 of the alert catalogue: two thresholds, and seven days before it opens and before it clears."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from notices.choices import AlertState, Severity
from notices.rules.hurdle import Outlook, Swing, below_hurdle, ended
from notices.rules.states import Seen, Standing, Step, Zone, step

FIRST = date(2026, 3, 1)


def outlook(chance: str, left: int | None = 100_000) -> Outlook:
    return Outlook(
        chance=Decimal(chance),
        hurdle=Decimal("0.15"),
        currency="EUR",
        proven=Decimal(0),
        claimed=None,
        drivers=tuple(Swing(name, Decimal(-10), Decimal(10)) for name in ("benefit", "cost", "delay")),
        spend_left=None if left is None else Decimal(left),
        spend_currency="USD",
    )


def chance(value: str | None) -> Seen:
    return below_hurdle(None if value is None else outlook(value))


@pytest.mark.parametrize(
    ("value", "zone"),
    [
        ("0.00", Zone.BREACH),
        ("0.24", Zone.BREACH),
        ("0.25", Zone.BETWEEN),
        ("0.34", Zone.BETWEEN),
        ("0.35", Zone.CALM),
        (None, Zone.UNKNOWN),
    ],
)
def test_the_chance_has_one_line_to_open_and_another_to_clear(value: str | None, zone: Zone) -> None:
    assert chance(value).zone is zone


@pytest.mark.parametrize(
    ("left", "severity"), [(None, Severity.HIGH), (250_000, Severity.HIGH), (250_001, Severity.CRITICAL)]
)
def test_it_is_critical_where_much_is_still_to_be_spent(left: int | None, severity: Severity) -> None:
    assert below_hurdle(outlook("0.1", left)).severity is severity


def test_only_the_two_widest_drivers_are_kept() -> None:
    drivers = below_hurdle(outlook("0.1")).detail["drivers"]

    assert ("cost" in drivers, "delay" in drivers) == (True, False)


def test_benefits_are_unproven_only_where_none_is_proven() -> None:
    unproven = [
        below_hurdle(replace(outlook("0.1"), proven=proven, claimed=Decimal(7))).detail["unproven"]
        for proven in (Decimal(0), Decimal(1), None)
    ]

    assert unproven == ["7", "", ""]


PATHS = [
    pytest.param([(0, "0.10")], [Step.WAIT], id="seen once waits"),
    pytest.param([(0, "0.10"), (6, "0.10")], [Step.WAIT, Step.NOTHING], id="six days are not enough"),
    pytest.param([(0, "0.10"), (7, "0.10")], [Step.WAIT, Step.OPEN], id="seven days open"),
    pytest.param([(0, "0.10"), (30, "0.10")], [Step.WAIT, Step.OPEN], id="days without a look count"),
    pytest.param([(0, "0.10"), (3, "0.12"), (7, "0.12")], [Step.WAIT, Step.UPDATE, Step.OPEN], id="a new value waits"),
    pytest.param(
        [(0, "0.10"), (3, "0.26"), (4, "0.10"), (10, "0.10"), (11, "0.10")],
        [Step.WAIT, Step.CLEAR, Step.WAIT, Step.NOTHING, Step.OPEN],
        id="rising over the line begins again",
    ),
    pytest.param([(0, "0.10"), (7, None)], [Step.WAIT, Step.NOTHING], id="no data does not open"),
    pytest.param([(0, "0.10"), (5, None), (8, "0.10")], [Step.WAIT, Step.NOTHING, Step.OPEN], id="nor does it end it"),
    pytest.param([(0, None), (7, None)], [Step.NOTHING] * 2, id="no data at all"),
]
OPENED = [(0, "0.10"), (7, "0.10")]
LATER_PATHS = [
    pytest.param([(8, "0.30")], [Step.UPDATE], id="between the lines it stays open"),
    pytest.param([(8, "0.40")], [Step.RECOVER], id="seen calm once recovers"),
    pytest.param([(8, "0.40"), (14, "0.40")], [Step.RECOVER, Step.NOTHING], id="six calm days are not enough"),
    pytest.param([(8, "0.40"), (15, "0.40")], [Step.RECOVER, Step.CLEAR], id="seven calm days clear"),
    pytest.param(
        [(8, "0.40"), (10, "0.50"), (15, "0.50")], [Step.RECOVER, Step.RECOVER, Step.CLEAR], id="a better value"
    ),
    pytest.param(
        [(8, "0.40"), (10, "0.30"), (11, "0.40"), (17, "0.40"), (18, "0.40")],
        [Step.RECOVER, Step.UPDATE, Step.RECOVER, Step.NOTHING, Step.CLEAR],
        id="falling below the line begins again",
    ),
    pytest.param(
        [(8, "0.40"), (10, "0.10"), (20, "0.10")],
        [Step.RECOVER, Step.UPDATE, Step.NOTHING],
        id="a relapse opens nothing",
    ),
    pytest.param([(8, None), (30, None)], [Step.NOTHING] * 2, id="no data does not clear"),
    pytest.param([(8, "0.40"), (20, None)], [Step.RECOVER, Step.NOTHING], id="no data does not end a recovery"),
]


@pytest.mark.parametrize(("looks", "steps"), PATHS)
def test_it_opens_after_two_looks_seven_days_apart(looks: list[tuple[int, str | None]], steps: list[Step]) -> None:
    assert walk(looks) == steps


@pytest.mark.parametrize(("looks", "steps"), LATER_PATHS)
def test_it_clears_after_seven_days_of_calm(looks: list[tuple[int, str | None]], steps: list[Step]) -> None:
    assert walk([*OPENED, *looks])[len(OPENED) :] == steps


@pytest.mark.parametrize("state", [AlertState.WOULD_OPEN, AlertState.DISMISSED])
def test_what_waits_to_be_chosen_recovers_in_the_same_way(state: AlertState) -> None:
    held = Standing(state, Severity.HIGH, chance("0.10").detail, FIRST)

    assert step(held, chance("0.40"), day=FIRST, first_look=False) is Step.RECOVER


def test_a_first_look_holds_it_without_waiting() -> None:
    assert step(None, chance("0.10"), day=FIRST, first_look=True) is Step.HOLD


def test_an_import_on_the_day_it_would_open_holds_it() -> None:
    pending = Standing(AlertState.PENDING, Severity.HIGH, {}, FIRST)
    steps = [step(pending, chance("0.10"), day=FIRST + timedelta(days=days), first_look=True) for days in (6, 7)]

    assert steps == [Step.UPDATE, Step.HOLD]


@pytest.mark.parametrize("state", [AlertState.PENDING, AlertState.OPEN])
def test_an_initiative_that_ends_clears_it_at_once(state: AlertState) -> None:
    standing = Standing(state, Severity.HIGH, chance("0.10").detail, FIRST)

    assert step(standing, ended(), day=FIRST, first_look=False) is Step.CLEAR


def walk(looks: Iterable[tuple[int, str | None]]) -> list[Step]:
    standing: Standing | None = None
    steps = []
    for days, value in looks:
        day, seen = FIRST + timedelta(days=days), chance(value)
        taken = step(standing, seen, day=day, first_look=False)
        standing = after(standing, seen, taken, day)
        steps.append(taken)
    return steps


def after(standing: Standing | None, seen: Seen, taken: Step, day: date) -> Standing | None:
    match taken:
        case Step.WAIT:
            return Standing(AlertState.PENDING, seen.severity, seen.detail, day)
        case Step.CLEAR:
            return None
    if standing is None:
        return None
    match taken:
        case Step.OPEN:
            return replace(standing, state=AlertState.OPEN, detail=seen.detail)
        case Step.UPDATE:
            return replace(standing, detail=seen.detail, recovering_since=None)
        case Step.RECOVER:
            return replace(standing, detail=seen.detail, recovering_since=standing.recovering_since or day)
    return standing
