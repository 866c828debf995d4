"""The one door for facts: the same fact again changes nothing, another content supersedes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts.access import Actor
from accounts.models import Workspace
from portfolio.choices import Basis
from portfolio.models import (
    AdoptionReading,
    DatedSetting,
    ExchangeRate,
    Fact,
    Initiative,
    InitiativeHurdle,
    Kpi,
    PeriodLock,
    PriceIndex,
    PublishedRateChoice,
)
from portfolio.models.fields import plausible_days
from portfolio.services.bulk import insert
from portfolio.services.errors import RowError, RowErrors, explained, faults, single_row
from portfolio.services.locks import refuse_locked, refuse_locked_one
from portfolio.services.versions import bump, bump_settings, sharing, today, with_sharers

F = TypeVar("F", bound=Fact)
MAY_LIE_AHEAD = (ExchangeRate, DatedSetting, InitiativeHurdle, PeriodLock)
TAKEN_BACK = "Taken back right after it was saved."
OF_THE_WORKSPACE = (DatedSetting, PriceIndex, PublishedRateChoice, PeriodLock)


@dataclass
class Recorded(Generic[F]):
    """What a call of ``record`` did."""

    created: list[F] = field(default_factory=list)
    updated: list[F] = field(default_factory=list)
    unchanged: list[F] = field(default_factory=list)

    @property
    def live(self) -> list[F]:
        """The facts that hold now, in no order."""
        return [*self.created, *self.updated, *self.unchanged]


def record(
    *, actor: Actor, now: datetime, facts: Sequence[F], reason: str = "", recorded_at: datetime | None = None
) -> Recorded[F]:
    """Records facts of one model, all or none.

    A fact is found again by its identity (``external_id`` or an import's row identity) or its natural key:
    equal content leaves it alone, other content supersedes it.

    Args:
        actor: who records; rights are checked by the caller.
        now: the instant that becomes ``recorded_at``.
        facts: unsaved rows of one model, without workspace, recorder and time.
        reason: why earlier rows are superseded.
        recorded_at: declared history: when the fact was really learnt, before ``now``.

    Raises:
        RowErrors: naming every faulty row by its index; nothing is written then.
    """
    if not facts:
        return Recorded()
    model = type(facts[0])
    for fact in facts:
        _stamp(fact, actor, recorded_at or now, declared=recorded_at is not None)
    _validate(facts, actor, now)
    try:
        return _write(model, facts, actor, now, reason)
    except IntegrityError:
        return _write(
            model, facts, actor, now, reason
        )  # somebody recorded the same fact between our look and our write


def supersede(*, actor: Actor, fact: Fact, now: datetime, reason: str) -> None:
    """Withdraws a fact: it stays in the record but no longer counts.

    Raises:
        ValidationError: the reason is missing, or the fact was superseded already.
    """
    explained(reason)
    with transaction.atomic():
        refuse_locked_one(fact)
        _supersede(type(fact), [fact], actor, now, reason)
        _announce(actor.workspace.pk, [fact])


def take_back(*, actor: Actor, now: datetime, facts: Sequence[F]) -> None:
    """Undoes a recording: these facts of one model are superseded, and what they took the place of is recorded again.

    Raises:
        RowErrors: one lies in a period that was closed meanwhile.
        ValidationError: one was superseded meanwhile.
    """
    if not facts:
        return
    model = type(facts[0])
    with transaction.atomic():
        again = [_again(row, actor, now) for row in _replaced_by(model, facts)]
        refuse_locked(actor.workspace, [*facts, *again], [*facts, *again])
        _supersede(model, facts, actor, now, TAKEN_BACK)
        insert(model, again)
        _announce(actor.workspace.pk, [*facts, *again])


def correct(*, actor: Actor, fact: F, now: datetime, changes: Mapping[str, Any], reason: str) -> F:
    """Replaces a fact by one with the changes and returns the new one.

    Raises:
        ValidationError: a changed value is refused, the reason is missing, or the fact was superseded already.
    """
    explained(reason)
    model = type(fact)
    new = model(**{name: changes.get(name, getattr(fact, name)) for name in _copied(model)})
    _stamp(new, actor, now, declared=False)
    with single_row():
        _validate([new], actor, now)
    with transaction.atomic():
        refuse_locked_one(fact)
        with single_row():
            refuse_locked(actor.workspace, [new], [new])
        _supersede(model, [fact], actor, now, reason)
        new.save(force_insert=True)
        _announce(actor.workspace.pk, [fact, new])
    return new


def _write(model: type[F], facts: Sequence[F], actor: Actor, now: datetime, reason: str) -> Recorded[F]:
    with transaction.atomic():
        outcome, outdated = _compare(model, facts)
        refuse_locked(actor.workspace, facts, [*outcome.created, *outcome.updated], outdated)
        _supersede(model, outdated, actor, now, reason)
        insert(model, [*outcome.created, *outcome.updated])
        _announce(actor.workspace.pk, [*outcome.created, *outcome.updated, *outdated])
    return outcome


def _replaced_by(model: type[F], facts: Sequence[F]) -> list[F]:
    """The rows whose place these facts took when they were recorded."""
    keys = {key for fact in facts for key in fact.found_by()}
    ended = model._default_manager.filter(
        workspace=facts[0].workspace, superseded_at__in={fact.recorded_at for fact in facts}
    )
    return [row for row in ended.order_by("pk") if keys & set(row.found_by())]


def _again(row: F, actor: Actor, now: datetime) -> F:
    model = type(row)
    new = model(**{name: getattr(row, name) for name in _copied(model)})
    _stamp(new, actor, now, declared=False)
    return new


def _copied(model: type[Fact]) -> list[str]:
    return [*model.content, "source", "external_id", "identity"]


def _stamp(fact: Fact, actor: Actor, recorded_at: datetime, *, declared: bool) -> None:
    fact.workspace = actor.workspace
    fact.recorded_by = actor.user
    fact.recorded_at = recorded_at
    fact.declared_history = declared
    if fact.external_id:
        fact.identity = f"x:{fact.external_id}"


def _validate(facts: Sequence[Fact], actor: Actor, now: datetime) -> None:
    relations = [column.name for column in type(facts[0])._meta.fields if column.is_relation]
    latest = today(actor.workspace, now)
    problems: list[RowError] = []
    seen: dict[tuple[Any, ...], int] = {}
    for index, fact in enumerate(facts):
        try:
            fact.clean_fields(exclude=relations)
            plausible_days(fact, "on")
            fact.clean()
        except ValidationError as error:
            problems += faults(index, error)
        if isinstance(fact.on, date) and fact.on > latest and not _may_lie_ahead(fact):
            problems.append(RowError(index, "on", f"{fact.on} lies ahead; only plans and forecasts may."))
        for key in fact.found_by():
            if key in seen:
                problems.append(RowError(index, "", f"The same fact is listed twice: rows {seen[key]} and {index}."))
            seen[key] = index
    if problems:
        raise RowErrors(problems)


def _may_lie_ahead(fact: Fact) -> bool:
    if isinstance(fact, MAY_LIE_AHEAD):
        return True
    return getattr(fact, "basis", Basis.ACTUAL) != Basis.ACTUAL


def _compare(model: type[F], facts: Sequence[F]) -> tuple[Recorded[F], list[F]]:
    twins: list[F] = model._default_manager.select_for_update().same_as(facts)
    live = {key: row for row in twins for key in row.found_by()}
    outcome: Recorded[F] = Recorded()
    outdated: dict[int, F] = {}
    for fact in facts:
        found = {row.pk: row for key in fact.found_by() if (row := live.get(key)) is not None}
        if not found:
            outcome.created.append(fact)
        elif len(found) == 1 and next(iter(found.values())).says() == fact.says():
            outcome.unchanged.extend(found.values())
        else:
            outdated |= found
            outcome.updated.append(fact)
    return outcome, list(outdated.values())


def _supersede(model: type[F], rows: Sequence[F], actor: Actor, now: datetime, reason: str) -> None:
    live = model._default_manager.filter(pk__in=[row.pk for row in rows], superseded_at__isnull=True)
    changed = live.update(superseded_at=now, superseded_by=actor.user, supersede_reason=reason)
    if changed != len(rows):
        raise ValidationError("Someone else changed this in the meantime. Load it again.", code="stale")


def _announce(workspace_id: int, rows: Sequence[Fact]) -> None:
    if not rows:
        return
    first = rows[0]
    if isinstance(first, OF_THE_WORKSPACE):
        bump_settings(workspace_id=workspace_id)
    elif isinstance(first, ExchangeRate):
        currencies = {row.base for row in rows if isinstance(row, ExchangeRate)}
        currencies |= {row.quote for row in rows if isinstance(row, ExchangeRate)}
        bump(workspace_id=workspace_id, initiative_ids=_holding(workspace_id, currencies))
    elif hasattr(first, "initiative_id"):
        bump(workspace_id=workspace_id, initiative_ids=_moved(rows))
    else:
        kpi_ids: set[int] = {row.kpi_id for row in rows}  # type: ignore[attr-defined]
        owners = Kpi.objects.filter(pk__in=kpi_ids).values_list("initiative_id", flat=True)
        bump(workspace_id=workspace_id, initiative_ids=sharing(kpi_ids, owners))


def _moved(rows: Sequence[Fact]) -> set[int]:
    """The initiatives of these facts; use of one moves the credit of all that share a KPI with it."""
    ids: set[int] = {row.initiative_id for row in rows}  # type: ignore[attr-defined]
    return with_sharers(ids) if isinstance(rows[0], AdoptionReading) else ids


def _holding(workspace_id: int, pair: set[str]) -> set[int]:
    """The initiatives that a rate can move: they hold one of its currencies or, where the pair has the workspace's
    currency, any other currency (a cross rate may pass through it)."""
    held = {"currency", "costs__currency", "benefits__currency", "kpis__value_currency"}
    initiatives = Initiative.objects.filter(workspace_id=workspace_id)
    home = Workspace.objects.values_list("currency", flat=True).get(pk=workspace_id)
    moved: set[int] = set()
    for path in held:
        touching = Q(**{f"{path}__in": pair})
        if home in pair:
            touching |= ~Q(**{path: home}) & Q(**{f"{path}__gt": ""})
        moved |= set(initiatives.filter(touching).values_list("pk", flat=True))
    return moved
