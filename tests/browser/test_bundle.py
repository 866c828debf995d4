"""The bundle of the charts draws in real Chromium what its modules draw."""

from pathlib import Path

import pytest
from playwright.sync_api import Route

from accounts.models import Membership
from config.static import bundled
from tests.browser.conftest import Opener

pytestmark = pytest.mark.browser
STATIC = Path(__file__).parents[2] / "static"


def test_the_bundle_of_the_charts_draws_alone(visit: Opener, owner: Membership) -> None:
    tab = visit(owner.user)
    asked: list[str] = []

    def answer(route: Route) -> None:
        route.fulfill(body=bundled(STATIC / "js" / "charts.js"), content_type="text/javascript")

    tab.page.route("**/js/charts.js", answer)
    tab.page.on("request", lambda request: asked.append(request.url))
    tab.page.goto("/styleguide/")
    tab.page.wait_for_function("performance.getEntriesByName('charts-drawn').length")
    assert tab.errors == []
    assert [url for url in asked if "/js/charts/" in url] == []
