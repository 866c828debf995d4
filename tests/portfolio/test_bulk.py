"""Many facts go in at once, and are the same as few."""

from decimal import Decimal

import pytest
from django.db import IntegrityError

from accounts.access import Actor
from accounts.models import Workspace
from portfolio.models import Assessment, CostLine, ExchangeRate
from portfolio.services import bulk
from portfolio.services.facts import record
from tests.factories import NOW, day, make_initiative

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "WORTH_COPYING", 2)


def test_copied_facts_have_their_ids_and_content(workspace: Workspace) -> None:
    initiative = make_initiative(workspace)
    lines = [
        CostLine(initiative=initiative, on=day("2026-05-04"), amount=Decimal(number), currency="EUR", note="a\tb\\N\n")
        for number in (5, 6)
    ]
    done = record(actor=Actor.system(workspace), now=NOW, facts=lines)
    found = CostLine.objects.in_bulk([line.pk for line in done.created])
    assert [found[line.pk].says() for line in done.created] == [line.says() for line in lines]


def test_scores_survive_copying(workspace: Workspace) -> None:
    scores = [{"integration": "0.5"}, {"integration": "-1"}]
    initiative = make_initiative(workspace)
    rows = [
        Assessment(initiative=initiative, on=day(f"2026-05-0{number}"), scores=score, external_id=str(number))
        for number, score in enumerate(scores, 1)
    ]
    record(actor=Actor.system(workspace), now=NOW, facts=rows)
    assert list(Assessment.objects.order_by("on").values_list("scores", flat=True)) == scores


def test_what_the_database_refuses_is_an_integrity_error(workspace: Workspace) -> None:
    rate = {"workspace": workspace, "recorded_at": NOW, "on": day("2026-05-04"), "rate": Decimal(1)}
    twice = [ExchangeRate(base="EUR", quote="USD", **rate) for _ in range(2)]
    with pytest.raises(IntegrityError):
        bulk.insert(ExchangeRate, twice)
