"""Closing a period and writing facts at the same moment."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from accounts.choices import Role
from portfolio.importing.parse.profile import plain_profile
from portfolio.importing.parse.schema import Kind
from portfolio.models import CostLine, Initiative, PeriodLock
from portfolio.services import locks
from portfolio.services.errors import RowErrors
from portfolio.services.imports import ImportReport, import_file
from portfolio.services.locks import lock_period
from portfolio.services.money import record_costs
from portfolio.services.rates import record_rates
from tests.factories import NOW, actor, make_initiative, make_workspace

pytestmark = pytest.mark.django_db(transaction=True)
CLOSED = date(2026, 3, 15)
FILE = b"initiative,on,amount\none,2026-03-15,7\n"


@pytest.fixture
def initiative() -> Initiative:
    row = make_initiative(make_workspace(), "one")
    actor(row.workspace, Role.FINANCE)
    actor(row.workspace)
    return row


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as running:
        yield running


def elsewhere(pool: ThreadPoolExecutor, work: Callable[[], Any]) -> "Future[Any]":
    """Runs WORK on a connection of its own."""

    def run() -> Any:
        try:
            return work()
        finally:
            connection.close()

    return pool.submit(run)


def until_somebody_waits() -> None:
    """Returns as soon as another connection waits for this one."""
    deadline = time.monotonic() + 10
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
            if cursor.fetchone()[0]:
                return
    raise AssertionError("Nobody waits.")


def spend(initiative: Initiative) -> None:
    rows = [{"on": CLOSED, "amount": Decimal(5)}]
    record_costs(actor=actor(initiative.workspace), initiative=initiative, now=NOW, rows=rows)


def close(initiative: Initiative) -> PeriodLock:
    return lock_period(actor=actor(initiative.workspace, Role.FINANCE), now=NOW, through=date(2026, 4, 30))


def load(initiative: Initiative) -> ImportReport:
    who = actor(initiative.workspace)
    return import_file(
        actor=who, now=NOW, kind=Kind.COSTS, data=FILE, filename="c.csv", profile=plain_profile(), write=True
    )


def slip_in(initiative: Initiative) -> None:
    """What knows no service: plain rows."""
    row = {"on": CLOSED, "amount": 1, "currency": "EUR", "recorded_at": NOW}
    CostLine.objects.bulk_create([CostLine(workspace=initiative.workspace, initiative=initiative, **row)])


@pytest.mark.parametrize("write", [spend, load, slip_in])
def test_closing_waits_for_what_is_being_written(
    pool: ThreadPoolExecutor, initiative: Initiative, write: Callable[[Initiative], Any]
) -> None:
    with transaction.atomic():
        write(initiative)
        closing = elsewhere(pool, lambda: close(initiative))
        until_somebody_waits()
        assert not PeriodLock.objects.exists()
    assert closing.result(timeout=10).through == date(2026, 4, 30)
    assert CostLine.objects.count() == 1


def test_who_writes_while_a_period_is_closed_waits_and_is_refused(
    pool: ThreadPoolExecutor, initiative: Initiative
) -> None:
    with transaction.atomic():
        close(initiative)
        writing = elsewhere(pool, lambda: spend(initiative))
        until_somebody_waits()
    with pytest.raises(RowErrors, match="finance closed"):
        writing.result(timeout=10)
    assert not CostLine.objects.exists()


def test_a_file_that_comes_while_a_period_is_closed_is_refused_by_its_row(
    pool: ThreadPoolExecutor, initiative: Initiative
) -> None:
    with transaction.atomic():
        close(initiative)
        loading = elsewhere(pool, lambda: load(initiative))
        until_somebody_waits()
    report = loading.result(timeout=10)
    assert [(row.line, "finance closed" in row.reason) for row in report.rejections] == [(2, True)]


def test_plain_rows_wait_as_well_and_are_refused_by_the_database(
    pool: ThreadPoolExecutor, initiative: Initiative
) -> None:
    with transaction.atomic():
        close(initiative)
        writing = elsewhere(pool, lambda: slip_in(initiative))
        until_somebody_waits()
    with pytest.raises(IntegrityError, match="closed"):
        writing.result(timeout=10)


def test_a_rate_and_a_closing_at_once_do_not_lock_each_other_out(
    pool: ThreadPoolExecutor, initiative: Initiative
) -> None:
    finance = actor(initiative.workspace, Role.FINANCE)
    row = {"on": date(2026, 5, 4), "base": "EUR", "quote": "USD", "rate": Decimal(1)}
    with transaction.atomic():
        record_rates(actor=finance, now=NOW, rows=[row])
        closing = elsewhere(pool, lambda: close(initiative))
        until_somebody_waits()
        load(initiative)
    assert closing.result(timeout=10)


def test_closing_gives_up_with_words_where_an_import_takes_long(
    pool: ThreadPoolExecutor, initiative: Initiative, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "LONGEST_WAIT", "50ms")
    with transaction.atomic():
        spend(initiative)
        with pytest.raises(ValidationError, match="being written"):
            elsewhere(pool, lambda: close(initiative)).result(timeout=10)
    assert close(initiative)
