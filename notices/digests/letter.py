"""A digest as finished words: the text and the HTML print the same ones, so they cannot disagree."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    """A decision: what, why, and what is at stake."""

    title: str
    why: str
    stake: str
    url: str


@dataclass(frozen=True)
class Change:
    """What changed, and from what to what."""

    words: str
    value: str


@dataclass(frozen=True)
class Bar:
    """One month: net value against plan. `filled` and `rest` are whole percentages of the bar's cell."""

    label: str
    kind: str
    value: str
    plan: str
    filled: int
    rest: int
    tone: str


@dataclass(frozen=True)
class Group:
    """Alerts of one standing: how many, and the first few by name."""

    label: str
    names: tuple[str, ...]
    more: str


@dataclass(frozen=True)
class Letter:
    """Everything that a digest says. Empty words and tuples are blocks without content."""

    subject: str
    preheader: str
    title: str
    notice: str
    warning: str
    headline: str
    gap: str
    gap_is_bad: bool
    sentence: str
    decisions: tuple[Item, ...]
    more_decisions: str
    decisions_url: str
    changes_title: str
    changes: tuple[Change, ...]
    more_changes: str
    months: tuple[Bar, ...]
    months_note: str
    alerts: tuple[Group, ...]
    alerts_url: str
    stale: tuple[str, ...]
    more_stale: str
    quiet: str
    overview_url: str
    why_sent: str
    change_url: str
    unsubscribe_url: str
