"""A manager enters a month of readings in real Chromium: by keyboard, by paste, and where the connection is lost."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from accounts.access import Actor
from accounts.choices import Role
from accounts.models import User
from portfolio.models import CostLine, Kpi, Reading
from portfolio.services.readings import record_readings
from tests.browser.checks import violations
from tests.browser.conftest import PHONE, Opener
from tests.factories import make_initiative, make_kpi, make_member, make_workspace

pytestmark = pytest.mark.browser
ENTRY = "/initiatives/claims/kpis/?month=2026-06"
NAMES = ("Backlog", "Calls", "Disputes", "Errors", "Fees", "Handle time")
VALUES = ("11.5", "12.5", "13", "9", "8", "14")
PASTE = """(text) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text", text);
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true}));
}"""


@pytest.fixture
def manager(transactional_db: None) -> User:
    """The manager of an initiative with six KPIs that have three readings each."""
    workspace = make_workspace()
    person = make_member(workspace, Role.MANAGER).user
    initiative = make_initiative(workspace, owner=person.email)
    for name in NAMES:
        kpi = make_kpi(initiative, name=name)
        rows = [{"on": date(2026, month, 28), "value": Decimal(10 + month)} for month in (3, 4, 5)]
        record_readings(actor=Actor.system(workspace), kpi=kpi, now=timezone.now(), rows=rows)
    return person


def _fields(page: Page) -> list[str]:
    return [page.input_value(f"#id_kpi-{kpi.pk}-value") for kpi in Kpi.objects.order_by("name")]


def _saved() -> list[str]:
    rows = Reading.objects.filter(superseded_at=None, on=date(2026, 6, 30)).order_by("kpi__name")
    return [f"{row.value.normalize():f}" for row in rows]


def _type(page: Page, *keys: str) -> int:
    """Presses keys, and types words letter by letter; returns how many keys that took."""
    count = 0
    for key in keys:
        if key in {"Tab", "Enter", "Space"}:
            page.keyboard.press(key)
            count += 1
        else:
            page.keyboard.type(key)
            count += len(key)
    return count


def test_a_month_of_six_readings_takes_one_key_more_than_its_digits_for_each(visit: Opener, manager: User) -> None:
    tab = visit(manager)
    tab.page.goto(ENTRY)
    keys = _type(tab.page, *(key for value in VALUES for key in (value, "Enter")))
    tab.page.wait_for_url("**/initiatives/claims/")
    assert keys == sum(map(len, VALUES)) + 6
    assert _saved() == list(VALUES)
    assert "6 readings saved for June 2026: Backlog 11.5, Calls 12.5" in tab.page.inner_text("main")
    assert tab.errors == []


def test_tab_leads_from_value_to_value_as_well(visit: Opener, manager: User) -> None:
    tab = visit(manager)
    tab.page.goto(ENTRY)
    _type(tab.page, *(key for value in VALUES for key in (value, "Tab")))
    assert _fields(tab.page) == list(VALUES)


def test_a_saved_month_is_undone_by_keyboard_within_ten_seconds(visit: Opener, manager: User) -> None:
    tab = visit(manager)
    tab.page.clock.install()
    tab.page.goto(ENTRY)
    _type(tab.page, *(key for value in VALUES for key in (value, "Enter")))
    tab.page.wait_for_url("**/initiatives/claims/")
    tab.page.focus("text=Undo")
    tab.page.clock.run_for(30_000)
    assert tab.page.is_visible("text=Undo"), "it stays while somebody has the focus in it"
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_url(f"**{ENTRY}")
    assert _saved() == []
    assert Reading.objects.filter(on=date(2026, 6, 30)).count() == 6


def test_the_button_to_undo_goes_after_ten_seconds(visit: Opener, manager: User) -> None:
    tab = visit(manager)
    tab.page.clock.install()
    tab.page.goto(ENTRY)
    _type(tab.page, "11.5", *["Enter"] * 6)
    tab.page.wait_for_url("**/initiatives/claims/")
    assert tab.page.is_visible("text=Undo")
    tab.page.clock.run_for(11_000)
    assert not tab.page.is_visible("text=Undo")


@pytest.mark.parametrize(
    ("pasted", "filled", "said"),
    [
        ("11.5\n12.5\n13\n9\n8\n14\n", VALUES, "6 values are filled in."),
        ("1,011.5\t\n(12)\n", ("1,011.5", "(12)", "", "", "", ""), "2 values are filled in."),
        ("11,5\n1.012,5\n", ("11.5", "1,012.5", "", "", "", ""), "They were read with a decimal comma."),
        ("11.5\t12.5\t13", ("11.5", "12.5", "13", "", "", ""), "3 values are filled in."),
        ("Fees\t8\nbacklog\t11.5\nOther\t3", ("11.5", "", "", "", "8", ""), "left out: Other: 3."),
        ("1\n2\n3\n4\n5\n6\n7\n8\n", ("1", "2", "3", "4", "5", "6"), "2 do not fit and are left out: 7; 8."),
    ],
)
def test_cells_of_a_spreadsheet_fill_the_rows(
    visit: Opener, manager: User, pasted: str, filled: tuple[str, ...], said: str
) -> None:
    tab = visit(manager)
    tab.page.goto(ENTRY)
    tab.page.evaluate(PASTE, pasted)
    assert _fields(tab.page) == list(filled)
    assert said in tab.page.inner_text("#entry-said")
    assert tab.errors == []


def test_a_pasted_month_is_saved_as_it_stands(visit: Opener, manager: User) -> None:
    tab = visit(manager)
    tab.page.goto(ENTRY)
    tab.page.evaluate(PASTE, "11,5\n12,5\n13\n9\n8\n14\n")
    tab.page.keyboard.press("Enter")
    for _ in range(5):
        tab.page.keyboard.press("Enter")
    tab.page.wait_for_url("**/initiatives/claims/")
    assert _saved() == list(VALUES)


def test_nothing_is_lost_with_the_connection(visit: Opener, manager: User) -> None:
    tab = visit(manager)
    tab.page.goto(ENTRY)
    tab.page.context.set_offline(True)
    _type(tab.page, *(key for value in VALUES for key in (value, "Enter")))
    tab.page.wait_for_selector("text=There is no connection")
    assert _fields(tab.page) == list(VALUES)
    tab.page.context.set_offline(False)
    tab.page.wait_for_selector("text=The connection is back")
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_url("**/initiatives/claims/")
    assert _saved() == list(VALUES)


def test_a_closed_tab_is_offered_back_and_forgotten_once_it_is_saved(visit: Opener, manager: User) -> None:
    tab = visit(manager)
    tab.page.goto(ENTRY)
    _type(tab.page, "11.5", "Enter", "12.5")
    again = tab.page.context.new_page()
    tab.page.close()
    again.goto(ENTRY)
    assert "2 entries typed here on" in again.inner_text("#entry-said")
    again.click("text=Put them back")
    assert _fields(again)[:2] == ["11.5", "12.5"]
    _type(again, *["Enter"] * 6)
    again.wait_for_url("**/initiatives/claims/")
    again.wait_for_function("localStorage.length === 0")
    again.goto(ENTRY)
    assert not again.is_visible("#entry-said")


def test_who_is_signed_out_meanwhile_loses_nothing(visit: Opener, manager: User) -> None:
    tab = visit(manager)
    tab.page.goto(ENTRY)
    tab.page.context.clear_cookies()
    _type(tab.page, "11.5", *["Enter"] * 6)
    tab.page.wait_for_selector("text=you are signed out")
    assert (
        tab.page.get_attribute("#entry-said a", "href")
        == "/login/?next=%2Finitiatives%2Fclaims%2Fkpis%2F%3Fmonth%3D2026-06"
    )
    assert tab.page.evaluate("localStorage.length") == 1


def test_an_unlikely_value_is_kept_by_keyboard(visit: Opener, manager: User) -> None:
    tab = visit(manager)
    tab.page.goto(ENTRY)
    _type(tab.page, "150", *["Enter"] * 6)
    tab.page.wait_for_selector("text=Is this right?")
    assert violations(tab.page) == []
    _type(tab.page, "Tab", "Tab", "Space", "Enter")
    tab.page.wait_for_url("**/initiatives/claims/")
    assert _saved() == ["150"]


def test_another_day_and_a_note_are_given_on_a_phone(visit: Opener, manager: User) -> None:
    tab = visit(manager, size=PHONE)
    tab.page.goto(ENTRY)
    kpi = Kpi.objects.get(name="Backlog")
    tab.page.fill(f"#id_kpi-{kpi.pk}-value", "11.5")
    tab.page.click("text=Another day, a note")
    tab.page.fill(f"#id_kpi-{kpi.pk}-on", "2026-06-12")
    tab.page.fill(f"#id_kpi-{kpi.pk}-note", "After the strike")
    tab.page.click("#entry > .actions .btn.pri")
    tab.page.wait_for_url("**/initiatives/claims/")
    row = Reading.objects.get(on=date(2026, 6, 12))
    assert (row.value, row.note) == (Decimal("11.5"), "After the strike")


def test_a_month_of_costs_is_entered_without_the_mouse(visit: Opener, manager: User) -> None:
    tab = visit(manager)
    tab.page.goto("/initiatives/claims/costs/month/?month=2026-06")
    assert violations(tab.page) == []
    _type(tab.page, "15760", "Enter", "13790.5", *["Enter"] * 9)
    tab.page.wait_for_url("**/initiatives/claims/costs/?year=2026")
    assert "2 costs saved for June 2026, together €29,550.50." in tab.page.inner_text("main")
    tab.page.wait_for_function("performance.getEntriesByName('charts-drawn').length")
    assert violations(tab.page) == []
    with tab.page.expect_download() as download:
        tab.page.click("[data-get=csv]")
    assert "2026-06,actual,15760,13790.5,29550.5," in Path(download.value.path()).read_text().splitlines()
    assert tab.errors == []
    assert sorted(CostLine.objects.values_list("amount", flat=True)) == [Decimal("13790.5"), Decimal(15760)]
