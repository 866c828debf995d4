"""Pages of computed figures in real Chromium: accessible, silent in the console, and no wider than a phone."""

import os
from pathlib import Path

import pytest
import time_machine

from accounts.models import Membership, Workspace
from tests.browser.checks import overflow, violations
from tests.browser.conftest import PHONE, WIDE, Opener
from tests.factories import NOW
from tests.metrics.made_up import made_up_portfolio

pytestmark = pytest.mark.browser
PATHS = ("/", "/initiatives/", "/initiatives/claims/", "/initiatives/plants/", "/initiatives/idea/", "/method/")
SHOTS = os.environ.get("HURDLE_SHOTS", "")
LOOKS = [("light", WIDE), ("dark", WIDE), ("light", PHONE), ("dark", PHONE)]


@time_machine.travel(NOW)
@pytest.mark.parametrize(("theme", "size"), LOOKS, ids=["light", "dark", "light phone", "dark phone"])
def test_pages_hold_every_rule(
    visit: Opener, workspace: Workspace, owner: Membership, theme: str, size: dict[str, int]
) -> None:
    made_up_portfolio(workspace)
    tab = visit(owner.user, theme=theme, size=size)
    found: dict[str, object] = {}
    for path in PATHS:
        tab.page.goto(path, wait_until="networkidle")
        _keep_picture(tab.page, f"{path.strip('/').replace('/', '-') or 'overview'}-{theme}-{size['width']}")
        faults = violations(tab.page)
        wider = overflow(tab.page)
        if faults or wider or tab.errors:
            found[path] = (faults, wider, tab.errors.copy())
            tab.errors.clear()
    assert found == {}


def _keep_picture(page: object, name: str) -> None:
    """A picture for people to look at, only where HURDLE_SHOTS names a folder."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)  # type: ignore[attr-defined]
