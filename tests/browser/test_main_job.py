"""A person's first week in real Chromium against a real ./run: join, import, record, see it count, read the digest."""

import re
import sys
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.config.conftest import data_folder
from tests.config.running import Running, command

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at /proc"),
]
TODAY = date.today()
PERSON, PASSWORD = "admin@acme.example", "a long way to the hurdle"
INITIATIVES = f"key,name,currency,stage,go_live\nclaims,Claims triage,EUR,production,{TODAY - timedelta(days=130)}\n"
KPI = {
    "initiative": "claims",
    "kpi": "Handling time",
    "key": "handling",
    "unit": "min",
    "direction": "down",
    "cadence": "monthly",
    "aggregation": "mean",
    "design": "before_after",
    "baseline_from": TODAY - timedelta(days=260),
    "baseline_to": TODAY - timedelta(days=131),
    "benefit_class": "capacity",
    "value_amount": 1000,
    "value_currency": "EUR",
}
KPIS = "\n".join(",".join(str(cell) for cell in row) for row in (KPI.keys(), KPI.values()))
MEASURED = [(250, 50), (220, 50), (190, 50), (120, 40), (90, 40), (60, 40)]
COSTS = f"initiative,on,amount,currency,category,basis\nclaims,{TODAY},12000,EUR,people,actual\n"
READINGS = "initiative,kpi,on,value\n" + "".join(
    f"claims,handling,{TODAY - timedelta(days=days)},{value}\n" for days, value in MEASURED
)
FILES = {"initiatives": INITIATIVES, "costs": COSTS, "kpis": KPIS, "readings": READINGS}


@pytest.fixture
def running() -> Iterator[Running]:
    """An empty installation."""
    folders = data_folder(0o711)
    run = Running(next(folders), "--no-sample")
    try:
        run.wait_until_ready()
        yield run
    finally:
        run.stop()
        next(folders, None)


@pytest.fixture
def page(chromium: Browser, running: Running) -> Iterator[Page]:
    """A tab that waits up to half a minute for what it expects."""
    context = chromium.new_context(base_url=f"http://127.0.0.1:{running.port}")
    expect.set_options(timeout=30_000)
    yield context.new_page()
    expect.set_options(timeout=5_000)
    context.close()


def manage(running: Running, *arguments: str) -> str:
    done = command(running.data, "exec", "--", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_person_joins_imports_records_and_reads_the_digest(running: Running, page: Page) -> None:
    joins(running, page)
    signs_in(page)
    for kind, text in FILES.items():
        imports(page, kind, text)
    enters_a_reading_and_sees_the_figure_change(page)
    reads_the_digest(running, page)


def joins(running: Running, page: Page) -> None:
    """The link that the command printed lets the administrator choose a password."""
    printed = manage(running, "create_workspace", "acme", "--name", "Acme", "--currency", "EUR", "--owner", PERSON)
    page.goto(printed.strip())
    page.get_by_label("Name").fill("Alex Meyer")
    for field in page.locator("input[type=password]").all():
        field.fill(PASSWORD)
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("Join")


def signs_in(page: Page) -> None:
    page.context.clear_cookies()
    page.goto("/initiatives/")
    page.locator("input[type=email]").fill(PERSON)
    page.locator("input[type=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("/initiatives/$"))


def imports(page: Page, kind: str, text: str) -> None:
    """Checks a file, sees what it would change, loads it."""
    page.goto("/import/")
    page.get_by_label("File").set_input_files({"name": f"{kind}.csv", "mimeType": "text/csv", "buffer": text.encode()})
    page.get_by_label("What the rows are").select_option(kind)
    page.get_by_role("button", name="Check the file").click()
    page.get_by_role("button", name="Load it").click(timeout=30_000)
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{kind}.csv is loaded")


def enters_a_reading_and_sees_the_figure_change(page: Page) -> None:
    """Ten minutes less at 1,000 € each in three months count 30,000 €; a fourth month with 20 less counts more."""
    sees(page, "€30K")
    page.goto("/initiatives/claims/kpis/")
    page.get_by_label("New value").fill("30")
    page.get_by_role("button", name="Save readings").click()
    expect(page.locator("main")).to_contain_text("reading saved")
    sees(page, "€50K")


def sees(page: Page, money: str) -> None:
    """The initiative's page comes to show an amount."""
    page.goto("/initiatives/claims/")
    expect(page.locator("main")).to_contain_text(money)


def reads_the_digest(running: Running, page: Page) -> None:
    manage(running, "send_digests", "--now", f"{TODAY + timedelta(days=8)}T20:00+00:00")
    page.goto("/mail/")
    page.locator("tbody a").first.click()
    expect(page.locator("main pre")).to_contain_text("€12K net value forecast this year")
