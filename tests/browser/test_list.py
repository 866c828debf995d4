"""The list of initiatives in real Chromium: every look, with views saved and shared, and without JavaScript."""

import pytest
from django.utils import timezone

from accounts.access import Actor
from accounts.models import Membership, SavedView, User
from accounts.services.saved_views import save_view
from tests.browser.checks import overflow, violations
from tests.browser.conftest import OTHERS, SHORT, Looks, Opener
from tests.browser.test_pages import admin

__all__ = ["admin"]
pytestmark = pytest.mark.browser
NARROW = "cause=integration&signal=any&age=30&columns=status,chance,net,plan,to_date,risk,stage,recorded,why,unit,owner"


@pytest.mark.parametrize("looks", [SHORT, pytest.param(OTHERS, marks=pytest.mark.slow)], ids=["short", "others"])
def test_the_list_and_its_saved_views_are_accessible_in_every_look(visit: Opener, admin: User, looks: Looks) -> None:
    who = Actor.of(Membership.objects.select_related("workspace", "user").get(user=admin))
    for name, query, is_shared in (("Narrow", NARROW, True), ("Pilots", "stage=pilot", False)):
        save_view(actor=who, page="initiatives", name=name, query=query, is_shared=is_shared, now=timezone.now())
    pk = SavedView.objects.get(name="Pilots").pk
    views = ("/me/views/", f"/me/views/{pk}/", f"/me/views/{pk}/delete/", "/me/views/new/?page=initiatives&query=q%3Da")
    found = []
    for theme, size in looks:
        tab = visit(admin, theme=theme, size=size)
        for path in ("/initiatives/", f"/initiatives/?{NARROW}", "/initiatives/?owner=a", *views):
            tab.page.goto(path)
            faults = [*violations(tab.page), *tab.errors, *([wider] if (wider := overflow(tab.page)) else [])]
            found += [(path, theme, size["width"], fault) for fault in faults]
            tab.errors.clear()
    assert found == []


def test_a_view_is_saved_from_the_list_with_the_keyboard(visit: Opener, admin: User) -> None:
    page = visit(admin).page
    page.goto("/initiatives/?stage=pilot&sort=name")
    page.get_by_text("Save this view").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Name of the view").fill("Pilots by name")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Saved as")
    assert page.get_by_role("link", name="Pilots by name").get_attribute("aria-current") == "true"
