"""Charts in real Chromium: they follow the theme and the paper, and can be saved as they are."""

import csv
import struct
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from accounts.models import User
from config.sample import history, load
from tests.browser.conftest import Opener, Visit
from tests.factories import PASSWORD

pytestmark = pytest.mark.browser
PAGE = "/initiatives/support-copilot/"
CORNER = "(id) => [...document.getElementById(id).getContext('2d').getImageData(0, 0, 400, 400).data].join()"


@pytest.fixture
def tab(transactional_db: None, visit: Opener) -> Visit:
    """The page of an initiative of the sample with every kind of chart."""
    now = timezone.now()
    workspace = load.load(now=now, password=PASSWORD)
    history.work_out(workspace=workspace, now=now)
    opened = visit(User.objects.get(email=load.sign_in()))
    opened.page.goto(PAGE)
    return opened


def saved(page: Page, chart: str, kind: str) -> Path:
    """The file that a button beneath a chart saves."""
    with page.expect_download() as download:
        page.locator(f"figure:has(#{chart}) [data-get={kind}]").click()
    return Path(download.value.path())


def test_charts_follow_the_theme_and_can_be_saved(tab: Visit) -> None:
    page = tab.page
    light = page.evaluate(CORNER, "bridge")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    dark = page.evaluate(CORNER, "bridge")
    assert light != dark
    picture = saved(page, "bridge", "png").read_bytes()
    assert struct.unpack(">II", picture[16:24])[0] == 2400
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate(CORNER, "bridge") == dark
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    assert page.evaluate(CORNER, "bridge") == light
    page.emulate_media(media="print")
    assert page.evaluate("document.getElementById('bridge').width") > 0
    assert tab.errors == []


def test_the_csv_holds_exactly_the_data_of_the_chart(tab: Visit) -> None:
    page = tab.page
    drawn = page.evaluate("JSON.parse(document.getElementById('cumulative-data').textContent)")
    with saved(page, "cumulative", "csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["month"] for row in rows] == [row["month"] for row in drawn["rows"]]
    assert [row["value"] and float(row["value"]) for row in rows] == [
        "" if row["value"] is None else row["value"] for row in drawn["rows"]
    ]
    assert tab.errors == []
