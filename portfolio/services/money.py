"""Recording costs and benefits, and finance's confirmation."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.access import Actor, require
from accounts.choices import Permission
from portfolio.access import require_write
from portfolio.choices import Basis
from portfolio.models import BenefitLine, CostLine, EvidenceFile, Initiative, Kpi
from portfolio.selectors import kpis_moved_by
from portfolio.services.errors import RowError, RowErrors
from portfolio.services.facts import Recorded, record
from portfolio.services.locks import refuse_locked_one
from portfolio.services.rows import build
from portfolio.services.versions import bump

NO_SUCH_KPI = "The initiative neither has nor shares a KPI with the key “{key}”."


def record_costs(
    *,
    actor: Actor,
    initiative: Initiative,
    now: datetime,
    rows: Sequence[Mapping[str, Any]],
    source: str = "",
    recorded_at: datetime | None = None,
) -> Recorded[CostLine]:
    """Records cost lines, all or none.

    Args:
        rows: ``on``, ``amount``, ``currency`` (default: the initiative's), ``category``, ``basis``, ``note``.

    Raises:
        RowErrors: naming each faulty row.
        Forbidden: the actor may not write this initiative's money.
    """
    require_write(actor, initiative, Permission.WRITE_MONEY)
    filled = [{"currency": initiative.currency, **row} for row in rows]
    facts = build(CostLine, filled, source=source, initiative=initiative)
    return record(actor=actor, now=now, facts=facts, recorded_at=recorded_at)


def record_benefits(
    *,
    actor: Actor,
    initiative: Initiative,
    now: datetime,
    rows: Sequence[Mapping[str, Any]],
    source: str = "",
    recorded_at: datetime | None = None,
) -> Recorded[BenefitLine]:
    """Records benefit lines, all or none; unconfirmed actuals are claims.

    Args:
        rows: as costs, with ``benefit_class``, ``evidence``, ``kpi`` (its key) and ``confirmed`` (finance only).

    Raises:
        RowErrors: naming each faulty row.
        Forbidden: the actor may not write this initiative's money, or confirm.
    """
    require_write(actor, initiative, Permission.WRITE_MONEY)
    kpis = _kpis(initiative, rows)
    _refuse_unknown(rows, kpis)
    filled = [_plain(row, initiative) for row in rows]
    facts = build(BenefitLine, filled, source=source, initiative=initiative)
    for fact, row in zip(facts, rows, strict=True):
        fact.kpi = kpis.get(row.get("kpi") or "")
        if row.get("confirmed"):
            require(actor, Permission.CONFIRM)
            fact.confirmed_by, fact.confirmed_at = actor.user, recorded_at or now
    _refuse_unfit_confirmations(facts)
    return record(actor=actor, now=now, facts=facts, recorded_at=recorded_at)


def confirm_benefit(
    *,
    actor: Actor,
    benefit: BenefitLine,
    now: datetime,
    evidence: str = "",
    evidence_file: EvidenceFile | None = None,
    recorded_at: datetime | None = None,
) -> BenefitLine:
    """Finance confirms that an actual benefit is in the ledger: the line is superseded by a confirmed one.

    Raises:
        ValidationError: no evidence, no actual, or confirmed already.
        Forbidden: the actor is not finance.
    """
    require(actor, Permission.CONFIRM)
    if benefit.confirmed_at is not None:
        raise ValidationError("This benefit is confirmed already.", code="confirmed")
    kept = {name: getattr(benefit, name) for name in (*benefit.content, "source", "external_id", "identity")}
    stamp = recorded_at or now
    file = evidence_file or benefit.evidence_file
    if file is not None and file.initiative_id != benefit.initiative_id:
        raise ValidationError({"evidence_file": "This file belongs to another initiative."})
    words = evidence or benefit.evidence or (f"File {file.name}" if file else "")
    new = BenefitLine(**{**kept, "evidence": words, "evidence_file_id": file.pk if file else None})
    new.workspace, new.recorded_by, new.recorded_at = benefit.workspace, actor.user, stamp
    new.declared_history = recorded_at is not None
    new.confirmed_by, new.confirmed_at = actor.user, stamp
    problems = _unfit(new)
    if problems:
        raise ValidationError(problems)
    with transaction.atomic():
        refuse_locked_one(benefit)
        live = BenefitLine.objects.filter(pk=benefit.pk, superseded_at=None)
        if live.update(superseded_at=stamp, superseded_by=actor.user, supersede_reason="Confirmed by finance") != 1:
            raise ValidationError("Someone else changed this in the meantime. Load it again.", code="stale")
        new.save(force_insert=True)
        bump(workspace_id=benefit.workspace_id, initiative_ids=[benefit.initiative_id])
    return new


def _kpis(initiative: Initiative, rows: Sequence[Mapping[str, Any]]) -> dict[str, Kpi]:
    keys = {row["kpi"] for row in rows if row.get("kpi")}
    found = kpis_moved_by(initiative).filter(key__in=keys) if keys else []
    return {kpi.key: kpi for kpi in found}


def _plain(row: Mapping[str, Any], initiative: Initiative) -> dict[str, Any]:
    return {"currency": initiative.currency} | {
        name: value for name, value in row.items() if name not in {"kpi", "confirmed"}
    }


def _refuse_unknown(rows: Sequence[Mapping[str, Any]], kpis: Mapping[str, Kpi]) -> None:
    problems = [
        RowError(index, "kpi", NO_SUCH_KPI.format(key=row["kpi"]))
        for index, row in enumerate(rows)
        if row.get("kpi") and row["kpi"] not in kpis
    ]
    if problems:
        raise RowErrors(problems)


def _unfit(fact: BenefitLine) -> dict[str, str]:
    if fact.basis != Basis.ACTUAL:
        return {"basis": "Only an actual benefit can be confirmed."}
    if not fact.evidence.strip():
        return {"evidence": "Confirming needs evidence: a link, a file or a ledger reference."}
    return {}


def _refuse_unfit_confirmations(facts: Sequence[BenefitLine]) -> None:
    problems = [
        RowError(index, field, message)
        for index, fact in enumerate(facts)
        if fact.confirmed_at is not None
        for field, message in _unfit(fact).items()
    ]
    if problems:
        raise RowErrors(problems)
