"""The page on which readings are entered and the page of the initiative say the same of a KPI."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import Membership
from metrics.models import Snapshot
from metrics.services import refresh
from portfolio.models import Initiative, Kpi
from portfolio.services.kpis import update_kpi
from tests.factories import make_initiative
from tests.metrics.record import NOW, adopt, measure, system

VALUES = {"2025-10-31": 9000, "2025-11-30": 9100, "2025-12-20": 9200, "2025-12-31": 5000, "2026-01-31": 5000}


@pytest.fixture
def initiative(colleague: Membership) -> Initiative:
    """In use since 24 December, a week before its baseline window ends."""
    row = make_initiative(colleague.workspace, name="Claims triage")
    adopt(row, "2025-12-24", "0.2")
    return row


@pytest.fixture
def kpi(initiative: Initiative) -> Kpi:
    return measure(initiative, {**VALUES, "2026-02-28": 5000})


@pytest.fixture
def reader(client: Client, colleague: Membership) -> Client:
    client.force_login(colleague.user)
    return client


def texts(reader: Client, initiative: Initiative) -> list[str]:
    paths = (f"/initiatives/{initiative.key}/kpis/", f"/initiatives/{initiative.key}/")
    return [re.sub(r"<[^>]+>", "", reader.get(path).content.decode()) for path in paths]


@pytest.mark.usefixtures("kpi")
def test_baseline_leaves_out_readings_since_the_first_use_on_both_pages(reader: Client, initiative: Initiative) -> None:
    refresh(workspace=initiative.workspace, now=NOW)
    assert Decimal(Snapshot.objects.get().effects[0]["before"]) == 9100
    assert all("9,100" in text for text in texts(reader, initiative))


@pytest.mark.usefixtures("kpi")
def test_baseline_is_shown_before_figures_are_worked_out(reader: Client, initiative: Initiative) -> None:
    assert all("9,100" in text for text in texts(reader, initiative))


def test_target_of_now_and_the_next_one_stand_on_both_pages(reader: Client, initiative: Initiative, kpi: Kpi) -> None:
    targets = [{"on": date(2020, 6, 30), "value": 5000}, {"on": date(2199, 5, 31), "value": 4200}]
    update_kpi(actor=system(initiative), kpi=kpi, now=NOW, changes={"targets": targets})
    assert all("now 5,000, 4,200 by May 2199" in text for text in texts(reader, initiative))


def test_initiatives_that_share_a_kpi_never_claim_more_than_it_moved(
    reader: Client, initiative: Initiative, kpi: Kpi
) -> None:
    other = make_initiative(initiative.workspace, "other", name="Chat desk")
    adopt(other, "2025-12-24", "0.2")
    update_kpi(actor=system(initiative), kpi=kpi, now=NOW, changes={"shared_with": [other.key]})
    refresh(workspace=initiative.workspace, now=NOW)
    effects = {row.initiative_id: row.effects[0] for row in Snapshot.objects.order_by("pk")}
    credited = [Decimal(effects[row.pk]["effect"]) for row in (initiative, other)]
    assert credited == [Decimal("-2050")] * 2, "each half of the fall from 9,100 to 5,000, with equal use"
    assert "shared with Chat desk, each credited with its part" in texts(reader, initiative)[1]
    assert "is shared with Claims triage; each is credited with a part" in texts(reader, other)[1]
