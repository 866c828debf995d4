"""Alerts, the digest and its unsubscribe link in real Chromium."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from accounts.choices import Role
from accounts.models import Membership
from notices.access import unsubscribe_token
from notices.choices import AlertState, Rule
from notices.models import Alert, Subscription
from notices.services.subscriptions import subscribe_administrators
from tests.browser.checks import overflow, violations
from tests.browser.conftest import PHONE, Opener, Visit
from tests.factories import make_initiative, make_member, make_workspace
from tests.notices.figures import make_alert
from tests.notices.portfolio import FIRST_MONDAY, make_portfolio

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("HURDLE_SHOTS", "")


def keep_shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def faults(opened: Visit) -> list[str]:
    return [*violations(opened.page), *opened.errors, *([] if overflow(opened.page) == 0 else ["too wide"])]


@pytest.fixture
def admin() -> Membership:
    return make_member(make_workspace(), Role.ADMIN)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_alerts_of_every_standing_are_accessible(visit: Opener, admin: Membership, theme: str) -> None:
    for number, state in enumerate(AlertState):
        for rule in Rule:
            alert = make_alert(make_initiative(admin.workspace, f"{rule}-{number}"), rule, AlertState.OPEN)
            cleared = timezone.now() if state is AlertState.CLEARED else None
            Alert.objects.filter(pk=alert.pk).update(state=state, cleared_at=cleared)
    opened = visit(admin.user, theme=theme, size=PHONE if theme == "dark" else None)

    opened.page.goto("/alerts/")

    keep_shot(opened.page, f"alerts-{theme}")
    assert faults(opened) == []


def test_an_alert_is_acknowledged_and_snoozed_without_a_mouse(visit: Opener, admin: Membership) -> None:
    make_alert(make_initiative(admin.workspace))
    opened = visit(admin.user)
    opened.page.goto("/alerts/")
    opened.page.get_by_role("button", name="Acknowledge").press("Enter")
    opened.page.get_by_role("link", name="Snooze").press("Enter")
    opened.page.get_by_label("Until").fill((timezone.now().date() + timedelta(days=14)).isoformat())
    opened.page.get_by_label("Why it can wait").fill("Vendor away")
    keep_shot(opened.page, "snooze")
    found = faults(opened)
    opened.page.get_by_role("button", name="Snooze").press("Enter")

    assert found == []
    assert "is on it since" in opened.page.get_by_role("main").inner_text()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_digest_can_be_read_on_the_reports_page(visit: Opener, theme: str) -> None:
    reader = make_portfolio()
    opened = visit(reader.user, theme=theme, size=PHONE if theme == "dark" else None)

    opened.page.goto("/reports/")

    heading = opened.page.frame_locator("iframe.mail").get_by_text("net value forecast this year, ")
    heading.wait_for()
    keep_shot(opened.page, f"reports-{theme}")
    assert faults(opened) == []


def test_the_link_of_a_mail_unsubscribes_with_one_button(visit: Opener, admin: Membership) -> None:
    subscribe_administrators(now=FIRST_MONDAY)
    subscription = Subscription.objects.get()
    opened = visit()
    opened.page.goto(f"/unsubscribe/{unsubscribe_token(subscription)}/")
    found = faults(opened)
    keep_shot(opened.page, "unsubscribe")
    opened.page.get_by_role("button", name="Unsubscribe").click()
    opened.page.get_by_role("heading", name="You are unsubscribed").wait_for()

    subscription.refresh_from_db()
    assert (found, subscription.ended_at is not None) == ([], True)
