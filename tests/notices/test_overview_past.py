"""The overview of a past day."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client

from accounts.models import Membership, Workspace
from metrics import services
from metrics.models import PastTotals
from metrics.services import past_totals
from portfolio.models import Initiative
from portfolio.services.assessments import record_assessment
from tests.factories import make_initiative
from tests.metrics.record import earn, spend, system

MARCH = datetime(2026, 3, 10, 9, tzinfo=UTC)
MAY = datetime(2026, 5, 10, 9, tzinfo=UTC)
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
DAY = date(2026, 3, 31)
PATH = f"/?as_of={DAY}"
pytestmark = pytest.mark.usefixtures("_clock")


@pytest.fixture
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def portfolio(workspace: Workspace) -> Workspace:
    """In March one initiative was known, behind its plan; since then it has paid, and another is new."""
    row = make_initiative(workspace, "claims", now=MARCH, name="Claims")
    spend(row, "2026-01-05", 100, now=MARCH)
    spend(row, "2026-01-05", 40, now=MARCH, basis="plan")
    earn(row, "2026-02-28", 50, now=MARCH)
    scores(row, "integration", MARCH)
    scores(row, "workforce", MAY)
    earn(row, "2026-03-30", 250, now=MAY)
    spend(make_initiative(workspace, "late", now=MAY, name="Late"), "2026-05-05", 100, now=MAY)
    services.refresh(workspace=workspace, now=NOW)
    services.refresh_portfolio(workspace=workspace, now=NOW)
    return workspace


@pytest.fixture
def large(portfolio: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """The same where none is the most that totals are worked out of at once."""
    monkeypatch.setattr(past_totals, "MOST_AT_ONCE", 0)
    return portfolio


@pytest.fixture
def reader(client: Client, colleague: Membership) -> Client:
    client.force_login(colleague.user)
    return client


def scores(row: Initiative, cause: str, now: datetime) -> None:
    record_assessment(actor=system(row), initiative=row, now=now, row={"on": now.date(), "scores": {cause: "0.8"}})


def finish() -> None:
    for work in PastTotals.objects.all():
        services.work_out_past_totals(work_id=work.pk, now=NOW)


def test_the_overview_of_a_past_day_holds_what_was_believed_then(portfolio: Workspace, reader: Client) -> None:
    page = reader.get(PATH)
    shown = page.context["overview"]
    assert "As believed at the end of" in page.content.decode()
    assert "€0.50 back" in "".join(part.text for part in shown.headline.content.sentence)
    assert [row.name for row in shown.listing.content.rows] == ["Claims"]
    assert [bar.label for bar in shown.causes.content.bars] == ["Integration"]


def test_what_is_about_today_is_left_out_and_said_so(portfolio: Workspace, reader: Client) -> None:
    page = reader.get(PATH).content.decode()
    assert "Decisions and open alerts are about today and are left out." in page
    assert 'id="h-dec"' not in page


def test_links_of_a_past_overview_keep_the_day(portfolio: Workspace, reader: Client) -> None:
    page = reader.get(PATH).content.decode()
    for link in (f"/initiatives/claims/?as_of={DAY}", f"/initiatives/?as_of={DAY}", f"format=csv&amp;as_of={DAY}"):
        assert link in page, link


def test_what_was_believed_stands_beside_what_is_known_now(portfolio: Workspace, reader: Client) -> None:
    page = reader.get(f"{PATH}&restated=true").content.decode()
    assert "What is known now about the time up to" in page
    assert "Return to date: believed then −50%, known now 200%." in page
    assert f"/initiatives/claims/?as_of={DAY}&amp;restated=true" in page


def test_a_large_portfolio_is_worked_out_by_a_worker_and_the_page_says_so(large: Workspace, reader: Client) -> None:
    page = reader.get(PATH)
    assert page.context["overview"].headline.content is None
    assert "you can leave this page" in page.content.decode()
    assert f'data-poll="/figures/past/as_of/{DAY}/"' in page.content.decode()
    finish()
    assert reader.get(PATH).context["overview"].headline.content is not None


def test_totals_of_a_past_day_that_lag_are_shown_with_what_waits(large: Workspace, reader: Client) -> None:
    reader.get(PATH)
    finish()
    spend(Initiative.objects.get(key="claims"), "2026-02-05", 7, now=MARCH)
    page = reader.get(PATH)
    assert page.context["overview"].headline.content is not None
    assert "1 initiative changed since" in page.content.decode()


def test_a_day_before_everything_says_that_nothing_was_known(portfolio: Workspace, reader: Client) -> None:
    assert "No initiative was known then" in reader.get("/?as_of=2025-01-01").content.decode()
