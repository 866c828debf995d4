"""What a workspace has learnt from its own initiatives: rows that hold for all of them and that snapshots name."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import Workspace
from metrics.core.cashflow.realisation import Realisation
from metrics.core.risk.model import Model
from metrics.inputs.fits import as_fitted, fit_at, fit_now, says
from metrics.inputs.shares import as_worked_out, share_at, share_now, worked_out_again
from metrics.models import RealisedShare, RiskFit, Snapshot


@dataclass(frozen=True)
class Learnt:
    """The share of plans that comes true, and the risk model; None for what has not been learnt yet."""

    share: RealisedShare | None = None
    fit: RiskFit | None = None

    def says_the_same_as(self, other: "Learnt") -> bool:
        """Whether figures that rest on the other would be no different."""
        return as_worked_out(self.share) == as_worked_out(other.share) and says(self.fit) == says(other.fit)


@dataclass(frozen=True)
class Experience:
    """The same in the terms of the arithmetic."""

    realisation: Realisation
    model: Model


def learnt_now(workspace: Workspace) -> Learnt:
    """What holds now."""
    return Learnt(share_now(workspace), fit_now(workspace))


def learnt_at(workspace: Workspace, cut: datetime) -> Learnt:
    """What held just before `cut`."""
    return Learnt(share_at(workspace, cut), fit_at(workspace, cut))


def learnt_by(snapshot: Snapshot) -> Learnt:
    """What a snapshot rests on."""
    return Learnt(snapshot.share, snapshot.fit)


def experience(learnt: Learnt) -> Experience:
    """What is learnt, as it was worked out."""
    return Experience(as_worked_out(learnt.share), as_fitted(learnt.fit))


def experience_again(learnt: Learnt) -> Experience:
    """The same, with the share worked out again from the snapshots that it names."""
    return Experience(worked_out_again(learnt.share), as_fitted(learnt.fit))
