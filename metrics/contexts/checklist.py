"""What is still missing for a first ROI, as a list of tasks."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from metrics.contexts.kpis import KpiRow
from metrics.models import Snapshot


@dataclass(frozen=True)
class Task:
    """One thing to record: `tone` and `word` say whether it is done, open, or cannot start yet."""

    label: str
    why: str
    tone: str
    word: str
    url: str


def tasks_of(key: str, snapshot: Snapshot, kpis: Sequence[KpiRow]) -> tuple[Task, ...]:
    """The steps to a first ROI, done ones included; empty once all are done."""
    figures = snapshot.figures
    has_cost = figures["cost_to_date"]["value"] is not None
    has_reading = any(kpi.strip for kpi in kpis)
    has_baseline = any(kpi.baseline != "–" for kpi in kpis)
    has_target = any(kpi.target != "–" for kpi in kpis)
    has_forecast = figures["roi_forecast"]["value"] is not None
    costs, readings = _url("costs", key), _url("kpis", key)
    steps = (
        _task("Record a first cost", "Without a cost there is no return.", has_cost, costs),
        _task("Add a KPI", "What should it change?", bool(kpis), readings),
        _task("Measure the baseline", "At least three readings before the start.", has_baseline, readings, bool(kpis)),
        _task("Set a target", "What should the KPI become, and when?", has_target, readings, bool(kpis)),
        _task("Record a reading", "What it is now.", has_reading, readings, bool(kpis)),
        _task("Plan or forecast the months ahead", "Costs and benefits to come.", has_forecast, costs),
    )
    return () if all(step.tone == "good" for step in steps) else steps


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
