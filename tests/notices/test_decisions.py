"""What waits for a decision, in which order."""

from datetime import date
from decimal import Decimal

from accounts.models import Workspace
from metrics.models import Snapshot
from notices.digests.words import item
from notices.selectors.decisions import decisions
from portfolio.models import Initiative
from tests.factories import make_initiative
from tests.notices.figures import DAY, put_figures, signal
from web.formats import Formats


def losing(initiative: Initiative, ahead: int, ahead_in_euros: int) -> Snapshot:
    """Figures of an initiative that loses, with costs still to come in its own currency and in the workspace's."""
    return put_figures(
        initiative,
        verdict="unlikely",
        figures={"roi_forecast": {"value": "-0.5"}},
        months=[{"month": "2026-12", "cost": str(ahead), "cost_actual": "0"}],
        parts={"first_month": "2026-12-01", "length": 1, "columns": {"cost_ahead": [str(ahead_in_euros)]}},
    )


def stuck(initiative: Initiative, ahead: int) -> Snapshot:
    """Figures of an initiative that does not move on, with so much to be spent in January 2027 and nothing before."""
    signal = {"code": "STUCK_STAGE", "since": "2026-03-01", "cure": "", "detail": {"allowed_days": "90"}}
    return put_figures(
        initiative,
        signals=[signal],
        figures={"cost_to_date": {"value": "70000"}},
        months=[{"month": "2027-01", "cost": str(ahead), "cost_actual": "0"}] if ahead else [],
        parts={"first_month": "2027-01-01", "length": 1, "columns": {"cost_ahead": [str(ahead)], "cost": ["70000"]}},
    )


def test_what_costs_most_for_each_month_of_waiting_comes_first(workspace: Workspace) -> None:
    """8,000 by December, then 30,000 by January, then what has nothing left to spend."""
    losing(make_initiative(workspace, "loses"), 8_000, 8_000)
    stuck(make_initiative(workspace, "stuck"), 30_000)
    stuck(make_initiative(workspace, "spent"), 0)
    found = decisions(workspace, date(2026, 12, 3))
    assert [(each.key, each.amount, each.months, each.on) for each in found] == [
        ("stuck", Decimal(30_000), 2, date(2027, 1, 1)),
        ("loses", Decimal(8_000), 1, date(2026, 12, 1)),
        ("spent", Decimal(70_000), 0, None),
    ]
    assert [each.a_month for each in found] == [15_000, 8_000, 0]


def test_the_most_money_is_told_in_the_workspace_currency(workspace: Workspace) -> None:
    losing(make_initiative(workspace, "yen", currency="JPY"), 900_000, 5_000)
    losing(make_initiative(workspace, "euros"), 8_000, 8_000)
    assert [(found.key, found.amount) for found in decisions(workspace, DAY)] == [
        ("euros", Decimal(8_000)),
        ("yen", Decimal(900_000)),
    ]


def test_what_was_spent_on_a_stuck_initiative_is_not_zero_where_no_cost_is_recorded(workspace: Workspace) -> None:
    unknown = {"figures": {"cost_to_date": {"value": None, "reason": "NO_COSTS"}}}
    stuck = signal("STUCK_STAGE", DAY, stage="pilot", allowed_days="90", median_days="60")
    put_figures(make_initiative(workspace, "claims"), signals=[stuck], **unknown)
    (found,) = decisions(workspace, DAY)
    assert found.amount is None
    assert item(found, "", Formats("en-US")).stake == "No cost is recorded"
