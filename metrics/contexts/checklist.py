"""What is still missing for a first ROI, and what is due again, as a list of tasks."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.urls import NoReverseMatch, reverse

from metrics.contexts.kpis import DASH, KpiRow
from metrics.models import Snapshot

LOOK_DUE = "ASSESSMENT_OLD"


@dataclass(frozen=True)
class Task:
    """One thing to record: `tone` and `word` say whether it is done, open, or cannot start yet."""

    label: str
    why: str
    tone: str
    word: str
    url: str


@dataclass(frozen=True)
class Checklist:
    """The tasks under one heading."""

    title: str
    tasks: tuple[Task, ...]


def checklist_of(key: str, snapshot: Snapshot, kpis: Sequence[KpiRow]) -> Checklist:
    """The steps to a first ROI, and the look at the causes of failure where it is due."""
    missing, due = tasks_of(key, snapshot, kpis), _look_at_the_causes(key, snapshot)
    return Checklist("What is missing for a first ROI" if missing else "What is due", (*missing, *due))


def _look_at_the_causes(key: str, snapshot: Snapshot) -> tuple[Task, ...]:
    signal = next((each for each in snapshot.signals if each["code"] == LOOK_DUE), None)
    if signal is None:
        return ()
    label = (
        "Look at the causes of failure again" if signal["detail"].get("scored_on") else "Score the causes of failure"
    )
    return (_task(label, "Eight causes, five lines each; ten minutes.", False, _url("assessment", key)),)


def tasks_of(key: str, snapshot: Snapshot, kpis: Sequence[KpiRow]) -> tuple[Task, ...]:
    """The steps to a first ROI, done ones included; empty once there is a return that rests on something."""
    known = {name for name, figure in snapshot.figures.items() if figure["value"] is not None}
    returns = Decimal(snapshot.figures["benefit_to_date"]["value"] or 0)
    if "roi_forecast" in known and (returns or "benefit_claimed" in known):
        return ()
    has_kpi, costs, readings = bool(kpis), _url("costs", key), _url("kpis", key)
    has_baseline, has_target = (any(getattr(kpi, name) != DASH for kpi in kpis) for name in ("baseline", "target"))
    has_reading = any(kpi.latest_on for kpi in kpis)
    tasks = (
        _task("Record a first cost", "Without a cost there is no return.", "cost_to_date" in known, costs),
        _task("Add a KPI", "What should it change?", has_kpi, readings),
        _task("Measure the baseline", "At least three readings before the start.", has_baseline, readings, has_kpi),
        _task("Set a target", "What should the KPI become, and when?", has_target, readings, has_kpi),
        _task("Record a reading", "What it is now.", has_reading, readings, has_kpi),
        _task("Plan or forecast the months ahead", "Costs and benefits to come.", "roi_forecast" in known, costs),
    )
    return tasks if any(task.tone != "good" for task in tasks) else ()


def _task(label: str, why: str, is_done: bool, url: str, can_start: bool = True) -> Task:
    if is_done:
        return Task(label, why, "good", "Done", "")
    if not can_start:
        return Task(label, f"Cannot start yet: add a KPI first. {why}", "mut", "Cannot start yet", "")
    return Task(label, why, "warn", "To do", url)


def _url(name: str, key: str) -> str:
    try:
        return reverse(name, args=[key])
    except NoReverseMatch:
        return ""
