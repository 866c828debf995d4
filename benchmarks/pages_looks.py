"""What a page weighs and how it behaves in real Chromium; used by benchmarks/pages.py."""

import gzip
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Response, sync_playwright

AXE = next((Path(__file__).resolve().parent.parent / "tests/browser/vendor").glob("axe-*.min.js")).read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN_AXE = (
    "async (tags) => (await axe.run(document, {runOnly: {type: 'tag', values: tags}})).violations.map((v) => v.id)"
)
WIDE, PHONE = {"width": 1360, "height": 900}, {"width": 390, "height": 844}
LOADS = 5
SETTLED = 350
WATCH = """
window.seen = {lcp: 0, cls: 0};
new PerformanceObserver((list) => { for (const e of list.getEntries()) seen.lcp = e.startTime; })
  .observe({type: 'largest-contentful-paint', buffered: true});
new PerformanceObserver((list) => { for (const e of list.getEntries()) if (!e.hadRecentInput) seen.cls += e.value; })
  .observe({type: 'layout-shift', buffered: true});
"""
SLOW_NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}


@dataclass
class Looks:
    """One page in the browser.

    Args:
        bytes: gzipped, of each kind of file.
        sent: bytes of the document as the server sent it.
        lcp: milliseconds to the largest paint.
        slow_lcp: the same at 1.6 Mbps with 150 ms to the server, on a processor of a quarter.
        shift: the largest layout shift of all loads.
        nodes: elements of the document.
        axe, console, csp: broken rules of accessibility, console errors, and refusals of the content policy, in both
            themes and widths.
    """

    bytes: Counter[str] = field(default_factory=Counter)
    sent: int = 0
    requests: int = 0
    lcp: float = 0
    slow_lcp: float = 0
    shift: float = 0
    nodes: int = 0
    axe: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    csp: list[str] = field(default_factory=list)


def looks_of(base: str, cookie: tuple[str, str], paths: list[str]) -> dict[str, Looks]:
    """Each path in Chromium, signed in by the cookie."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        found = {path: _looks(browser, base, cookie, path) for path in paths}
        browser.close()
    return found


def _looks(browser: Browser, base: str, cookie: tuple[str, str], path: str) -> Looks:
    found = Looks()
    _weigh(browser, base, cookie, path, found)
    found.lcp = _paint(browser, base, cookie, path, found, is_slow=False)
    found.slow_lcp = _paint(browser, base, cookie, path, found, is_slow=True)
    for theme in ("light", "dark"):
        for size in (WIDE, PHONE):
            _judge(browser, base, cookie, path, found, theme, size)
    return found


def _context(browser: Browser, base: str, cookie: tuple[str, str], **options: Any) -> BrowserContext:
    context = browser.new_context(base_url=base, **{"viewport": WIDE, **options})
    context.add_cookies([{"name": cookie[0], "value": cookie[1], "url": base}])
    return context


def _weigh(browser: Browser, base: str, cookie: tuple[str, str], path: str, found: Looks) -> None:
    """Bytes and requests of a first load, with nothing in the cache."""
    context, answers = _context(browser, base, cookie), []
    page = context.new_page()
    page.on("response", lambda answer: answers.append(answer))
    page.goto(path, wait_until="networkidle")
    found.nodes = page.evaluate("document.querySelectorAll('*').length")
    found.requests = len(answers)
    for answer in answers:
        found.bytes[_kind(answer)] += len(gzip.compress(answer.body(), 6))
    found.sent = answers[0].request.sizes()["responseBodySize"]
    context.close()


def _kind(answer: Response) -> str:
    return {"document": "html", "stylesheet": "css", "script": "js"}.get(answer.request.resource_type, "other")


def _paint(browser: Browser, base: str, cookie: tuple[str, str], path: str, found: Looks, *, is_slow: bool) -> float:
    """The median of LOADS first loads; the largest shift is kept."""
    times = []
    for _ in range(LOADS):
        context = _context(browser, base, cookie)
        context.add_init_script(WATCH)
        page = context.new_page()
        if is_slow:
            _throttle(page)
        page.goto(path, wait_until="networkidle")
        page.wait_for_timeout(SETTLED)
        seen = page.evaluate("seen")
        times.append(seen["lcp"])
        found.shift = max(found.shift, seen["cls"])
        context.close()
    return median(times)


def _throttle(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_NETWORK)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})


def _judge(
    browser: Browser, base: str, cookie: tuple[str, str], path: str, found: Looks, theme: str, size: dict[str, int]
) -> None:
    """Broken accessibility rules, console errors and policy refusals of one look."""
    context = _context(browser, base, cookie, viewport=size, color_scheme=theme)
    page = context.new_page()
    page.on("console", lambda message: found.console.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: found.console.append(str(error)))
    page.goto(path, wait_until="networkidle")
    found.csp = [text for text in found.console if "Content Security Policy" in text]
    page.evaluate(AXE)
    found.axe += [f"{rule} ({theme} {size['width']})" for rule in page.evaluate(RUN_AXE, RULES)]
    context.close()
