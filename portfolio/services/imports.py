"""Importing a file: read it, plan it, and write all of it or nothing."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.access import Actor, Forbidden, reach
from accounts.models import BusinessUnit, Workspace
from portfolio.importing.parse.errors import FileRefused, Issue
from portfolio.importing.parse.profile import Profile
from portfolio.importing.parse.records import parse_records
from portfolio.importing.parse.schema import Kind
from portfolio.importing.parse.table import read_table
from portfolio.importing.plan.builders import PERMISSIONS
from portfolio.importing.plan.lookup import known_keys
from portfolio.importing.plan.make import make_plan
from portfolio.importing.plan.outcome import Change, Plan, Setting
from portfolio.models import Fact, Initiative, InitiativeAlias, Kpi, Programme, StageChange
from portfolio.services.baselines import reopen_baseline
from portfolio.services.errors import RowErrors
from portfolio.services.facts import record
from portfolio.services.locks import hold_closing_off
from portfolio.services.stages import follow_changes
from portfolio.services.versions import bump, sharing, today

BATCH = 500


@dataclass
class ImportReport:
    """What an import did, or would do. The counts are of records; ``rows`` and ``rejected`` are of rows of the file."""

    kind: Kind
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    skipped: int = 0
    seconds: float = 0.0
    applied: bool = False
    rejections: list[Issue] = field(default_factory=list)
    warnings: list[Issue] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    @classmethod
    def of(cls, plan: Plan) -> "ImportReport":
        """The report of a plan that is not applied yet."""
        return cls(
            kind=plan.kind,
            rows=plan.rows,
            created=plan.created,
            updated=plan.updated,
            unchanged=plan.unchanged,
            rejected=plan.rejected,
            skipped=plan.skipped,
            rejections=sorted(plan.rejections, key=lambda issue: issue.line or 0),
            warnings=sorted(plan.warnings, key=lambda issue: issue.line or 0),
            changes=plan.changes,
        )


def may_import(actor: Actor, kind: Kind) -> bool:
    """Whether the actor's role imports this kind at all; rows of others are refused one by one."""
    return reach(actor, PERMISSIONS[kind]) is not None


def import_file(
    *,
    actor: Actor,
    now: datetime,
    kind: Kind,
    data: bytes,
    filename: str,
    profile: Profile,
    write: bool,
    accept_valid: bool = False,
) -> ImportReport:
    """Import a file in one transaction.

    Args:
        actor: who imports.
        now: the instant that facts are recorded at.
        data: the file's bytes.
        write: False only tells what would happen.
        accept_valid: load the good rows although others are refused; else any faulty row refuses the file.

    Raises:
        Forbidden: the actor's role does not import this kind.
    """
    if not may_import(actor, kind):
        raise Forbidden(PERMISSIONS[kind])
    begin = time.monotonic()
    try:
        table = read_table(data, filename, profile.layout)
        parsed = None if profile.linked else parse_records(table, profile, kind)
        with transaction.atomic():
            hold_closing_off(actor.workspace)
            Workspace.objects.select_for_update(no_key=True).get(pk=actor.workspace.pk)
            if parsed is None:
                parsed = parse_records(table, profile, kind, known_keys(actor.workspace, profile.source))
            plan = make_plan(parsed, Setting(actor, now, today(actor.workspace, now), profile.source))
            report = ImportReport.of(plan)
            if write and (accept_valid or not plan.rejections):
                _apply(plan, actor, now)
                report.applied = True
    except FileRefused as refusal:
        report = ImportReport(kind, rejections=[refusal.issue])
    except RowErrors as refusal:
        report = _refused(plan, refusal)
    report.seconds = _since(begin)
    return report


def _refused(plan: Plan, refusal: RowErrors) -> ImportReport:
    """What only the writing service found wrong; nothing was written."""
    plan.rejections += [Issue(plan.facts[row.index][0], row.field or None, row.message) for row in refusal.rows]
    return ImportReport.of(plan)


def _since(begin: float) -> float:
    return round(time.monotonic() - begin, 2)


def _apply(plan: Plan, actor: Actor, now: datetime) -> None:
    BusinessUnit.objects.bulk_create(plan.new_units)
    Programme.objects.bulk_create(plan.new_programmes)
    _write_rows(Initiative, plan)
    for alias in plan.new_aliases:
        alias.initiative = alias.initiative
    InitiativeAlias.objects.bulk_create(plan.new_aliases, batch_size=BATCH)
    _write_rows(Kpi, plan)
    for kpi, reason in plan.reopened:
        reopen_baseline(actor=actor, kpi=kpi, now=now, reason=reason)
    moved = _record([fact for _, fact in plan.facts], actor, now)
    bump(workspace_id=actor.workspace.pk, initiative_ids=_touched(plan) - moved)


def _write_rows(model: Any, plan: Plan) -> None:
    model.objects.bulk_create([row for row in plan.new_rows if isinstance(row, model)], batch_size=BATCH)
    changed = [row for row in plan.changed_rows if isinstance(row, model)]
    if changed:
        model.objects.bulk_update(changed, sorted(plan.changed_fields), batch_size=BATCH)


def _record(facts: list[Fact], actor: Actor, now: datetime) -> set[int]:
    """Record the facts; returns the initiatives of stage changes, whose versions have moved thereby."""
    stages = [fact for fact in facts if isinstance(fact, StageChange)]
    for stage in stages:
        stage.initiative = stage.initiative
    record(actor=actor, now=now, facts=facts, reason="Imported again with other content")
    moved = {stage.initiative_id for stage in stages}
    follow_changes(moved)
    return moved


def _touched(plan: Plan) -> set[int]:
    rows = [*plan.new_rows, *plan.changed_rows]
    kpis = [row for row in rows if isinstance(row, Kpi)]
    initiatives = {row.pk for row in rows if isinstance(row, Initiative)}
    return initiatives | sharing([kpi.pk for kpi in kpis], [kpi.initiative_id for kpi in kpis])


def as_json(report: ImportReport) -> dict[str, Any]:
    """The report as the command prints it and as the API sends it; ``warnings`` is a count."""
    counts = ("rows", "created", "updated", "unchanged", "rejected", "skipped", "seconds")
    return {
        "kind": report.kind.value,
        "applied": report.applied,
        **{name: getattr(report, name) for name in counts},
        "warnings": len(report.warnings),
        "rejections": [_issue(issue) for issue in report.rejections],
        "warning_list": [_issue(issue) for issue in report.warnings],
    }


def _issue(issue: Issue) -> Mapping[str, Any]:
    return {"line": issue.line, "column": issue.column, "reason": issue.reason}
