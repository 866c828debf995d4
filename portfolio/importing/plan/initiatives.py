"""Rows of initiatives against those in the workspace."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from accounts.choices import Permission
from portfolio.access import may_write
from portfolio.importing.parse.errors import Issue, ValueRefused
from portfolio.importing.parse.keys import Occurrences, made_key
from portfolio.importing.parse.records import Parsed, Record
from portfolio.models import Initiative, InitiativeAlias, StageChange

from .facts import plan_facts
from .lookup import Lookup, known_keys
from .outcome import Change, Plan, Setting, shown_value

_PLAIN = ("name", "summary", "kind", "currency", "planned_go_live", "go_live", "horizon_months")
_LISTS = ("tags", "runs_on")
_PEOPLE = ("owner", "sponsor")


@dataclass(frozen=True, slots=True)
class _Draft:
    """One initiative as the file wants it, with what differs from the record."""

    line: int
    initiative: Initiative
    changes: Mapping[str, tuple[Any, Any]]
    aliases: tuple[str, ...] = ()


def plan_initiatives(parsed: Parsed, setting: Setting) -> Plan:
    """What importing these initiatives would do. A cell that is empty changes nothing."""
    plan = Plan.of(parsed)
    keyed = _keyed(parsed.records, plan)
    lookup = Lookup.load(setting.actor, keyed)
    known = known_keys(setting.actor.workspace, setting.source) if any(row.also for row in keyed.values()) else {}
    drafts: list[_Draft] = []
    stages: dict[int, StageChange] = {}
    for key, record in keyed.items():
        try:
            draft = _draft(key, record, lookup, setting)
        except ValueRefused as refusal:
            plan.rejections.append(Issue(record.line, "key", str(refusal)))
            continue
        aliases = tuple(alias for alias in record.also if alias not in known and alias != key.casefold())
        known |= dict.fromkeys(aliases, key)
        drafts.append(replace(draft, aliases=aliases))
        change = _stage_change(draft.initiative, record, setting)
        if change is not None:
            stages[record.line] = change
    moved = plan_facts(plan, list(stages.items()), setting, count=False)
    faulty = plan.faulty_lines()
    for draft in drafts:
        if draft.line not in faulty:
            _add(plan, draft, stages[draft.line].to if draft.line in moved else "")
            plan.new_aliases += _aliases(draft, setting)
    plan.new_units, plan.new_programmes = lookup.new_units, lookup.new_programmes
    return plan


def _add(plan: Plan, draft: _Draft, stage: str) -> None:
    if draft.initiative.pk is None:
        plan.new_rows.append(draft.initiative)
        plan.created += 1
        return
    if not draft.changes and not stage and not draft.aliases:
        plan.unchanged += 1
        return
    plan.updated += 1
    if draft.changes:
        plan.changed_rows.append(draft.initiative)
        plan.changed_fields |= set(draft.changes)
    shown = [(name, *pair) for name, pair in draft.changes.items() if not name.endswith("_user")]
    shown += [("stage", draft.initiative.stage, stage)] if stage else []
    shown += [("also known as", None, alias) for alias in draft.aliases]
    plan.changes += [
        Change(draft.line, draft.initiative.key, name, shown_value(before), shown_value(after))
        for name, before, after in shown
    ]


def _aliases(draft: _Draft, setting: Setting) -> list[InitiativeAlias]:
    about = {"workspace": setting.actor.workspace, "source": setting.source, "initiative": draft.initiative}
    return [InitiativeAlias(**about, key=alias) for alias in draft.aliases]


def _keyed(records: list[Record], plan: Plan) -> dict[str, Record]:
    keyed: dict[str, Record] = {}
    occurrences = Occurrences()
    for record in records:
        key = str(record.values.get("key", ""))
        if not key:
            stem = made_key([str(record.values["name"])])
            number = occurrences.number(stem)
            key = stem if number == 1 else f"{stem}-{number}"
        if key in keyed:
            reason = f"the key “{key}” stands in line {keyed[key].line} already"
            plan.rejections.append(Issue(record.line, "key", reason))
        else:
            keyed[key] = record
    return keyed


def _draft(key: str, record: Record, lookup: Lookup, setting: Setting) -> _Draft:
    wanted = _wanted(record.values, lookup)
    if key not in lookup.initiatives:
        return _Draft(record.line, _new(key, wanted, setting), {})
    initiative = lookup.initiative(key, Permission.WRITE_RECORDS)
    pairs = {name: (getattr(initiative, name), value) for name, value in wanted.items()}
    changes = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
    for name, (_, after) in changes.items():
        setattr(initiative, name, after)
    return _Draft(record.line, initiative, changes)


def _wanted(values: Mapping[str, Any], lookup: Lookup) -> dict[str, Any]:
    wanted: dict[str, Any] = {name: values[name] for name in _PLAIN if name in values}
    wanted |= {name: list(values[name]) for name in _LISTS if name in values}
    for name in _PEOPLE:
        if name in values:
            wanted |= {name: values[name], f"{name}_user": lookup.person(values[name])}
    if "unit" in values:
        wanted["unit"] = lookup.unit(values["unit"])
    if "programme" in values:
        wanted["programme"] = lookup.programme(values["programme"])
    return wanted


def _new(key: str, wanted: Mapping[str, Any], setting: Setting) -> Initiative:
    actor = setting.actor
    initiative = Initiative(workspace=actor.workspace, key=key, source=setting.source, created_at=setting.now)
    initiative.currency = actor.workspace.currency
    for name, value in wanted.items():
        setattr(initiative, name, value)
    if actor.user is not None and not initiative.owner and not may_write(actor, initiative, Permission.WRITE_RECORDS):
        initiative.owner, initiative.owner_user = str(actor.user), actor.user
    return initiative


def _stage_change(initiative: Initiative, record: Record, setting: Setting) -> StageChange | None:
    """The stage that the file gives, dated by the file or today; none where the initiative is in it since before."""
    values: Mapping[str, Any] = record.values
    stage, on = values.get("stage"), values.get("stage_on") or setting.today
    since = initiative.stage_since
    if stage is None or (initiative.stage == stage and since is not None and since <= on):
        return None
    return StageChange(
        initiative=initiative,
        on=on,
        to=stage,
        note="Stage as imported",
        source=setting.source,
        external_id=f"{initiative.key}:stage:{on}",
    )
