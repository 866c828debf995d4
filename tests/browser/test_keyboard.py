"""Find and the keys in real Chromium, by keyboard alone; accessible in both themes, on a desktop and a phone."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from accounts.choices import Role
from accounts.models import Membership
from tests.browser.checks import overflow, violations
from tests.browser.conftest import PHONE, WIDE, Opener, Visit
from tests.factories import make_initiative, make_member, make_workspace

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("HURDLE_SHOTS", "")
OPTION = "[data-find] [role=option]"
CHOSEN = "[data-find] [aria-selected=true]"
LOOKS = [("light", WIDE), ("dark", WIDE), ("light", PHONE), ("dark", PHONE)]


@pytest.fixture
def admin() -> Membership:
    """An administrator with two initiatives."""
    member = make_member(make_workspace(), Role.ADMIN)
    make_initiative(member.workspace, "ct", name="Claims triage", owner="Nadia", unit="Motor")
    make_initiative(member.workspace, "vi", name="Voice intake")
    return member


@pytest.fixture
def tab(visit: Opener, admin: Membership) -> Visit:
    """The list of initiatives, ready for keys."""
    opened = visit(admin.user)
    opened.page.goto("/initiatives/")
    return opened


def box_of(page: Page) -> Locator:
    """The Find box of the page."""
    return page.locator("[data-find] input")


def at(page: Page, path: str) -> None:
    page.wait_for_url(lambda url: url.split("/", 3)[3] == path.removeprefix("/"))


def focused(page: Page) -> str:
    """The words of the element that has the focus."""
    words: str = page.evaluate("document.activeElement.innerText")
    return words


def faults(opened: Visit, name: str) -> list[str]:
    if SHOTS:
        opened.page.screenshot(path=Path(SHOTS) / f"{name}.png")
    return [*violations(opened.page), *opened.errors, *([f"{name} is too wide"] if overflow(opened.page) else [])]


def test_slash_finds_and_enter_opens_what_the_arrows_choose(tab: Visit) -> None:
    page = tab.page
    page.keyboard.press("/")
    page.keyboard.type("reading to claims")
    box = box_of(page)
    expect(box).to_have_value("reading to claims")
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    chosen = page.locator(CHOSEN)
    expect(chosen).to_contain_text("Add a reading to Claims triage")
    expect(box).to_have_attribute("aria-activedescendant", chosen.get_attribute("id") or "")
    assert violations(page) == []
    page.keyboard.press("Enter")
    at(page, "/initiatives/ct/kpis/")
    assert tab.errors == []


def test_enter_without_a_choice_opens_the_page_of_what_was_found(tab: Visit) -> None:
    tab.page.keyboard.press("/")
    tab.page.keyboard.type("claims")
    tab.page.keyboard.press("Enter")
    at(tab.page, "/find?q=claims")
    tab.page.keyboard.press("j")
    assert focused(tab.page) == "Claims triage"


def test_arrows_go_round_and_escape_closes_the_list(tab: Visit) -> None:
    page = tab.page
    page.keyboard.press("Control+/")
    page.keyboard.type("claims")
    expect(page.locator(OPTION).first).to_be_visible()
    page.keyboard.press("ArrowUp")
    expect(page.locator(OPTION).last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(page.locator(CHOSEN)).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box_of(page)).to_have_value("claims")


def test_nothing_found_is_said(tab: Visit) -> None:
    tab.page.keyboard.press("/")
    tab.page.keyboard.type("zzz")
    expect(tab.page.locator(".finds [role=status]")).to_contain_text("Nothing is found")
    expect(box_of(tab.page)).to_have_attribute("aria-expanded", "false")
    assert violations(tab.page) == []


def test_j_and_k_move_through_the_rows_and_o_opens(tab: Visit) -> None:
    page = tab.page
    for key, name in (("j", "Claims triage"), ("j", "Voice intake"), ("j", "Voice intake"), ("k", "Claims triage")):
        page.keyboard.press(key)
        assert focused(page) == name
    assert page.evaluate("document.activeElement.matches(':focus-visible')")
    page.keyboard.press("o")
    at(page, "/initiatives/ct/")


@pytest.mark.parametrize(("key", "path"), [("o", "/"), ("i", "/initiatives/"), ("r", "/risk/"), ("a", "/alerts/")])
def test_g_and_a_letter_go_to_a_page(tab: Visit, key: str, path: str) -> None:
    tab.page.goto("/settings/")
    tab.page.keyboard.press("g")
    tab.page.keyboard.press(key)
    at(tab.page, path)


def test_no_key_acts_while_somebody_types(tab: Visit) -> None:
    field = tab.page.get_by_role("textbox", name="Owner")
    field.focus()
    tab.page.keyboard.type("gojk/?")
    assert field.input_value() == "gojk/?"
    at(tab.page, "/initiatives/")
    tab.page.keyboard.press("Control+/")
    expect(box_of(tab.page)).to_be_focused()


@pytest.mark.parametrize("keys", ["Control+j", "Alt+j", "Meta+j", "Shift+J"])
def test_no_key_acts_with_a_modifier(tab: Visit, keys: str) -> None:
    tab.page.keyboard.press(keys)
    assert tab.page.evaluate("document.activeElement === document.body")


def test_switched_off_only_the_key_with_ctrl_acts(visit: Opener, admin: Membership) -> None:
    admin.user.has_shortcuts = False
    admin.user.save()
    page = visit(admin.user).page
    page.goto("/initiatives/")
    for key in ("j", "/", "?", "g", "r"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement === document.body && !document.querySelector('dialog')")
    at(page, "/initiatives/")
    page.keyboard.press("Control+/")
    expect(box_of(page)).to_be_focused()


def test_without_a_script_find_is_a_form(visit: Opener, admin: Membership) -> None:
    page = visit(admin.user).page
    page.route("**/keyboard*.js", lambda route: route.abort())
    page.goto("/alerts/")
    page.get_by_role("searchbox").fill("claims")
    page.get_by_role("searchbox").press("Enter")
    at(page, "/find?q=claims")
    expect(page.locator(".hits").get_by_role("link").first).to_have_text("Claims triage")


def test_on_a_phone_find_is_a_page(visit: Opener, admin: Membership) -> None:
    page = visit(admin.user, size=PHONE).page
    page.goto("/alerts/")
    page.get_by_role("link", name="Find").click()
    at(page, "/find")
    box_of(page).fill("voice")
    page.get_by_role("option", name="Voice intake").first.click()
    at(page, "/initiatives/vi/")


@pytest.mark.parametrize(("theme", "size"), LOOKS)
def test_find_and_keys_are_accessible(visit: Opener, admin: Membership, theme: str, size: ViewportSize) -> None:
    opened, look = visit(admin.user, theme=theme, size=size), f"{theme}-{size['width']}"
    page = opened.page
    for name, path in (("find", "/find"), ("found", "/find?q=claims"), ("keys", "/help/keys/")):
        page.goto(path)
        assert faults(opened, f"{name}-{look}") == []
    page.goto("/find")
    page.keyboard.type("claims")
    expect(page.locator(OPTION).first).to_be_visible()
    page.keyboard.press("ArrowDown")
    assert faults(opened, f"find-list-{look}") == []


@pytest.mark.parametrize(("theme", "size"), LOOKS)
def test_the_question_mark_opens_the_keys_and_escape_gives_the_place_back(
    visit: Opener, admin: Membership, theme: str, size: ViewportSize
) -> None:
    opened = visit(admin.user, theme=theme, size=size)
    page = opened.page
    page.goto("/initiatives/")
    page.keyboard.press("j")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    page.keyboard.press("j")
    assert faults(opened, f"keys-dialog-{theme}-{size['width']}") == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert focused(page) == "Claims triage"
