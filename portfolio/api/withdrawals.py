"""One fact of those that are replaced or withdrawn, never corrected: read it, withdraw it with a reason."""

from collections.abc import Callable
from typing import Any, TypeVar

from drf_spectacular.utils import extend_schema, extend_schema_view

from accounts.choices import Permission
from portfolio.api.corrections import HeldFact
from portfolio.api.proof_rows import (
    ControlDoseRow,
    DestinationRow,
    DriverRow,
    HurdleRow,
    PreregistrationRow,
    PriceRow,
    TrialRow,
)
from portfolio.models import (
    ControlDose,
    Destination,
    Driver,
    Initiative,
    InitiativeHurdle,
    Preregistration,
    PriceIndex,
    Trial,
)
from web.api.schema import IF_MATCH, REASON

V = TypeVar("V", bound=type[HeldFact])


def _described(name: str, noun: str, row: Any, more: str = "") -> Callable[[V], V]:
    """The documentation of reading and withdrawing such a fact."""
    told = f"It no longer counts and stays in the record. {more}".strip()
    return extend_schema_view(
        get=extend_schema(operation_id=f"{name}_read", summary=f"Read {noun}", responses=row),
        delete=extend_schema(
            operation_id=f"{name}_withdraw",
            summary=f"Withdraw {noun}",
            description=told,
            parameters=[IF_MATCH, REASON],
            responses={204: None},
        ),
    )


class _OfKpi(HeldFact):
    """A fact of a KPI."""

    def initiative(self, fact: Any) -> Initiative:
        """The initiative of its KPI."""
        found: Initiative = fact.kpi.initiative
        return found


@_described("trials", "a randomised comparison", TrialRow)
class OneTrial(_OfKpi):
    """One randomised comparison."""

    model, row, permission = Trial, TrialRow, Permission.WRITE_RECORDS


@_described("control_doses", "the use by a control", ControlDoseRow)
class OneControlDose(_OfKpi):
    """The use by one control on one day."""

    model, row, permission = ControlDose, ControlDoseRow, Permission.WRITE_RECORDS


@_described("destinations", "a destination of saved time", DestinationRow)
class OneDestination(_OfKpi):
    """Where saved time went from one day on."""

    model, row, permission = Destination, DestinationRow, Permission.WRITE_RECORDS


@_described(
    "preregistration",
    "a preregistration",
    PreregistrationRow,
    "After the first use none can take its place: the effect then has a grade one step lower, and says so.",
)
class OnePreregistration(_OfKpi):
    """One preregistration."""

    model, row, permission = Preregistration, PreregistrationRow, Permission.WRITE_RECORDS


@_described("drivers", "a driver", DriverRow)
class OneDriver(HeldFact):
    """One driver of an initiative."""

    model, row, permission = Driver, DriverRow, Permission.WRITE_MONEY


@_described("hurdles", "a hurdle of an initiative", HurdleRow, "Finance only.")
class OneHurdle(HeldFact):
    """One hurdle of an initiative."""

    model, row, permission = InitiativeHurdle, HurdleRow, Permission.CONFIRM


@_described("prices", "a price level", PriceRow, "Finance only.")
class OnePrice(HeldFact):
    """The price level of one month."""

    model, row, permission = PriceIndex, PriceRow, Permission.CONFIRM

    def initiative(self, fact: Any) -> None:
        """It belongs to the workspace."""
