"""The board pack: the overview as Chromium prints it."""

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from unicodedata import normalize

import pytest
from django.utils import timezone
from pypdf import PageObject, PdfReader

from accounts.access import Actor
from accounts.choices import Role
from accounts.models import Membership, User
from config.sample import history, load
from metrics.services import refresh, refresh_portfolio
from portfolio.models import Initiative
from portfolio.services.assessments import record_assessment
from portfolio.services.locks import lock_period
from portfolio.services.money import record_benefits, record_costs
from tests.browser.conftest import Opener
from tests.factories import PASSWORD, actor, make_initiative

pytestmark = pytest.mark.browser
A4_LANDSCAPE = (842, 595)
MANY = 44


@pytest.fixture
def print_overview(visit: Opener) -> Callable[..., list[PageObject]]:
    """The pages of the overview as a reader prints it."""

    def printed(user: User, theme: str = "light", path: str = "/") -> list[PageObject]:
        tab = visit(user, theme=theme)
        tab.page.goto(path)
        tab.page.wait_for_load_state("networkidle")
        pdf = tab.page.pdf(prefer_css_page_size=True, print_background=True)
        assert tab.errors == []
        return list(PdfReader(io.BytesIO(pdf)).pages)

    return printed


@pytest.fixture
def sample(transactional_db: None) -> User:
    """The administrator of the sample, with all figures worked out."""
    now = timezone.now()
    history.work_out(workspace=load.load(now=now, password=PASSWORD), now=now)
    return User.objects.get(email=load.sign_in())


@pytest.fixture
def many(owner: Membership) -> Membership:
    """A portfolio of 44 initiatives with long names; half of them lose, half have no forecast at all."""
    workspace, now = owner.workspace, timezone.now()
    for number in range(MANY):
        row = make_initiative(workspace, f"i-{number}", name=f"Assistant for the claims desk of region {number}")
        _spend(row, ahead=number % 2 == 0)
        scores = {"integration": "0.9"} if number % 3 else {"workforce": "0.5"}
        record_assessment(actor=Actor.system(workspace), initiative=row, now=now, row=_scored(scores))
    refresh(workspace=workspace, now=now)
    refresh_portfolio(workspace=workspace, now=now)
    return owner


def _scored(scores: dict[str, str]) -> dict[str, object]:
    return {"on": timezone.now().date(), "scores": scores}


def _spend(row: Initiative, *, ahead: bool) -> None:
    """Costs of six months against a lower plan, and a year more of them where it has a forecast."""
    who, now = Actor.system(row.workspace), timezone.now()
    months = [_month(now.date(), step) for step in range(-6, 12)]
    costs = [{"on": on, "amount": Decimal(9_000), "category": "people"} for on in months]
    past = [{**line, "basis": "actual"} for line in costs[:6]]
    later = [{**line, "basis": "forecast"} for line in costs[6:]] if ahead else []
    plan = [{**line, "basis": "plan", "amount": Decimal(5_000)} for line in costs]
    record_costs(actor=who, initiative=row, now=now, rows=[*past, *later, *plan])
    if ahead:
        hopes = [
            {"on": on, "amount": Decimal(2_000), "benefit_class": "cash", "basis": "forecast"} for on in months[6:]
        ]
        record_benefits(actor=who, initiative=row, now=now, rows=hopes)


def _month(day: date, step: int) -> date:
    index = day.year * 12 + day.month - 1 + step
    return date(index // 12, index % 12 + 1, 1)


def sizes(pages: list[PageObject]) -> set[tuple[int, int]]:
    return {(round(float(page.mediabox.width)), round(float(page.mediabox.height))) for page in pages}


def texts(pages: list[PageObject]) -> list[str]:
    """The words of each page, with ligatures taken apart."""
    return [" ".join(normalize("NFKC", page.extract_text()).split()) for page in pages]


def test_the_pack_has_three_planned_pages_of_a4_landscape(
    print_overview: Callable[..., list[PageObject]], sample: User
) -> None:
    pages = print_overview(sample)
    first, second, third = texts(pages)
    assert sizes(pages) == {A4_LANDSCAPE}
    assert ["back for each" in first, "decisions wait" in first, "Actual" in first, "Frees up to" in first] == [
        True
    ] * 4
    assert ["of the shortfall" in second, "costs the most" in second, "by evidence" in second] == [True] * 3
    assert ["most doubtful first" in third, "Marketing studio" in third, "Mail sorting" in third] == [True] * 3


def test_each_page_says_whose_it_is_of_when_and_that_it_is_made_up(
    print_overview: Callable[..., list[PageObject]], sample: User
) -> None:
    for number, text in enumerate(texts(print_overview(sample)), start=1):
        assert "Northwind Mutual (sample): AI portfolio on" in text
        assert f"Made-up figures Page {number} of 3" in text


def test_nothing_is_printed_that_only_works_on_a_screen(
    print_overview: Callable[..., list[PageObject]], sample: User
) -> None:
    whole = " ".join(texts(print_overview(sample)))
    words = (
        "Check the inputs",
        "Show as a table",
        "Export CSV",
        "Print board pack",
        "Find",
        "Decide",
        "Initiatives Risk",
    )
    assert [word for word in words if word in whole] == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_large_portfolio_keeps_to_three_pages_in_either_theme(
    print_overview: Callable[..., list[PageObject]], many: Membership, theme: str
) -> None:
    pages = print_overview(many.user, theme)
    assert (len(pages), sizes(pages)) == (3, {A4_LANDSCAPE})
    assert all("Draft: the books are not closed" in text for text in texts(pages))
    assert f"12 of {MANY}" in texts(pages)[2]


@pytest.mark.parametrize("chosen", ["", "dark"])
def test_paper_is_white_and_charts_are_dark_on_it_whatever_the_theme(
    visit: Opener, many: Membership, chosen: str
) -> None:
    """By the system's dark theme, and by the one that a person chose."""
    tab = visit(many.user, theme="dark")
    tab.page.goto("/")
    tab.page.evaluate("(theme) => theme && document.documentElement.setAttribute('data-theme', theme)", chosen)
    tab.page.emulate_media(media="print")
    read = "(name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()"
    assert [tab.page.evaluate(read, name) for name in ("--surface", "--text", "--actual")] == [
        "#fff",
        "#000",
        "#22334d",
    ]
    drawn = "window.Chart.getChart('net').data.datasets[0].borderColor"
    tab.page.wait_for_function(f"{drawn} === '#22334d'")


def test_a_past_day_prints_in_three_pages_as_well(
    print_overview: Callable[..., list[PageObject]], many: Membership
) -> None:
    pages = print_overview(many.user, path=f"/?as_of={timezone.now().date()}")
    assert len(pages) == 3
    assert all("as believed then" in text for text in texts(pages))


def test_closing_the_books_approves_the_pack(print_overview: Callable[..., list[PageObject]], many: Membership) -> None:
    now = timezone.now()
    lock_period(actor=actor(many.workspace, Role.FINANCE), now=now, through=_last_day_of_last_month(now.date()))
    assert all("Approved: finance has closed the books through" in text for text in texts(print_overview(many.user)))


def _last_day_of_last_month(day: date) -> date:
    return date.fromordinal(day.replace(day=1).toordinal() - 1)
