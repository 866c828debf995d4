"""What the overview is about, read when a block asks for it, and the blocks that fail each by itself."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Generic, TypeVar

from django.db import DatabaseError

from accounts.access import Actor
from metrics.charts import GapRow
from metrics.contexts.entries import Entry, OnDay
from metrics.contexts.filters import Filters
from metrics.contexts.lists import day_and_cut, source_of
from metrics.contexts.past import NOW, Banner, PastTotalsShown, banner_of_totals
from metrics.inputs import Clock
from metrics.models import PortfolioSnapshot
from metrics.selectors import portfolio_of, totals_before, totals_lag
from notices.contexts.trends import furthest, furthest_on
from portfolio.access import initiatives_ever
from web.formats import Formats

log = logging.getLogger(__name__)
FAULTS = (ArithmeticError, DatabaseError, LookupError, TypeError, ValueError)
LISTED = 12
T = TypeVar("T")


@dataclass(frozen=True)
class Subject:
    """Totals, the most doubtful initiatives and those furthest from plan, of now or of a past day.

    Args:
        day: the day that the page is about.
        cut: the moment by which records of that day were known; None for those known now.
        is_past: whether the day was chosen by the reader, or the figures stand in for those of now.
    """

    actor: Actor
    formats: Formats
    banner: Banner
    day: date
    cut: datetime | None
    totals: PortfolioSnapshot | None
    is_past: bool
    read_listed: Callable[[], Sequence[Entry]]

    @cached_property
    def listed(self) -> Sequence[Entry]:
        """The most doubtful initiatives."""
        return self.read_listed()

    @cached_property
    def gaps(self) -> Sequence[GapRow]:
        """The initiatives furthest from their plan of the year."""
        if self.totals is None:
            return []
        return furthest_on(self.totals) if self.is_past else furthest(self.actor)

    @cached_property
    def lag(self) -> int:
        """How many changes are not in the totals yet."""
        return 0 if self.is_past else totals_lag(self.actor.workspace, self.totals)

    @cached_property
    def before(self) -> "Subject | None":
        """The totals before these, for a block that cannot be made of them."""
        earlier = None if self.is_past or self.totals is None else totals_before(self.totals)
        return None if earlier is None else _stored(self.actor, self.formats, earlier)


@dataclass(frozen=True)
class Block(Generic[T]):
    """A part of the page that may fail by itself.

    Args:
        content: what it shows; None where there is nothing to show.
        has_failed: whether it could not be worked out from the figures of now.
        last_good: when the figures were worked out that are shown in their place; empty where there are none.
    """

    content: T | None
    has_failed: bool = False
    last_good: str = ""


def subject_of(actor: Actor, formats: Formats, clock: Clock, past: PastTotalsShown | None) -> Subject:
    """What the page of now, or of the day chosen, is about."""
    day, cut = day_and_cut(actor, clock, past)
    stored = past.shown.totals if past else portfolio_of(actor.workspace)
    totals = stored if stored is not None and stored.members else None
    is_listed = past is None or totals is not None
    return Subject(
        actor=actor,
        formats=formats,
        banner=banner_of_totals(past, formats),
        day=day,
        cut=cut,
        totals=totals,
        is_past=past is not None,
        read_listed=lambda: source_of(actor, Filters(), [], clock, past).stretch(0, LISTED) if is_listed else [],
    )


def block_of(subject: Subject, make: Callable[[Subject], T | None]) -> Block[T]:
    """The block's content; where it cannot be worked out, that of the totals before, and from when they are."""
    try:
        return Block(make(subject))
    except FAULTS:
        log.exception("A block of the overview could not be worked out")
    try:
        before = subject.before
        content = make(before) if before else None
    except FAULTS:
        return Block(None, has_failed=True)
    if before is None or before.totals is None or content is None:
        return Block(None, has_failed=True)
    return Block(content, has_failed=True, last_good=subject.formats.moment(before.totals.computed_at))


def total_block(subject: Subject, make: Callable[[PortfolioSnapshot, Subject], T | None]) -> Block[T]:
    """A block made of totals; nothing to show where there are none."""
    return block_of(subject, lambda held: None if held.totals is None else make(held.totals, held))


def _stored(actor: Actor, formats: Formats, totals: PortfolioSnapshot) -> Subject:
    rows = OnDay(initiatives_ever(actor), totals, Filters())
    return Subject(
        actor=actor,
        formats=formats,
        banner=NOW,
        day=totals.as_of_date,
        cut=None,
        totals=totals,
        is_past=True,
        read_listed=lambda: rows.stretch(0, LISTED),
    )
