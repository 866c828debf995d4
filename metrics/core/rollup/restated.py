"""What is known now about the time up to a day: everything that happened later is left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Protocol, TypeVar

from metrics.core.types import Initiative, Kpi


class Happened(Protocol):
    """Anything with the day on which it happened."""

    @property
    def on(self) -> date:
        """The day."""


H = TypeVar("H", bound=Happened)


def up_to(initiative: Initiative, day: date) -> Initiative:
    """The initiative with nothing measured, used or entered after `day`; plans and forecasts stay."""
    return replace(
        initiative,
        kpis=[_kpi(kpi, day) for kpi in initiative.kpis],
        adoption=_until(initiative.adoption, day),
        stages=_until(initiative.stages, day),
        changes=_until(initiative.changes, day),
        go_live=initiative.go_live if initiative.go_live and initiative.go_live <= day else None,
    )


def _kpi(kpi: Kpi, day: date) -> Kpi:
    return replace(
        kpi,
        readings=tuple(_until(kpi.readings, day)),
        controls={name: tuple(_until(points, day)) for name, points in kpi.controls.items()},
        control_doses={name: tuple(_until(points, day)) for name, points in kpi.control_doses.items()},
        doses=tuple(replace(dose, adoption=tuple(_until(dose.adoption, day))) for dose in kpi.doses),
        trials=tuple(_until(kpi.trials, day)),
        volume=None if kpi.volume is None else tuple(_until(kpi.volume, day)),
    )


def _until(rows: Iterable[H], day: date) -> list[H]:
    return [row for row in rows if row.on <= day]
