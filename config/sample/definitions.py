"""What the TOML files of the sample hold, typed."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
Segments = Sequence[Sequence[float]]


@dataclass(frozen=True, kw_only=True)
class Cost:
    """One category of cost; without `actual` the months so far cost about what was planned.

    `forecast` was made at the last closing, `forecast_before` three months earlier, `forecast_latest` this week.
    """

    category: str
    plan: Segments = ()
    actual: Segments | None = None
    forecast: Segments = ()
    forecast_before: Segments = ()
    forecast_latest: Segments = ()
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Benefit:
    """One line of benefits: `confirmed` by finance with `evidence`, or only `claimed`; every so many months."""

    benefit_class: str
    kpi: str = ""
    evidence: str = ""
    note: str = ""
    every: int = 1
    plan: Segments = ()
    confirmed: Segments = ()
    claimed: Segments = ()
    forecast: Segments = ()
    forecast_before: Segments = ()


@dataclass(frozen=True, kw_only=True)
class Kpi:
    """A KPI with its readings; `baseline` holds the first and last month of its window, `preregistered` the month in
    which its design was frozen, `approved` that in which finance approved the baseline; `targets_moved` are those that
    replaced `targets` after the business case was approved."""

    key: str
    name: str
    unit: str
    direction: str
    readings: Segments
    noise: float
    digits: int
    primary: bool = False
    guardrail: bool = False
    owner: str = ""
    cadence: str = "monthly"
    aggregation: str = "mean"
    design: str = "before_after"
    baseline: Sequence[int] = ()
    benefit_class: str = "none"
    value: Mapping[str, str] = field(default_factory=dict)
    realisation_share: str = "1"
    volume: str = ""
    targets: Segments = ()
    targets_moved: Segments = ()
    controls: Mapping[str, Segments] = field(default_factory=dict)
    preregistered: int | None = None
    approved: int | None = None
    trials: Sequence[Mapping[str, Any]] = ()
    destinations: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, kw_only=True)
class Initiative:
    """One initiative: `fields` as the record service takes them, months still relative; `business_case` says when the
    plan was frozen and approved, and what use was planned."""

    fields: Mapping[str, Any]
    stages: Sequence[Mapping[str, Any]]
    costs: Sequence[Cost] = ()
    benefits: Sequence[Benefit] = ()
    kpis: Sequence[Kpi] = ()
    adoption: Mapping[str, Any] = field(default_factory=dict)
    assessments: Sequence[Mapping[str, Any]] = ()
    events: Sequence[Mapping[str, Any]] = ()
    ratings: Sequence[Mapping[str, Any]] = ()
    drivers: Sequence[Mapping[str, Any]] = ()
    mitigations: Sequence[Mapping[str, Any]] = ()
    business_case: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The initiative's key."""
        return str(self.fields["key"])

    @property
    def first_month(self) -> int:
        """The month in which it was set up and planned."""
        return min(int(stage["month"]) for stage in self.stages)


LISTS = (
    "stages",
    "costs",
    "benefits",
    "kpis",
    "adoption",
    "assessments",
    "events",
    "ratings",
    "drivers",
    "mitigations",
    "business_case",
)


def workspace() -> dict[str, Any]:
    """The workspace with its units, people, dated settings and exchange rates."""
    return _read(FOLDER / "workspace.toml")


def initiatives() -> list[Initiative]:
    """Every initiative of the sample, in the order of the files."""
    return [_initiative(_read(path)) for path in sorted((FOLDER / "portfolio").glob("*.toml"))]


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _initiative(data: dict[str, Any]) -> Initiative:
    return Initiative(
        fields={name: value for name, value in data.items() if name not in LISTS},
        stages=data["stages"],
        costs=[Cost(**row) for row in data.get("costs", [])],
        benefits=[Benefit(**_classed(row)) for row in data.get("benefits", [])],
        kpis=[Kpi(**_classed(row)) for row in data.get("kpis", [])],
        adoption=data.get("adoption", {}),
        assessments=data.get("assessments", []),
        events=data.get("events", []),
        ratings=data.get("ratings", []),
        drivers=data.get("drivers", []),
        mitigations=data.get("mitigations", []),
        business_case=data.get("business_case", {}),
    )


def _classed(row: Mapping[str, Any]) -> dict[str, Any]:
    """`class` is a word of Python; the dataclasses say `benefit_class`."""
    renamed = dict(row)
    if "class" in renamed:
        renamed["benefit_class"] = renamed.pop("class")
    return renamed
