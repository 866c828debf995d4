"""A file goes in through the page: sent, checked, previewed, loaded, while the page follows by itself."""

import os
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.choices import Role
from accounts.models import User, Workspace
from portfolio.models import ImportJob, Initiative
from portfolio.services.import_jobs import run_import_job
from tests.browser.checks import overflow, violations
from tests.browser.conftest import PHONE, Opener, Visit
from tests.factories import make_initiative, make_member, make_workspace

pytestmark = pytest.mark.browser
HEADER = "key,name,currency,stage\n"
GOOD = HEADER + "claims,Claims triage,EUR,pilot\nchat,Chat assistant,EUR,idea\n"
FAULTY = HEADER + "claims,Claims triage,EUR,pilot\nchat,Chat assistant,Euro,idea\n"
SHOTS = os.environ.get("HURDLE_SHOTS", "")


@pytest.fixture
def workspace(transactional_db: None) -> Workspace:
    """A workspace with one initiative, which the files change."""
    found = make_workspace()
    make_initiative(found, "claims")
    return found


@pytest.fixture
def admin(workspace: Workspace) -> User:
    """Somebody who imports everything."""
    return make_member(workspace, Role.ADMIN).user


def send(tab: Visit, text: str) -> None:
    tab.page.goto("/import/")
    tab.page.get_by_label("File").set_input_files(
        {"name": "portfolio.csv", "mimeType": "text/csv", "buffer": text.encode()}
    )
    tab.page.get_by_label("What the rows are").select_option("initiatives")
    tab.page.get_by_role("button", name="Check the file").click()


def work() -> None:
    """What the worker does."""
    run_import_job(job_id=ImportJob.objects.latest("id").pk, now=timezone.now())


def faults(tab: Visit, name: str) -> list[object]:
    if SHOTS:
        tab.page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)
    return [*violations(tab.page), *tab.errors, *([f"{overflow(tab.page)} px too wide"] if overflow(tab.page) else [])]


def test_a_file_is_sent_checked_and_loaded(visit: Opener, admin: User) -> None:
    tab = visit(admin)
    send(tab, GOOD)
    expect(tab.page.get_by_text("Waiting for a worker")).to_be_visible()
    found = {"under way": faults(tab, "import-under-way")}
    work()
    expect(tab.page.get_by_role("heading", level=1)).to_have_text("This is what portfolio.csv would change")
    found["checked"] = faults(tab, "import-checked")
    tab.page.get_by_role("button", name="Load it").click()
    expect(tab.page.get_by_text("Waiting for a worker")).to_be_visible()
    work()
    expect(tab.page.get_by_role("heading", level=1)).to_have_text("portfolio.csv is loaded")
    found["loaded"] = faults(tab, "import-loaded")
    assert {name: what for name, what in found.items() if what} == {}
    assert Initiative.objects.get(key="claims").name == "Claims triage"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_faults_are_readable_on_a_phone(visit: Opener, admin: User, theme: str) -> None:
    tab = visit(admin, theme=theme, size=PHONE)
    send(tab, FAULTY)
    work()
    expect(tab.page.get_by_role("heading", level=1)).to_have_text("There are faults in portfolio.csv")
    assert faults(tab, f"import-faults-{theme}") == []
    tab.page.goto("/import/")
    assert faults(tab, f"import-{theme}") == []
