"""What a KPI can show before anything is rolled out: the smallest changes that will be told from noise."""

from dataclasses import dataclass
from datetime import date

from metrics.contexts.figures import written
from metrics.core.attribution.planned import Detectable, outlook
from metrics.inputs.planning import planning_of
from portfolio.models import Kpi
from web.formats import Formats

PERIOD = {"weekly": "week", "monthly": "month", "quarterly": "quarter"}
READING = {"daily": "day", **PERIOD}


@dataclass(frozen=True)
class PlanningPage:
    """The page of a KPI's smallest visible changes: a sentence for each number of periods, or why there is none."""

    key: str
    initiative: str
    pk: int
    name: str
    basis: str
    sentences: tuple[str, ...]
    problem: str


def build(kpi: Kpi, as_of: date, formats: Formats) -> PlanningPage:
    """The page as of a day."""
    planning = planning_of(kpi, as_of)
    found = outlook(planning.kpi, planning.prices, as_of)
    period, reading = PERIOD[found.cadence], READING[kpi.cadence]
    known = [each for each in found.detectable if each.change.value is not None]
    problem = "" if known else _problem(found.detectable[0])
    return PlanningPage(
        key=kpi.initiative.key,
        initiative=kpi.initiative.name,
        pk=kpi.pk,
        name=kpi.name,
        basis="" if problem else _basis(found.before, found.controls, period),
        sentences=tuple(_sentence(each, period, reading, formats) for each in known),
        problem=problem,
    )


def _sentence(found: Detectable, period: str, reading: str, formats: Formats) -> str:
    change = written(str(found.change.value), found.change.unit, formats)
    return (
        f"With {found.after} more {period}s this KPI can show a change of about ±{change} per {reading}; "
        "smaller ones will not be told from noise."
    )


def _basis(before: int, controls: int, period: str) -> str:
    beside = f", beside {controls} control{'s' * (controls != 1)}" if controls else ""
    return f"From the noise of {before} {period}s before the first use{beside}, and full use from the first {period}."


def _problem(found: Detectable) -> str:
    return " ".join(part for part in (found.change.sentence, found.change.detail) if part)
