"""What waits for a decision, in which order."""

from decimal import Decimal

from accounts.models import Workspace
from metrics.models import Snapshot
from notices.selectors.decisions import decisions
from portfolio.models import Initiative
from tests.factories import make_initiative
from tests.notices.figures import DAY, put_figures


def losing(initiative: Initiative, ahead: int, ahead_in_euros: int) -> Snapshot:
    """Figures of an initiative that loses, with costs still to come in its own currency and in the workspace's."""
    return put_figures(
        initiative,
        verdict="loses",
        figures={"roi_forecast": {"value": "-0.5"}},
        months=[{"month": "2026-12", "cost": str(ahead), "cost_actual": "0"}],
        parts={"first_month": "2026-12-01", "length": 1, "columns": {"cost_ahead": [str(ahead_in_euros)]}},
    )


def test_the_most_money_is_told_in_the_workspace_currency(workspace: Workspace) -> None:
    losing(make_initiative(workspace, "yen", currency="JPY"), 900_000, 5_000)
    losing(make_initiative(workspace, "euros"), 8_000, 8_000)
    assert [(found.key, found.amount) for found in decisions(workspace, DAY)] == [
        ("euros", Decimal(8_000)),
        ("yen", Decimal(900_000)),
    ]
