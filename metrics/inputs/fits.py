"""The risk model as it was fitted to a workspace: a row now and then, read by every refresh."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import QuerySet

from accounts.models import Workspace
from metrics.core.risk.fitting import fit_from
from metrics.core.risk.forecasting import Chance
from metrics.core.risk.model import MODEL_VERSION, Model, Status
from metrics.models import RiskFit


def fit_now(workspace: Workspace) -> RiskFit | None:
    """The fit that holds now; None before the first."""
    return _latest(RiskFit.objects.filter(workspace=workspace))


def fit_at(workspace: Workspace, cut: datetime) -> RiskFit | None:
    """The fit that held just before `cut`."""
    return _latest(RiskFit.objects.filter(workspace=workspace, fitted_at__lt=cut))


def as_fitted(row: RiskFit | None) -> Model:
    """What a fit says, in the terms of the arithmetic; the published rates alone without one, or where another release
    fitted a model that this one cannot read."""
    if row is None or row.model_version != MODEL_VERSION:
        return Model()
    return Model(
        fit=fit_from(row.content),
        status=Status(row.status),
        usual_year=_chance(row.base["usual_year"]),
        usual_never=_chance(row.base["usual_never"]),
    )


def says(row: RiskFit | None) -> str:
    """The same for fits that say the same."""
    return row.digest if row else ""


def _chance(stored: Mapping[str, float] | None) -> Chance | None:
    return Chance(**stored) if stored else None


def _latest(rows: "QuerySet[RiskFit]") -> RiskFit | None:
    return rows.order_by("-pk").first()
