"""Computed figures: append-only rows and the pointers that say which one counts; one file per noun."""

from metrics.models.base import METHOD_VERSION, Document, Kind
from metrics.models.risk import LONG_OF_FITS, Outcome, RiskFit, RiskForecast, RiskOutcome
from metrics.models.shares import RealisedShare
from metrics.models.snapshots import HAS_ENDED, CurrentSnapshot, Snapshot
from metrics.models.totals import CurrentPortfolio, PastTotals, PortfolioSnapshot, RefreshRun

__all__ = [
    "HAS_ENDED",
    "LONG_OF_FITS",
    "METHOD_VERSION",
    "CurrentPortfolio",
    "CurrentSnapshot",
    "Document",
    "Kind",
    "Outcome",
    "PastTotals",
    "PortfolioSnapshot",
    "RealisedShare",
    "RefreshRun",
    "RiskFit",
    "RiskForecast",
    "RiskOutcome",
    "Snapshot",
]
