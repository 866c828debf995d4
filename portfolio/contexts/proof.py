"""Trials, use by controls and destinations of saved time, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from portfolio.choices import Design
from portfolio.models import ControlDose, Destination, Kpi, Preregistration, Reading, Trial
from portfolio.models.kpis import TREATED
from portfolio.services.versions import today
from web.formats import Formats

DIGITS = 4


@dataclass(frozen=True)
class TrialShown:
    """A trial with its two arms in words; `warning` says why it counts for nothing, where it does."""

    fact: Trial
    treated: str
    control: str
    difference: str
    warning: str


@dataclass(frozen=True)
class DestinationShown:
    """Where saved time went from a day on: shares in words."""

    fact: Destination
    cash_out: str
    redeployed: str
    absorbed: str
    unknown: str


def trials_of(kpi: Kpi, formats: Formats) -> list[TrialShown]:
    """The trials of a KPI that hold, the last outcome first."""
    rows = Trial.objects.live().filter(kpi=kpi).select_related("recorded_by", "workspace").order_by("-on")
    frozen = Preregistration.objects.live().filter(kpi=kpi).first()
    return [_trial(row, frozen, formats) for row in rows]


def destinations_of(kpi: Kpi, formats: Formats) -> list[DestinationShown]:
    """The destinations of saved time that are on record, the last first."""
    rows = Destination.objects.live().filter(kpi=kpi).select_related("recorded_by").order_by("-on")
    shares = ("cash_out", "redeployed", "absorbed", "unknown")
    return [DestinationShown(row, *(formats.percent(getattr(row, name)) for name in shares)) for row in rows]


def controls_of(kpi: Kpi) -> Sequence[str]:
    """The names of the series that the KPI is compared with."""
    rows = Reading.objects.live().filter(kpi=kpi).exclude(series=TREATED).order_by("series")
    return list(rows.values_list("series", flat=True).distinct())


def control_doses_of(kpi: Kpi) -> list[ControlDose]:
    """How far the controls use the initiative, by control, the last day first."""
    rows = ControlDose.objects.live().filter(kpi=kpi).select_related("recorded_by")
    return list(rows.order_by("series", "-on"))


def _trial(row: Trial, frozen: Preregistration | None, formats: Formats) -> TrialShown:
    return TrialShown(
        fact=row,
        treated=_arm(row, "treated", formats),
        control=_arm(row, "control", formats),
        difference=formats.number(row.treated_mean - row.control_mean, digits=DIGITS, signed=True),
        warning=_warning(row, frozen),
    )


def _arm(row: Trial, arm: str, formats: Formats) -> str:
    mean, deviation = (formats.number(getattr(row, f"{arm}_{name}"), digits=DIGITS) for name in ("mean", "deviation"))
    return f"{mean} ± {deviation}, {formats.number(getattr(row, f'{arm}_count'), digits=0)} {row.spread}"


def _warning(row: Trial, frozen: Preregistration | None) -> str:
    logged = [today(row.workspace, row.recorded_at)]
    if frozen is not None and frozen.frozen["design"] == Design.RANDOMISED:
        logged.append(frozen.on)
    if min(logged) < row.on:
        return ""
    return "It does not count: the experiment was not on record before its outcome."
