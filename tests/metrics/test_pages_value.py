"""What the value page, the figure page and the workbook say of recorded drivers."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
import time_machine
from django.test import Client
from openpyxl import load_workbook

from accounts.access import Actor
from accounts.models import Membership, Workspace
from metrics.contexts.dots import dots_of
from metrics.contexts.value import ValuePage, build
from metrics.core.reasons import Reason, sentence
from metrics.exports.workbook import initiative_workbook
from metrics.models import CurrentSnapshot, Snapshot
from metrics.services import refresh
from portfolio.models import Initiative
from portfolio.services.drivers import record_drivers
from portfolio.services.settings import set_dated
from tests.factories import make_initiative
from tests.metrics.record import NOW, earn, rates, spend
from web.formats import Formats

pytestmark = pytest.mark.usefixtures("_clock")
ENGLISH = Formats("en-GB")
POINTS = {"cost": ("0.9", "1.2", "2"), "benefit": ("0.4", "0.8", "1.1"), "delay": ("1", "2", "3")}


@pytest.fixture
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def initiative(workspace: Workspace) -> Initiative:
    """100 spent, 50 to spend, 30 a month to earn from July to December, with three recorded drivers."""
    row = make_initiative(workspace, "claims", planned_go_live=date(2026, 2, 1), horizon_months=24)
    who = Actor.system(workspace)
    set_dated(actor=who, now=NOW, name="hurdle", value=Decimal("0.1"), on=date(2025, 1, 1))
    spend(row, "2026-01-10", 100)
    spend(row, "2026-08-10", 50, basis="forecast")
    for month in range(7, 13):
        earn(row, f"2026-{month:02}-10", 30, proven=False, basis="forecast")
    rows = [
        {"name": name, "on": date(2026, 1, 1), **dict(zip(("p10", "p50", "p90"), map(Decimal, points), strict=True))}
        for name, points in POINTS.items()
    ]
    record_drivers(actor=who, initiative=row, now=NOW, rows=rows)
    refresh(workspace=workspace, now=NOW)
    return row


def snapshot_of(initiative: Initiative) -> Snapshot:
    return CurrentSnapshot.objects.get(initiative=initiative).snapshot


@pytest.fixture
def page(initiative: Initiative) -> ValuePage:
    return build(initiative, ENGLISH)


def test_the_value_rests_on_the_middles_and_says_so(initiative: Initiative, page: ValuePage) -> None:
    assert snapshot_of(initiative).figures["net"]["value"] == "-16.00"
    assert page.course_words == (
        "At the middle of the recorded drivers, costs ahead count at 120%, lines of benefits at 80% and benefits come "
        "2 months later."
    )


def test_each_end_of_a_driver_stands_under_its_own_point(initiative: Initiative, page: ValuePage) -> None:
    """A cost at its 10 % point is the better end, a benefit at its 10 % point the worse; the widest comes first."""
    stored = {row["driver"]: row for row in snapshot_of(initiative).outlook["sensitivity"]}
    assert Decimal(stored["cost"]["low"]) == 144 - 100 - 45
    assert Decimal(stored["cost"]["high"]) == 144 - 100 - 100
    shown = {swing.driver: (swing.low, swing.high) for swing in page.swings}
    assert shown["Costs still to come"] == ("−€1.00", "−€56")
    spans = [abs(Decimal(row["high"]) - Decimal(row["low"])) for row in snapshot_of(initiative).outlook["sensitivity"]]
    assert spans == sorted(spans, reverse=True)


def test_the_figure_page_shows_what_was_recorded_times_its_factor(
    initiative: Initiative, client: Client, owner: Membership
) -> None:
    client.force_login(owner.user)
    flows = client.get(f"/figures/{snapshot_of(initiative).pk}-net/").context["page"].flows
    assert not flows.tie.is_broken
    assert [(line.on, line.amount, line.source) for line in flows.lines[1:3]] == [
        ("Aug 10, 2026", "−€60.00", "€50.00 × 1.2"),
        ("Sep 10, 2026", "€24.00", "€30.00 × 0.8"),
    ]


def test_the_figure_page_shows_what_was_recorded_times_its_exchange_rate(
    initiative: Initiative, client: Client, owner: Membership
) -> None:
    rates(initiative.workspace, "2026-03-10", [("USD", "EUR", "0.912345")])
    spend(initiative, "2026-03-10", 100, currency="USD")
    refresh(workspace=initiative.workspace, now=NOW)
    client.force_login(owner.user)
    flows = client.get(f"/figures/{snapshot_of(initiative).pk}-cost_to_date/").context["page"].flows
    assert ("€91.23", "$100.00 × 0.912345") in {(line.amount, line.source) for line in flows.lines}


def test_the_workbook_holds_amounts_factors_and_both_ends(initiative: Initiative, client: Client) -> None:
    book = load_workbook(BytesIO(initiative_workbook(snapshot_of(initiative))))
    ahead = [(row[6], row[9]) for row in book["Flows"].iter_rows(min_row=2, values_only=True)][1:3]
    assert ahead == [(-60, 50), (24, 30)]
    ends = {row[0]: row[1:3] for row in book["Sensitivity (values)"].iter_rows(min_row=2, values_only=True)}
    assert ends["cost"] == (-1, -56)
    notes = dict(row for row in book["Notes"].iter_rows(min_row=2, values_only=True))
    assert notes["Costs ahead are multiplied by"] == "1.2"


@pytest.mark.parametrize(
    ("shift", "words"),
    [
        ("0", "of 20 dots are below the 10% hurdle"),
        ("9", "None of 20 dots are below the 10% hurdle"),
        ("-9", "All 20 dots are below the 10% hurdle"),
    ],
)
def test_twenty_dots_count_themselves_against_the_hurdle(initiative: Initiative, shift: str, words: str) -> None:
    found = snapshot_of(initiative)
    kept = found.outlook["quantiles"]
    kept["roi"] = [str(Decimal(value) + Decimal(shift)) for value in kept["roi"]]
    dots = dots_of(found, ENGLISH)
    assert dots is not None
    assert dots.words.endswith(words)
    crit = sum(dot.tone == "crit" for dot in dots.dots)
    assert crit == {"9": 0, "-9": 20}.get(shift, int(dots.words.split()[0]) if shift == "0" else 0)


def test_the_share_of_dots_above_the_hurdle_is_the_chance_of_clearing_it(initiative: Initiative) -> None:
    found = snapshot_of(initiative)
    dots = dots_of(found, ENGLISH)
    assert dots is not None
    clear = sum(dot.tone == "" for dot in dots.dots) / 20
    assert abs(clear - float(found.figures["chance_clears_hurdle"]["value"])) <= 0.05


def test_what_is_certain_has_no_dots(initiative: Initiative) -> None:
    found = snapshot_of(initiative)
    found.outlook["quantiles"]["roi"] = ["0.2"] * 15
    assert dots_of(found, ENGLISH) is None


def test_an_unknown_net_is_not_called_certain(workspace: Workspace) -> None:
    row = make_initiative(workspace, "beginner", planned_go_live=date(2026, 2, 1), horizon_months=24)
    spend(row, "2026-01-10", 100)
    refresh(workspace=workspace, now=NOW)
    assert build(row, ENGLISH).no_swings == sentence(Reason.NO_FORECAST)


def test_each_number_of_a_formula_leads_to_its_own_page(initiative: Initiative, page: ValuePage) -> None:
    found = snapshot_of(initiative)
    made = next(line for line in page.made if line.label == "ROI forecast")
    assert [text for text, _ in made.parts] == ["−€16", " ÷ ", "€160", " = ", "−10%"]
    assert [url for _, url in made.parts if url] == [
        f"/figures/{found.pk}-{name}/" for name in ("net", "tco", "roi_forecast")
    ]


def test_a_formula_that_lacks_a_number_says_why(workspace: Workspace) -> None:
    row = make_initiative(workspace, "beginner", planned_go_live=date(2026, 2, 1), horizon_months=24)
    spend(row, "2026-01-10", 100)
    refresh(workspace=workspace, now=NOW)
    made = {line.label: line.parts for line in build(row, ENGLISH).made}
    assert made["ROI forecast"][0][0] == sentence(Reason.NO_FORECAST)
