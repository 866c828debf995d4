"""What a new snapshot changes against the one before it, and why: the note that is stored with it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from accounts.models import Workspace
from metrics.core.rollup.causes import Cause, Code, Entry, causes_among, ordered
from metrics.core.rollup.moved import Said, moved
from metrics.inputs.definitions import redefined, workspace_redefined
from metrics.inputs.fits import says
from metrics.inputs.recorded import Recorded, recorded_since, settings_since
from metrics.inputs.watched import watched
from metrics.models import CurrentSnapshot, Snapshot
from metrics.selectors import EFFECT

Json = dict[str, Any]
HEADLINES = (
    "roi_forecast", "net", "npv", "irr", "roi_to_date", "net_to_date", "benefit_to_date", "benefit_indicative",
    "benefit_claimed_only", "cost_to_date", "tco", "payback_month", "chance_roi_positive", "chance_clears_hurdle",
    "realisation_ratio", "year.net_forecast", "risk.abandoned_12m", "risk.never_in_production",
)  # fmt: skip
MOST_CAUSES = 20


@dataclass(frozen=True)
class Step:
    """A new snapshot and the pointer to the one whose place it takes."""

    snapshot: Snapshot
    before: CurrentSnapshot

    @property
    def inputs_moved(self) -> bool:
        """Whether a record of the initiative was written since."""
        return self.snapshot.inputs_version != self.before.inputs_version

    @property
    def settings_moved(self) -> bool:
        """Whether a setting of the workspace was written since."""
        return self.snapshot.settings_version != self.before.settings_version


def name_causes(workspace: Workspace, steps: Sequence[Step]) -> None:
    """Fills `causes` of the new snapshots, before they are written, in a fixed number of queries.

    Records count from the moment at which the earlier figures were last checked.
    """
    if not steps:
        return
    since = {step.snapshot.initiative_id: step.before.checked_at for step in steps if step.inputs_moved}
    oldest = min(step.before.checked_at for step in steps)
    recorded, defined = Recorded(), dict[int, list[Cause]]()
    if since:
        seen = watched(workspace, list(since))
        recorded = recorded_since(workspace, list(since), seen, oldest)
        defined = redefined(seen, list(since), since)
    settings, workspace_changes = list[Entry](), list[Cause]()
    if any(step.settings_moved for step in steps):
        settings = settings_since(workspace, oldest)
        workspace_changes = workspace_redefined(workspace, oldest)
    for step in steps:
        own = defined.get(step.snapshot.initiative_id, [])
        entries = _entries(step, recorded, workspace.currency)
        if step.settings_moved:
            own, entries = [*own, *workspace_changes], [*entries, *settings]
        step.snapshot.causes = _note(step, _causes(step, entries, own))


def _entries(step: Step, recorded: Recorded, home: str) -> list[Entry]:
    """What was recorded about the initiative, with the exchange rates that can move it."""
    if not step.inputs_moved:
        return []
    return [*recorded.entries.get(step.snapshot.initiative_id, ()), *_rates(step.snapshot, recorded, home)]


def _causes(step: Step, entries: Sequence[Entry], defined: Sequence[Cause]) -> list[Cause]:
    since, earlier = step.before.checked_at, step.before.snapshot
    found = causes_among(entries, since, step.before.as_of_date, earlier.actuals_through)
    found = _with_reasons([*found, *defined])
    return ordered([*found, *_of_the_machine(step, bool(found))])


def _rates(snapshot: Snapshot, recorded: Recorded, home: str) -> list[Entry]:
    """Exchange rates between currencies that the initiative holds, or between one of them and any other."""
    held = {snapshot.currency, home, *(row[10] for row in snapshot.returns.get("flows", ()) if row[10])}
    foreign = held - {home}
    return [entry for pair, entry in recorded.rates if pair & foreign or len(pair & held) > 1]


def _with_reasons(causes: Sequence[Cause]) -> list[Cause]:
    """A changed baseline with the reason that its approval was taken back for."""
    reopened = {row.kpi: row for row in causes if (row.code, row.noun) == (Code.WITHDRAWN, "baseline_approval")}
    told: list[Cause] = []
    for row in causes:
        if (row.noun, row.label) == ("kpi", "baseline") and row.kpi in reopened:
            why = reopened[row.kpi]
            told.append(replace(row, restates=True, reason=why.reason, who=why.who or row.who))
        elif row not in reopened.values():
            told.append(replace(row, code=Code.APPROVED) if row.noun in APPROVALS and row.code is Code.ADDED else row)
    return told


APPROVALS = frozenset({"baseline_approval", "business_case"})


def _of_the_machine(step: Step, is_explained: bool) -> list[Cause]:
    """What nobody recorded: another method, another day, what other initiatives came to."""
    now, before, earlier = step.snapshot, step.before, step.before.snapshot
    found = []
    if now.method_version != before.method_version:
        found.append(Cause(Code.METHOD, was=before.method_version, now=now.method_version, restates=True))
    if now.model_version != before.model_version:
        found.append(Cause(Code.MODEL, was=before.model_version, now=now.model_version, restates=True))
    if now.fit is not None and says(now.fit) != says(before.fit):
        found.append(Cause(Code.REFIT, through=now.fit.through, count=now.fit.cases))
    for label, was, told in (
        ("realised_share", earlier.returns.get("realised_share"), now.returns.get("realised_share")),
        ("closed_cases", earlier.risk.get("closed_cases"), now.risk.get("closed_cases")),
    ):
        if was is not None and told is not None and str(was) != str(told):
            found.append(Cause(Code.EXPERIENCE, label=label, was=str(was), now=str(told)))
    if step.inputs_moved and not is_explained:
        found.append(Cause(Code.UNDATED, count=now.inputs_version - before.inputs_version))
    if now.as_of_date != before.as_of_date:
        found.append(Cause(Code.DAY, on=before.as_of_date, through=now.as_of_date))
    return found


def _note(step: Step, causes: Sequence[Cause]) -> Json:
    changes = _changes(step.before.snapshot, step.snapshot)
    return {
        "previous": step.before.snapshot_id,
        "previous_as_of": step.before.as_of_date.isoformat(),
        "previous_computed_at": step.before.snapshot.computed_at.isoformat(),
        "since": step.before.checked_at.isoformat(),
        "restates": bool(changes) and any(cause.restates for cause in causes),
        "changes": changes,
        "because": [_cause(cause) for cause in causes[:MOST_CAUSES]],
        "more": max(len(causes) - MOST_CAUSES, 0),
    }


def _changes(earlier: Snapshot, later: Snapshot) -> list[Json]:
    was, now = _stored(earlier), _stored(later)
    names = moved(_said(was), _said(now))
    return [{"figure": name, "was": _told(was[name]), "now": _told(now[name])} for name in names]


def _stored(snapshot: Snapshot) -> dict[str, Mapping[str, Any]]:
    """Every figure by its name, those that people are told first in front, then the effects of KPIs."""
    found = {**snapshot.figures, **_grouped("year", snapshot.year), **_grouped("risk", snapshot.risk)}
    told = {name: found[name] for name in HEADLINES if name in found}
    effects = {f"{EFFECT}{row['kpi']}": {**row, "value": row["effect"]} for row in snapshot.effects}
    return {**told, **effects, **found}


def _grouped(group: str, figures: Mapping[str, Any]) -> dict[str, Any]:
    return {
        f"{group}.{name}": figure
        for name, figure in figures.items()
        if isinstance(figure, Mapping) and "reason" in figure
    }


def _said(stored: Mapping[str, Mapping[str, Any]]) -> dict[str, Said]:
    return {name: Said(_decimal(row["value"]), row["unit"], row["reason"]) for name, row in stored.items()}


def _told(stored: Mapping[str, Any]) -> Json:
    """As much of a figure as a sentence about it needs; an effect also names its KPI."""
    names = ("value", "unit", "low", "high", "level", "reason", "grade", "detail", "name")
    return {name: stored[name] for name in names if stored.get(name) is not None}


def _cause(cause: Cause) -> Json:
    plain = {"code": str(cause.code), "restates": cause.restates, "count": cause.count}
    return plain | {
        name: value.isoformat() if isinstance(value, date | datetime) else value
        for name, value in asdict(cause).items()
        if value not in (None, "", False) and name not in plain
    }


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
