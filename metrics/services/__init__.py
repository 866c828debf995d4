"""The only bridge out: figures become snapshots, and pointers say which one counts."""

from metrics.services.figures import Refreshed, lagging_ids, refresh
from metrics.services.past import DayAhead, figures_as_of, figures_restated, portfolio_as_of, snapshots_as_of
from metrics.services.past_totals import (
    PastAnswer,
    fail_past_totals,
    totals_on,
    unfinished_past_totals,
    work_out_past_totals,
)
from metrics.services.risk_fits import settle_fit
from metrics.services.settling import settle, settle_before_first
from metrics.services.shares import settle_share
from metrics.services.sweep import sweep
from metrics.services.totals import refresh_portfolio, refresh_portfolio_unless_busy

__all__ = [
    "DayAhead",
    "PastAnswer",
    "Refreshed",
    "fail_past_totals",
    "figures_as_of",
    "figures_restated",
    "lagging_ids",
    "portfolio_as_of",
    "refresh",
    "refresh_portfolio",
    "refresh_portfolio_unless_busy",
    "settle",
    "settle_before_first",
    "settle_fit",
    "settle_share",
    "snapshots_as_of",
    "sweep",
    "totals_on",
    "unfinished_past_totals",
    "work_out_past_totals",
]
