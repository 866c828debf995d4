"""A page whose figures lag shows the new ones by itself once they are worked out."""

import pytest
from django.utils import timezone

from accounts.models import Membership, Workspace
from metrics.services import refresh
from portfolio.models import Initiative
from portfolio.services.initiatives import update_initiative
from tests.browser.conftest import Opener
from tests.factories import actor
from tests.metrics.made_up import made_up_portfolio

pytestmark = pytest.mark.browser


def test_new_figures_appear_without_a_click(visit: Opener, workspace: Workspace, owner: Membership) -> None:
    made_up_portfolio(workspace)
    refresh(workspace=workspace, now=timezone.now())
    row = Initiative.objects.get(key="claims")
    update_initiative(actor=actor(workspace), initiative=row, now=timezone.now(), changes={"horizon_months": 20})
    tab = visit(owner.user)
    tab.page.goto("/initiatives/claims/")
    tab.page.get_by_text("1 change since").wait_for()
    refresh(workspace=workspace, now=timezone.now())
    tab.page.get_by_text("1 change since").wait_for(state="detached")
    assert "over its 20 months" in tab.page.locator("h1").inner_text()
    assert tab.errors == []
