"""Two writers at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection

from accounts.access import Actor
from portfolio.models import Kpi, Reading
from portfolio.services import facts
from portfolio.services.readings import record_readings
from tests.factories import NOW, make_initiative, make_kpi, make_workspace


def _after_both_have_looked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes each writer's first look at what is recorded end when both have looked."""
    both, look = Barrier(2, timeout=10), facts._compare
    waits = [both, both]

    def compare(*arguments: object) -> object:
        found = look(*arguments)  # type: ignore[arg-type]
        if waits:
            waits.pop().wait()
        return found

    monkeypatch.setattr(facts, "_compare", compare)


def _writer(kpi: Kpi, value: str) -> Callable[[], None]:
    def write() -> None:
        try:
            row = {"on": date(2026, 5, 31), "value": Decimal(value)}
            record_readings(actor=Actor.system(kpi.workspace), kpi=kpi, now=NOW, rows=[row])
        finally:
            connection.close()

    return write


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("second", "rows"), [("12", 1), ("13", 2)])
def test_two_readings_of_one_day_at_once_leave_one_that_holds(
    monkeypatch: pytest.MonkeyPatch, second: str, rows: int
) -> None:
    kpi = make_kpi(make_initiative(make_workspace()))
    _after_both_have_looked(monkeypatch)
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(_writer(kpi, value)) for value in ("12", second)]:
            done.result()
    assert Reading.objects.count() == rows
    assert Reading.objects.filter(superseded_at=None).count() == 1
