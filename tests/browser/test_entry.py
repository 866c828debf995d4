"""Recording facts in real Chromium: by keyboard, by paste, without JavaScript; every page accessible and calm."""

from datetime import date
from decimal import Decimal

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from accounts.access import Actor
from accounts.choices import Role
from accounts.models import User, Workspace
from metrics.services import refresh
from portfolio.models import BenefitLine, CostLine, Initiative, Kpi, Reading
from portfolio.services.money import record_benefits, record_costs
from portfolio.services.readings import record_readings
from tests.browser.checks import overflow, violations
from tests.browser.conftest import PHONE, Opener, Visit
from tests.factories import NOW, make_initiative, make_kpi, make_member, make_workspace

pytestmark = pytest.mark.browser
ENTRY = "/initiatives/claims/kpis/"
SAVE = "#entry > .actions .btn.pri"
COSTS = "/initiatives/claims/costs/"


@pytest.fixture
def admin(transactional_db: None) -> User:
    """The administrator of a workspace with one initiative, two KPIs and some money."""
    workspace = make_workspace()
    initiative = make_initiative(workspace)
    for name in ("Backlog", "Handle time"):
        _read(make_kpi(initiative, name=name, baseline_from=date(2026, 1, 1), baseline_to=date(2026, 2, 28)))
    _spend(initiative)
    return make_member(workspace, Role.ADMIN).user


def _read(kpi: Kpi) -> None:
    rows = [{"on": date(2026, month, 28), "value": Decimal(10 + month)} for month in (1, 2, 3)]
    record_readings(actor=Actor.system(kpi.workspace), kpi=kpi, now=NOW, rows=rows)


def _spend(initiative: Initiative) -> None:
    system = Actor.system(initiative.workspace)
    money = {"on": date(2026, 5, 4), "amount": Decimal(1200)}
    record_costs(actor=system, initiative=initiative, now=NOW, rows=[money, {**money, "basis": "plan"}])
    record_benefits(actor=system, initiative=initiative, now=NOW, rows=[{**money, "benefit_class": "cash"}])


def _value(name: str) -> str:
    return f"#id_kpi-{Kpi.objects.get(name=name).pk}-value"


def _focused(page: Page) -> str:
    identity: str = page.evaluate("document.activeElement.id")
    return identity


def test_a_month_of_readings_is_entered_with_the_enter_key(visit: Opener, admin: User) -> None:
    tab = visit(admin)
    tab.page.goto(ENTRY)
    tab.page.focus(_value("Backlog"))
    for text in ("11.5", "12.5"):
        tab.page.keyboard.type(text)
        tab.page.keyboard.press("Enter")
    tab.page.wait_for_url("**/initiatives/claims/")
    assert "2 readings saved for" in tab.page.inner_text("main")
    assert sorted(reading.value for reading in Reading.objects.filter(source="page")) == [
        Decimal("11.5"),
        Decimal("12.5"),
    ]
    assert tab.errors == []


def test_a_column_from_a_spreadsheet_fills_the_rows_below(visit: Opener, admin: User) -> None:
    tab = visit(admin)
    tab.page.goto(ENTRY)
    tab.page.evaluate(
        """(first) => {
          const clipboardData = new DataTransfer();
          clipboardData.setData("text", "11.5\\r\\n12.5\\r\\n");
          document.querySelector(first).dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true}));
        }""",
        _value("Backlog"),
    )
    assert tab.page.input_value(_value("Backlog")) == "11.5"
    assert tab.page.input_value(_value("Handle time")) == "12.5"


def test_what_was_typed_is_there_again_until_it_is_recorded(visit: Opener, admin: User) -> None:
    tab = visit(admin)
    tab.page.goto(ENTRY)
    tab.page.fill(_value("Backlog"), "11.5")
    tab.page.goto("/settings/")
    tab.page.goto(ENTRY)
    assert tab.page.input_value(_value("Backlog")) == ""
    assert "One entry typed here on" in tab.page.inner_text("#entry-said")
    tab.page.click("text=Put it back")
    assert tab.page.input_value(_value("Backlog")) == "11.5"
    tab.page.click(SAVE)
    tab.page.wait_for_url("**/initiatives/claims/")
    tab.page.goto(ENTRY)
    assert tab.page.input_value(_value("Backlog")) == ""
    assert not tab.page.is_visible("#entry-said")


def test_the_focus_goes_to_the_problem_and_from_there_to_the_field(visit: Opener, admin: User) -> None:
    tab = visit(admin)
    tab.page.goto(ENTRY)
    tab.page.fill(_value("Handle time"), "much")
    tab.page.click(SAVE)
    tab.page.wait_for_selector(".problem")
    assert tab.page.title().startswith("Error: ")
    assert tab.page.evaluate("document.activeElement.className") == "problem"
    tab.page.click(".problem a")
    assert f"#{_focused(tab.page)}" == _value("Handle time")
    assert violations(tab.page) == []


def test_readings_and_costs_are_recorded_without_javascript(
    chromium: Browser, live_server: LiveServer, admin: User
) -> None:
    client = Client()
    client.force_login(admin, backend=settings.AUTHENTICATION_BACKENDS[0])
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(ENTRY)
    page.fill(_value("Backlog"), "11.5")
    page.keyboard.press("Enter")
    page.wait_for_url("**/initiatives/claims/")
    page.goto(COSTS)
    page.fill("#id_amount", "300")
    page.click("text=Add the cost")
    page.wait_for_load_state()
    context.close()
    assert Reading.objects.filter(value=Decimal("11.5")).exists()
    assert CostLine.objects.filter(amount=300).exists()


def test_a_saved_cost_waits_for_its_figure_and_then_changes_it(visit: Opener, admin: User) -> None:
    refresh(workspace=Workspace.objects.get(), now=timezone.now())
    tab = visit(admin)
    tab.page.goto(COSTS)
    tab.page.fill("#id_amount", "300")
    tab.page.click("text=Add the cost")
    tab.page.wait_for_selector("text=One line added")
    tab.page.goto("/initiatives/claims/")
    before = tab.page.inner_text("main")
    refresh(workspace=Workspace.objects.get(), now=timezone.now())
    tab.page.goto("/initiatives/claims/")
    after = tab.page.inner_text("main")
    assert "€1.5K" not in before
    assert "€1.5K" in after


def test_every_page_is_accessible_and_no_wider_than_a_phone(visit: Opener, admin: User) -> None:
    dark, phone = visit(admin, theme="dark"), visit(admin, size=PHONE)
    assert {**_faults(dark, _paths()), **_faults(phone, _paths())} == {}


def test_the_pages_of_finance_are_accessible_too(visit: Opener, admin: User) -> None:
    workspace, benefit = Workspace.objects.get(), BenefitLine.objects.get()
    tab = visit(make_member(workspace, Role.FINANCE).user)
    confirm = f"/initiatives/claims/benefits/{benefit.pk}/confirm/"
    assert _faults(tab, [confirm, "/settings/hurdle/", "/settings/rates/", "/settings/"]) == {}


def _faults(tab: Visit, paths: list[str]) -> dict[str, object]:
    """What is wrong, by page."""
    found: dict[str, object] = {}
    for path in paths:
        tab.page.goto(path)
        faults = (violations(tab.page), overflow(tab.page), tab.errors.copy())
        tab.errors.clear()
        if faults != ([], 0, []):
            found[path] = faults
    return found


def _paths() -> list[str]:
    kpi, cost = Kpi.objects.first(), CostLine.objects.first()
    reading = Reading.objects.first()
    assert kpi is not None
    assert cost is not None
    assert reading is not None
    claims = "/initiatives/claims/"
    return [
        "/initiatives/new/?template=copilot",
        *(f"{claims}{page}/" for page in ("start", "edit", "archive", "stage", "events", "kpis", "costs")),
        f"{claims}kpis/new/?step=3",
        *(f"{claims}{page}/" for page in ("assessment", "mitigations")),
        *(f"{claims}kpis/{page}/" for page in ("new", str(kpi.pk), f"{kpi.pk}/readings", f"{kpi.pk}/archive")),
        f"{claims}kpis/{reading.kpi_id}/readings/{reading.pk}/withdraw/",
        f"{claims}costs/?year=2026",
        f"{claims}costs/month/",
        f"{claims}costs/paste/",
        f"{claims}costs/{cost.pk}/",
        f"{claims}costs/{cost.pk}/withdraw/",
        f"{claims}benefits/new/",
        *(f"/settings/{page}" for page in ("", "workspace/", "units/new/", "programmes/new/")),
        "/setup/",
    ]
