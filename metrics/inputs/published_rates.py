"""Which published failure rates count for a workspace, as believed at a moment."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import User, Workspace
from metrics.core.risk.published import COMPARABLE_CODES, DEFAULT_CODES, LEAST_RATES
from metrics.inputs.moments import believed
from portfolio.models import PublishedRateChoice


@dataclass(frozen=True)
class Choice:
    """One choice of a workspace: when, by whom and why, and what it switched against the one before."""

    at: datetime
    who: User | None
    reason: str
    switched_on: frozenset[str]
    switched_off: frozenset[str]


def rates_on(workspace: Workspace, cut: datetime | None) -> frozenset[str]:
    """Codes of the published rates that count now or, with `cut`, that counted just before it.

    Without a choice those count that do by default. Codes that are no longer known do not count; where fewer than two
    are left the default counts again.
    """
    chosen = believed(PublishedRateChoice, cut, workspace=workspace).values_list("codes", flat=True).last()
    known = COMPARABLE_CODES.intersection(chosen or ())
    return known if len(known) >= LEAST_RATES else DEFAULT_CODES


def choices_of(workspace: Workspace) -> list[Choice]:
    """Every choice of the workspace, the last one first."""
    rows = PublishedRateChoice.objects.filter(workspace=workspace).select_related("recorded_by").order_by("pk")
    found, before = list[Choice](), DEFAULT_CODES
    for row in rows:
        after = frozenset(row.codes)
        found.append(Choice(row.recorded_at, row.recorded_by, row.reason, after - before, before - after))
        before = after
    return found[::-1]
