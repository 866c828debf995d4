"""From recorded facts to snapshots."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from accounts.access import Actor
from accounts.models import Workspace
from metrics.models import CurrentPortfolio, CurrentSnapshot, PortfolioSnapshot, RefreshRun, Snapshot
from metrics.services import figures_as_of, refresh, refresh_portfolio, sweep
from portfolio.models import Initiative
from portfolio.services.money import record_costs
from tests.factories import make_initiative

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


def test_first(workspace: Workspace) -> None:
    initiative = make_initiative(workspace)
    done = refresh(workspace=workspace, now=NOW)
    assert (done.initiatives, done.written) == (1, 1)
    figures = CurrentSnapshot.objects.get(initiative=initiative).snapshot.figures
    assert figures["cost_to_date"]["reason"] == "NO_COST"
    refresh_portfolio(workspace=workspace, now=NOW)
    print(CurrentPortfolio.objects.get().snapshot.figures)
