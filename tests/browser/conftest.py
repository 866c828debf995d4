"""Real Chromium against the live server: signed-in pages, and everything the console said.

A test that uses these fixtures works on committed rows, which are removed after it.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, Route, ViewportSize, sync_playwright
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from config.static import bundled

WIDE: ViewportSize = {"width": 1360, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
Looks = list[tuple[str, ViewportSize]]
SHORT: Looks = [("light", WIDE), ("dark", PHONE)]
OTHERS: Looks = [("dark", WIDE), ("light", PHONE)]


@dataclass
class Visit:
    """A browser tab, and what went wrong in it.

    Args:
        page: Playwright's page; its base address is the live server.
        errors: console errors, page errors and refused requests so far.
    """

    page: Page
    errors: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Collects errors from now on."""
        self.page.on("console", lambda message: self._note(message.type, message.text))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _note(self, kind: str, text: str) -> None:
        if kind == "error":
            self.errors.append(text)


Opener = Callable[..., Visit]
STATIC = Path(__file__).parents[2] / "static"


def _whole_sheet(route: Route) -> None:
    """The style sheet as it is served: axe loads what a sheet imports by itself, which the page's policy forbids."""
    route.fulfill(body=bundled(STATIC / "css" / "page.css"), content_type="text/css")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests of this process; skipped where there is none."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser, live_server: LiveServer) -> Iterator[Opener]:
    """Opens a tab: `visit(user, theme="dark", size=PHONE)`; without a user nobody is signed in."""
    contexts = []

    def open_tab(user: User | None = None, *, theme: str = "light", size: ViewportSize | None = None) -> Visit:
        context = chromium.new_context(
            base_url=live_server.url, viewport=size or WIDE, color_scheme="dark" if theme == "dark" else "light"
        )
        contexts.append(context)
        context.route("**/css/page.css", _whole_sheet)
        if user is not None:
            client = Client()
            client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
            value = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])
        opened = Visit(context.new_page())
        opened.watch()
        return opened

    yield open_tab
    for context in contexts:
        context.close()
