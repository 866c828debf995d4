"""Periods that finance has closed: which facts they refuse, closing and reopening them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import OperationalError, connection, transaction

from accounts.access import Actor, require
from accounts.choices import Permission
from accounts.models import Workspace
from portfolio.models import (
    BaselineApproval,
    Driver,
    Fact,
    Mitigation,
    PeriodLock,
    Preregistration,
    PublishedRateChoice,
)
from portfolio.selectors import locks_of
from portfolio.services.errors import RowError, RowErrors, explained
from portfolio.services.versions import bump_settings, today

REPLACEABLE = (BaselineApproval, Driver, Mitigation, Preregistration, PublishedRateChoice)
"""What is believed rather than what happened: one of a closed period gives way to one of an open period."""

LONGEST_WAIT = "15s"
LOCK_NOT_AVAILABLE = "55P03"


def refuse_locked(
    workspace: Workspace, facts: Sequence[Fact], changing: Iterable[Fact], outdated: Iterable[Fact] = ()
) -> None:
    """Raises RowErrors for the facts that would change a closed period; those sent again unchanged pass.

    Args:
        facts: all rows of the list, by whose index a fault is named.
        changing: those that are new or take an earlier one's place.
        outdated: the rows whose place is taken, which may not lie in a closed period either.
    """
    if not facts or isinstance(facts[0], PeriodLock):
        return
    hold_closing_off(workspace)
    locks = locks_of(workspace)
    if not locks.rows:
        return
    moved = {id(fact) for fact in changing}
    held = () if isinstance(facts[0], REPLACEABLE) else outdated
    replaced = {key: words for row in held if (words := locks.words(row)) for key in row.found_by()}
    problems = [
        RowError(index, "on", words)
        for index, fact in enumerate(facts)
        if id(fact) in moved and (words := locks.words(fact) or _first(replaced, fact))
    ]
    if problems:
        raise RowErrors(problems)


def _first(replaced: Mapping[tuple[object, ...], str], fact: Fact) -> str:
    return next((replaced[key] for key in fact.found_by() if key in replaced), "")


def refuse_locked_one(fact: Fact) -> None:
    """Raises ValidationError where the fact lies in a closed period: it can be neither withdrawn nor changed."""
    hold_closing_off(fact.workspace)
    words = locks_of(fact.workspace).words(fact)
    if words:
        raise ValidationError({"on": ValidationError(words, code="locked")})


def hold_closing_off(workspace: Workspace) -> None:
    """Until this transaction ends no period of the workspace is closed; waits for one that is being closed.

    It comes before any lock on the row of the workspace, so that writers and closing never wait for each other.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(portfolio_closing_key(%s))", [workspace.pk])


def _hold_writers_off(workspace: Workspace) -> None:
    """Waits for the facts that are being written, and keeps further ones waiting until this transaction ends."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LONGEST_WAIT])
            cursor.execute("SELECT pg_advisory_xact_lock(portfolio_closing_key(%s))", [workspace.pk])
            cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != LOCK_NOT_AVAILABLE:
            raise
        words = "Facts are being written at this moment, perhaps by an import. Try again when it is done."
        raise ValidationError(words, code="busy") from error


def lock_period(*, actor: Actor, now: datetime, through: date, note: str = "") -> PeriodLock:
    """Closes everything up to the last day of a month that has ended.

    Raises:
        ValidationError: the day is not the last of a month, has not come, or is closed already; or facts are being
            written for longer than a reader waits.
        Forbidden: the actor is not finance.
    """
    require(actor, Permission.CONFIRM)
    if through >= today(actor.workspace, now):
        raise ValidationError({"through": f"{through} has not passed yet."})
    if (through + timedelta(days=1)).day != 1:
        raise ValidationError({"through": "Close whole months: give the last day of a month."})
    with transaction.atomic():
        _hold_writers_off(actor.workspace)
        last = max((row.through for row in locks_of(actor.workspace).rows), default=None)
        if last is not None and through <= last:
            raise ValidationError({"through": f"Everything up to {last} is closed already."})
        lock = PeriodLock(
            workspace=actor.workspace,
            on=last + timedelta(days=1) if last else FIRST_DAY,
            through=through,
            note=note,
            recorded_at=now,
            recorded_by=actor.user,
        )
        lock.full_clean(exclude=["workspace", "recorded_by", "superseded_by"])
        lock.save(force_insert=True)
        bump_settings(workspace_id=actor.workspace.pk)
    return lock


def reopen_period(*, actor: Actor, lock: PeriodLock, now: datetime, reason: str) -> None:
    """Opens the last closed period again; that it was closed stays on record.

    Raises:
        ValidationError: no reason, a later period is still closed, or it was reopened already.
        Forbidden: the actor is not finance.
    """
    require(actor, Permission.CONFIRM)
    explained(reason)
    with transaction.atomic():
        _hold_writers_off(actor.workspace)
        live = PeriodLock.objects.live().filter(workspace=actor.workspace)
        if live.filter(through__gt=lock.through).exists():
            raise ValidationError({"reason": "Reopen the later periods first."})
        changed = live.filter(pk=lock.pk).update(superseded_at=now, superseded_by=actor.user, supersede_reason=reason)
        if changed != 1:
            raise ValidationError("Someone else changed this in the meantime. Load it again.", code="stale")
        bump_settings(workspace_id=actor.workspace.pk)


FIRST_DAY = date(1970, 1, 1)
