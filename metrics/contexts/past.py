"""A past day on a page: what is shown of it, what waits, and the same figures as known now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from metrics.contexts.figures import Shown, shown
from metrics.models import Kind, PortfolioSnapshot, Snapshot
from metrics.services import PastAnswer
from web.formats import Formats

COMPARED = (("roi_to_date", "Return to date"), ("roi_forecast", "Return over the horizon"))
WORKED_OUT = (
    "The figures of that day are being worked out. For a large portfolio this takes some minutes; "
    "you can leave this page."
)


@dataclass(frozen=True)
class PastFigures:
    """The figures of one initiative for a past day: as believed at its end and, where asked for, as known now."""

    believed: Snapshot
    restated: Snapshot | None = None

    @property
    def shown(self) -> Snapshot:
        """Those that the page is about."""
        return self.restated or self.believed


@dataclass(frozen=True)
class PastTotalsShown:
    """The totals of a past day: as believed at its end and, where asked for, as known now."""

    day: date
    believed: PastAnswer
    restated: PastAnswer | None = None

    @property
    def shown(self) -> PastAnswer:
        """Those that the page is about."""
        return self.restated or self.believed


@dataclass(frozen=True)
class Banner:
    """The line above the figures of a past day, and the control that chooses one (metrics/_as_of.html).

    Args:
        day: such as 2026-09-30, empty on a page of now.
        words: the same as people write it.
        is_restated: whether the figures are those known now about the time up to that day.
        compared: believed then and known now, a sentence for each figure.
        waits: what is still being worked out, in words.
        poll_url: answers when that is done.
    """

    day: str = ""
    words: str = ""
    is_restated: bool = False
    compared: tuple[str, ...] = ()
    waits: str = ""
    poll_url: str = ""

    @property
    def query(self) -> str:
        """What a link adds to keep the day."""
        return f"?{urlencode({'as_of': self.day})}" if self.day else ""

    @property
    def same_query(self) -> str:
        """What a link adds to keep the day and whether its figures are restated."""
        return f"{self.query}&restated=true" if self.is_restated else self.query


NOW = Banner()


def banner_of_figures(past: PastFigures | None, formats: Formats) -> Banner:
    """The banner of a page about one initiative."""
    if past is None:
        return NOW
    return Banner(
        day=past.believed.as_of_date.isoformat(),
        words=formats.day(past.believed.as_of_date),
        is_restated=past.restated is not None,
        compared=compared(past.believed, past.restated, formats),
    )


def banner_of_snapshot(snapshot: Snapshot | PortfolioSnapshot, formats: Formats) -> Banner:
    """The banner of a page about one stored figure, which may be of a past day."""
    if snapshot.kind == Kind.CURRENT:
        return NOW
    return Banner(
        day=snapshot.as_of_date.isoformat(),
        words=formats.day(snapshot.as_of_date),
        is_restated=snapshot.kind == Kind.RESTATED,
    )


def banner_of_totals(past: PastTotalsShown | None, formats: Formats) -> Banner:
    """The banner of a page about the portfolio."""
    if past is None:
        return NOW
    restated = past.restated.totals if past.restated else None
    kind = Kind.AS_OF if past.restated is None else Kind.RESTATED
    return Banner(
        day=past.day.isoformat(),
        words=formats.day(past.day),
        is_restated=past.restated is not None,
        compared=compared(past.believed.totals, restated, formats),
        waits=_waits(past.shown),
        poll_url=reverse("past_state", args=[kind, past.day.isoformat()]),
    )


def compared(
    believed: Snapshot | PortfolioSnapshot | None, restated: Snapshot | PortfolioSnapshot | None, formats: Formats
) -> tuple[str, ...]:
    """Returns as believed then beside those known now; nothing where either is not there."""
    if believed is None or restated is None:
        return ()
    pairs: Sequence[tuple[str, Shown, Shown]] = [
        (label, shown(believed.figures[name], formats), shown(restated.figures[name], formats))
        for name, label in COMPARED
    ]
    return tuple(f"{label}: believed then {_said(then)}, known now {_said(now)}." for label, then, now in pairs)


def _said(figure: Shown) -> str:
    return figure.text if figure.is_known else "not known"


def _waits(answer: PastAnswer) -> str:
    if answer.waiting is None:
        return ""
    if answer.totals is None:
        return WORKED_OUT
    several = answer.behind_by != 1
    return f"{answer.behind_by} initiative{'s' * several} changed since; the totals are being worked out again."
